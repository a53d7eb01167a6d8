import { errorParts } from "../format/error.ts";
import { readKey } from "../format/record-fields.ts";
import { isError, messageOf } from "../record/fields.ts";
import { copyBuiltIn } from "./redact-built-in.ts";
import { isEnd, type Place, type RedactRules } from "./redact-rules.ts";
import { stackWithout, textOf } from "./redact-stack.ts";

/** What stands in for a hidden value, or makes it of the value and its path. */
export type Censor = string | ((value: unknown, path: readonly string[]) => unknown);

// Bounds for what is copied: what is beyond is not shown, rather than shown as it is.
const maxDepth = 20;
const maxItems = 1000;
const maxValues = 20_000;

/**
 * One walk through data: a copy with what the rules hide replaced. It never changes the data, and never throws. Nothing of
 * the copy leads back to the data, where a formatter would find what was hidden: no getter, no proxy, no `toJSON`.
 */
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
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return value;
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
    if (typeof value === "function") return this.#function(value, place);
    if (isError(value)) return this.#error(value, place);
    const copy = copyBuiltIn(value);
    if (copy !== undefined) return copy;
    const { toJSON } = value as { toJSON?: unknown };
    // Formatters show what toJSON returns, so that is what must be searched.
    if (typeof toJSON === "function") {
      const result: unknown = toJSON.call(value, this.#keys.at(-1) ?? "");
      return result === value ? this.#contents(value, place) : this.value(result, place);
    }
    return this.#contents(value, place);
  }

  #contents(value: object, place: Place): unknown {
    if (Array.isArray(value)) return this.#items(value, value.length, place);
    if (value instanceof Set) return new Set(this.#items(Set.prototype.values.call(value), value.size, place));
    if (value instanceof Map) return this.#map(value, place);
    const keys = Object.keys(value);
    const copy: Record<string, unknown> = {};
    for (const key of keys.slice(0, maxItems)) {
      if (this.#left-- < 0) break;
      this.#add(copy, key, readKey(value, key), place);
    }
    if (keys.length > maxItems) define(copy, "...", `[${keys.length - maxItems} more]`);
    return copy;
  }

  #add(copy: object, key: string, value: unknown, place: Place): void {
    // It would be called, and return the data again.
    if (key === "toJSON" && typeof value === "function") return;
    const shown = this.entry(key, value, place);
    if (shown !== undefined || value === undefined) define(copy, key, shown);
  }

  // A path need not say that there is a list on its way: `users.password` is that of each user.
  #items(items: Iterable<unknown>, size: number, place: Place): unknown[] {
    const copy: unknown[] = [];
    for (const item of items) {
      if (copy.length >= maxItems || this.#left-- < 0) {
        copy.push(`[${size - copy.length} more]`);
        break;
      }
      const there = this.#rules.stepInto(place, copy.length);
      this.#keys.push(String(copy.length));
      copy.push(isEnd(there) ? this.#hidden(item) : this.value(item, there.length > 0 ? [...place, ...there] : place));
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
      // What an object becomes may be a name, such as that of a boxed text or of a `toJSON`.
      const shownKey = this.value(key, place);
      const name = keyName(shownKey);
      const shown = name === undefined ? this.value(value, place) : this.entry(name, value, place);
      if (shown !== undefined || value === undefined) copy.set(shownKey, shown);
    }
    return copy;
  }

  // A function again, which formatters leave out or show by its name: but some readers show its properties.
  #function(value: object, place: Place): unknown {
    const copy = () => {};
    define(copy, "name", textOf(readKey(value, "name")), false);
    for (const key of Object.keys(value).slice(0, maxItems)) this.#add(copy, key, readKey(value, key), place);
    return copy;
  }

  // An error again, so that formatters see one; only what they show is copied. What it does not have is set as well where
  // its class has it: an accessor would not know the copy.
  #error(error: Error, place: Place): unknown {
    const parts = errorParts(error);
    const copy: Error = Object.setPrototypeOf(
      new Error(),
      error instanceof Error ? Object.getPrototypeOf(error) : Error.prototype,
    );
    define(copy, "name", parts.type, false);
    const message = this.entry("message", parts.message, place);
    define(copy, "message", message, false);
    const said = message === parts.message ? parts.stack : stackWithout(parts, message);
    define(copy, "stack", said === undefined ? undefined : this.entry("stack", said, place), false);
    const part = (key: string, value: unknown, enumerable: boolean) => {
      if (value !== undefined) define(copy, key, this.entry(key, value, place), enumerable);
      else if (key in copy) define(copy, key, undefined, false);
    };
    part("code", parts.code, true);
    part("cause", parts.cause, false);
    part("errors", parts.errors, false);
    for (const [key, value] of parts.properties.slice(0, maxItems)) {
      if (key !== "name") this.#add(copy, key, value, place);
    }
    for (const method of sayingItself) if (method in copy) define(copy, method, undefined, false);
    for (const key of inheritedKeys(copy)) {
      const value = readKey(error, key);
      const shown = this.entry(key, value, place);
      if (shown !== value && typeof value !== "function") define(copy, key, shown, false);
    }
    return copy;
  }
}

/** What stands in for a hidden value unless told otherwise. */
export const defaultCensor = "[redacted]";

// Methods of a class by which some readers have its errors say themselves how they are: from the class, they may know more
// than the copy.
const sayingItself = ["toJSON", Symbol.for("nodejs.util.inspect.custom")] as const;

// A key named `__proto__` stays a key.
function define(object: object, key: PropertyKey, value: unknown, enumerable = true): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

/** The name that the key of a Map stands for; undefined if it stands for none. */
function keyName(key: unknown): string | undefined {
  if (typeof key === "symbol") return key.description ?? "";
  return typeof key === "object" && key !== null ? undefined : textOf(typeof key === "function" ? key.name : key);
}

/** Keys that `for ... in` finds and that are not the error's own: some serializers of others show them. */
function inheritedKeys(error: object): string[] {
  const keys: string[] = [];
  try {
    for (const key in error) if (!Object.hasOwn(error, key)) keys.push(key);
  } catch {
    // A proxy among the prototypes, whose keys nobody will be told.
  }
  return keys;
}
