import { errorParts, isError } from "../format/error.ts";
import { messageOf } from "../record/fields.ts";
import type { Place, RedactRules } from "./redact-rules.ts";

/** What stands in for a hidden value, or makes it of the value and its path. */
export type Censor = string | ((value: unknown, path: readonly string[]) => unknown);

// Bounds for what is copied: what is beyond is not shown, rather than shown as it is.
const maxDepth = 20;
const maxItems = 1000;
const maxValues = 20_000;

/** One walk through data: a copy with what the rules hide replaced. It never changes the data, and never throws. */
export class RedactWalk {
  readonly #rules: RedactRules;
  readonly #censor: Censor;
  // The objects that are being copied, and the keys that lead to where we are.
  readonly #objects: object[] = [];
  readonly #keys: string[] = [];
  #left = maxValues;

  constructor(rules: RedactRules, censor: Censor) {
    this.#rules = rules;
    this.#censor = censor;
  }

  /** What is shown for `value`, found under `key` at the place `around`. */
  entry(key: string, value: unknown, around: Place): unknown {
    const place = this.#rules.step(around, key);
    this.#keys.push(key);
    const shown = this.#rules.hides(place, key) ? this.#hidden(value) : this.value(value, place);
    this.#keys.pop();
    return shown;
  }

  /** What is shown for `value`, found at `place`. */
  value(value: unknown, place: Place): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (this.#objects.includes(value)) return "[circular]";
    if (this.#objects.length >= maxDepth || --this.#left < 0) return "[more]";
    const depth = this.#objects.length;
    const keys = this.#keys.length;
    this.#objects.push(value);
    try {
      return this.#copy(value, place);
    } catch (error) {
      return `[threw: ${messageOf(error)}]`;
    } finally {
      this.#objects.length = depth;
      this.#keys.length = keys;
    }
  }

  #hidden(value: unknown): unknown {
    if (typeof this.#censor === "string") return this.#censor;
    try {
      return this.#censor(value, [...this.#keys]);
    } catch {
      return defaultCensor;
    }
  }

  #copy(value: object, place: Place): unknown {
    if (isError(value)) return this.#error(value, place);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof RegExp) return value;
    const { toJSON } = value as { toJSON?: unknown };
    if (value instanceof Date && toJSON === Date.prototype.toJSON) return value;
    // Formatters show what toJSON returns, so that is what must be searched.
    if (typeof toJSON === "function") {
      const result: unknown = toJSON.call(value, this.#keys.at(-1) ?? "");
      return result === value ? this.#contents(value, place) : this.value(result, place);
    }
    return this.#contents(value, place);
  }

  #contents(value: object, place: Place): unknown {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
    if (Array.isArray(value)) return this.#items(value, value.length, place);
    if (value instanceof Set) return new Set(this.#items(Set.prototype.values.call(value), value.size, place));
    if (value instanceof Map) return this.#map(value, place);
    const keys = Object.keys(value);
    const copy: Record<string, unknown> = {};
    for (const key of keys.slice(0, maxItems)) {
      if (this.#left-- < 0) break;
      define(copy, key, this.entry(key, read(value, key), place));
    }
    if (keys.length > maxItems) define(copy, "...", `[${keys.length - maxItems} more]`);
    return copy;
  }

  // A path need not say that there is a list on its way: `users.password` is that of each user.
  #items(items: Iterable<unknown>, size: number, place: Place): unknown[] {
    const copy: unknown[] = [];
    for (const item of items) {
      if (copy.length >= maxItems || this.#left-- < 0) {
        copy.push(`[${size - copy.length} more]`);
        break;
      }
      const index = String(copy.length);
      const there = this.#rules.step(place, index);
      this.#keys.push(index);
      copy.push(there.some(({ end }) => end) ? this.#hidden(item) : this.value(item, [...place, ...there]));
      this.#keys.pop();
    }
    return copy;
  }

  #map(map: ReadonlyMap<unknown, unknown>, place: Place): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>();
    for (const [key, value] of Map.prototype.entries.call(map)) {
      if (copy.size >= maxItems || this.#left-- < 0) {
        copy.set("...", `[${map.size - copy.size} more]`);
        break;
      }
      if (typeof key === "object" && key !== null) copy.set(this.value(key, place), this.value(value, place));
      else copy.set(key, this.entry(String(key), value, place));
    }
    return copy;
  }

  // An error again, so that formatters see one; only what they show is copied.
  #error(error: Error, place: Place): unknown {
    const parts = errorParts(error);
    const copy: Error = Object.setPrototypeOf(
      new Error(),
      error instanceof Error ? Object.getPrototypeOf(error) : Error.prototype,
    );
    define(copy, "name", parts.type, false);
    define(copy, "message", this.entry("message", parts.message, place), false);
    define(copy, "stack", parts.stack === undefined ? undefined : this.entry("stack", parts.stack, place), false);
    // An accessor of the class would not know the copy.
    define(
      copy,
      "code",
      parts.code === undefined ? undefined : this.entry("code", parts.code, place),
      parts.code !== undefined,
    );
    for (const [key, value] of parts.properties.slice(0, maxItems)) {
      if (key !== "name") define(copy, key, this.entry(key, value, place));
    }
    if (parts.cause !== undefined) define(copy, "cause", this.entry("cause", parts.cause, place), false);
    if (parts.errors !== undefined) define(copy, "errors", this.entry("errors", parts.errors, place), false);
    return copy;
  }
}

/** What stands in for a hidden value unless told otherwise. */
export const defaultCensor = "[redacted]";

// A key named `__proto__` stays a key.
function define(object: object, key: string, value: unknown, enumerable = true): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (error) {
    return `[threw: ${messageOf(error)}]`;
  }
}
