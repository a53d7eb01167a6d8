import { defaultLimits } from "../../format/json-limits.ts";
import { cut } from "../../format/json-string.ts";
import { nativeValues } from "../../format/json-values.ts";

const { depth: maxDepth, items: maxItems, string: maxString, line } = defaultLimits;
// What one field may take, as in our JSON.
const maxRoom = Math.ceil(line / 4);
// Beyond it a whole number does not fit into the `int_value` of OTLP.
const maxInteger = 2 ** 63;

/**
 * `value`, the value of the field `key`, as an `AnyValue` of OpenTelemetry: a copy out of texts, numbers, booleans, null,
 * bytes, arrays and simple objects; undefined if there is nothing to say. What is none of these becomes what
 * `jsonFormatter` writes for it, within the same limits. Never throws.
 *
 * What an `AnyValue` can be but OTLP's JSON cannot carry would make a receiver refuse the whole batch: numbers that are
 * not finite, and whole numbers beyond 64 bits, become texts ("Mapping Arbitrary Data to OTLP AnyValue").
 */
export function anyValue(value: unknown, key: string): unknown {
  if (typeof value === "string") return cut(value, maxString);
  try {
    return typeof value === "object" && value !== null ? new Walk(true).object(value, maxDepth) : scalar(value);
  } catch {
    return parsed(value, key);
  }
}

/** A thrown value with all its parts, but the stack of the outermost. */
export function errorValue(thrown: unknown): unknown {
  return fromJson(nativeValues.error(thrown, true));
}

/** What our JSON says, which knows how to go on at a cycle, a getter that throws, or too much. */
function parsed(value: unknown, key: string): unknown {
  const text = nativeValues.value(value, key);
  return text === undefined ? undefined : fromJson(text);
}

function fromJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? new Walk(false).object(value, Infinity) : scalar(value);
}

function scalar(value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) && !(Number.isInteger(value) && Math.abs(value) >= maxInteger)
        ? value
        : String(value);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : cut(value.toString(), maxString);
    case "symbol":
      return cut(value.toString(), maxString);
    case "function":
      return cut(`[Function: ${String(value.name)}]`, maxString);
    default:
      return value;
  }
}

/** Thrown at what a walk leaves to our JSON. */
const notPlain = new Error("not plain data");

class Walk {
  /** Whether the limits are still to be kept. */
  readonly #limited: boolean;
  #room = maxRoom;

  constructor(limited: boolean) {
    this.#limited = limited;
  }

  object(value: object, depth: number): unknown {
    if (depth === 0) throw notPlain;
    if (Array.isArray(value)) return this.#array(value, depth);
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return this.#map(value as Record<string, unknown>, depth);
    }
    const bytes = bytesOf(value);
    if (bytes !== undefined) {
      this.#take(bytes.length);
      return bytes;
    }
    const text = nativeValues.value(value, "");
    this.#take(text?.length ?? 0);
    return text === undefined ? undefined : fromJson(text);
  }

  #array(items: readonly unknown[], depth: number): unknown[] {
    if (this.#limited && items.length > maxItems) throw notPlain;
    const copy: unknown[] = [];
    for (let index = 0; index < items.length; index++) copy.push(this.#value(items[index], depth) ?? null);
    return copy;
  }

  #map(object: Readonly<Record<string, unknown>>, depth: number): unknown {
    const keys = Object.keys(object);
    if (this.#limited && (keys.length > maxItems || typeof object["toJSON"] === "function")) throw notPlain;
    const copy: Record<string, unknown> = {};
    for (const key of keys) {
      this.#take(key.length);
      const value = this.#value(object[key], depth);
      // With a property of this name an object is none to the SDK; the other would be its prototype.
      if (value !== undefined) copy[key === "constructor" || key === "__proto__" ? `${key}_` : key] = value;
    }
    return copy;
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === "string") {
      this.#take(value.length);
      return this.#limited ? cut(value, maxString) : value;
    }
    this.#take(1);
    return typeof value === "object" && value !== null ? this.object(value, depth - 1) : scalar(value);
  }

  #take(length: number): void {
    if (!this.#limited) return;
    this.#room -= length;
    if (this.#room < 0) throw notPlain;
  }
}

/** A copy of binary data, since who logs may use its buffer again; undefined for anything else. */
function bytesOf(value: object): Uint8Array | undefined {
  const bytes =
    value instanceof Uint8Array
      ? value
      : value instanceof DataView
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : value instanceof ArrayBuffer
          ? new Uint8Array(value)
          : undefined;
  return bytes === undefined || bytes.length > maxString ? undefined : new Uint8Array(bytes);
}
