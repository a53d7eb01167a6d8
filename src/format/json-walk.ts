import { isError, messageOf } from "../record/fields.ts";
import { binaryValue } from "./binary.ts";
import { type ErrorParts, errorLine, errorParts } from "./error.ts";
import type { JsonKeys } from "./json-keys.ts";
import type { JsonLimits } from "./json-limits.ts";
import { jsonNumber } from "./json-number.ts";
import { cut, jsonString } from "./json-string.ts";

/** What a profile calls the parts of an error. */
export interface ErrorNames {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

/** One walk through data of any kind into JSON: bounded, safe from cycles, and it never throws. */
export class JsonWalk {
  readonly #limits: JsonLimits;
  readonly #errorKeys: JsonKeys;
  readonly #errorNames: ErrorNames;
  // The objects that are being written, the outermost first.
  readonly #path: unknown[] = [];
  #room: number;

  /** @param room how many characters may be written, roughly */
  constructor(limits: JsonLimits, room: number, errorKeys: JsonKeys, errorNames: ErrorNames) {
    this.#limits = limits;
    this.#errorKeys = errorKeys;
    this.#errorNames = errorNames;
    this.#room = room;
  }

  /** The JSON text of `value`; undefined for what JSON leaves out: undefined, functions, symbols. */
  value(value: unknown, key: string): string | undefined {
    switch (typeof value) {
      case "string":
        return this.string(value);
      case "number":
        this.#room -= 8;
        return jsonNumber(value);
      case "boolean":
        this.#room -= 5;
        return value ? "true" : "false";
      case "bigint":
        // As a string: a reader that knows only doubles would change the digits of a number.
        return this.string(String(value));
      case "object":
        this.#room -= 4;
        return value === null ? "null" : this.#guarded(value, key);
      default:
        return undefined;
    }
  }

  /** `text` as a JSON string, cut at the limits. */
  string(text: string): string {
    const limit = Math.max(0, Math.min(this.#limits.string, this.#room));
    this.#room -= text.length;
    return jsonString(cut(text, limit));
  }

  /** A thrown value of any kind as an object. `omitStack` leaves out the stack of the outermost. */
  error(thrown: unknown, omitStack = false): string {
    const parts = errorParts(thrown);
    const names = this.#errorNames;
    let text = `{"${names.type}":${this.string(parts.type)},"${names.message}":${this.string(parts.message)}`;
    if (parts.stack !== undefined && !omitStack) text += `,"${names.stack}":${this.string(parts.stack)}`;
    if (parts.code !== undefined) text += `,"code":${this.value(parts.code, "code")}`;
    // Most errors end here; the path and the loop would add half of what they cost.
    return parts.more ? `${text}${this.#more(thrown, parts)}}` : `${text}}`;
  }

  #more(thrown: unknown, { properties, cause, errors }: ErrorParts): string {
    let text = "";
    this.#path.push(thrown);
    for (const [key, value] of properties.slice(0, this.#limits.items)) {
      if (key.length > this.#room) break;
      const written = this.value(value, key);
      if (written !== undefined) text += this.#errorKeys.before(key).bare + written;
    }
    const written = this.value(cause, "cause");
    if (written !== undefined) text += `,"cause":${written}`;
    if (errors !== undefined) text += `,"errors":${this.value(errors, "errors")}`;
    this.#path.pop();
    return text;
  }

  #guarded(value: object, key: string): string | undefined {
    const depth = this.#path.length;
    try {
      return this.#object(value, key);
    } catch (error) {
      return this.#threw(error);
    } finally {
      this.#path.length = depth;
    }
  }

  #threw(error: unknown): string {
    return this.string(`[threw: ${messageOf(error)}]`);
  }

  #object(value: object, key: string): string | undefined {
    const path = this.#path;
    if (path.includes(value)) return '"[circular]"';
    const deep = path.length >= this.#limits.depth;
    if (isError(value)) return deep ? this.string(errorLine(errorParts(value))) : this.error(value);
    const binary = binaryValue(value);
    if (typeof binary === "string") return this.string(binary);
    if (binary !== undefined) return this.#array(binary, binary.length);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON !== "function") return this.#contents(value, deep);
    path.push(value);
    const result: unknown = toJSON.call(value, key);
    // As JSON.stringify has it: a toJSON of the result is not called.
    if (typeof result !== "object" || result === null) return this.value(result, key);
    if (result === value) path.pop();
    else if (path.includes(result)) return '"[circular]"';
    return this.#contents(result, deep);
  }

  #contents(value: object, deep: boolean): string {
    if (value instanceof RegExp || value instanceof String) return this.string(String(value));
    if (value instanceof Number || value instanceof Boolean) return this.value(value.valueOf(), "") ?? "null";
    const array = Array.isArray(value);
    if (deep) return array ? '"[Array]"' : '"[Object]"';
    this.#path.push(value);
    if (array) return this.#array(value, value.length);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) {
      return this.#array(first(Set.prototype.values.call(value), this.#limits.items), value.size);
    }
    const keys = Object.keys(value);
    return this.#entries(keys, keys.length, (key) => (value as Record<string, unknown>)[key]);
  }

  #array(items: ArrayLike<unknown>, length: number): string {
    let text = "";
    for (let index = 0; index < length; index++) {
      if (index >= this.#limits.items || this.#room <= 0) {
        return `[${text}${index === 0 ? "" : ","}"[${length - index} more]"]`;
      }
      this.#room--;
      text += `${index === 0 ? "" : ","}${this.#read(() => items[index], String(index)) ?? "null"}`;
    }
    return `[${text}]`;
  }

  // As an object if its keys are strings, which are then as different as those of an object; else as pairs.
  #map(map: ReadonlyMap<unknown, unknown>): string {
    const entries = first(Map.prototype.entries.call(map), this.#limits.items);
    if (!entries.every(([key]) => typeof key === "string")) return this.#array(entries, map.size);
    const keys = entries.map(([key]) => key as string);
    return this.#entries(keys, map.size, (_, index) => entries[index]?.[1]);
  }

  #entries(keys: readonly string[], size: number, get: (key: string, index: number) => unknown): string {
    let text = "";
    for (let index = 0; index < size; index++) {
      const key = keys[index];
      if (key === undefined || index >= this.#limits.items || key.length > this.#room) {
        let mark = "...";
        while (keys.includes(mark)) mark += ".";
        return `{${text}${text === "" ? "" : ","}"${mark}":"[${size - index} more]"}`;
      }
      this.#room -= key.length;
      const written = this.#read(() => get(key, index), key);
      if (written !== undefined) text += `${text === "" ? "" : ","}${jsonString(key)}:${written}`;
    }
    return `{${text}}`;
  }

  #read(get: () => unknown, key: string): string | undefined {
    let value: unknown;
    try {
      value = get();
    } catch (error) {
      return this.#threw(error);
    }
    return this.value(value, key);
  }
}

function first<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length >= count) break;
    taken.push(item);
  }
  return taken;
}
