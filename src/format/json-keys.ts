import { flat } from "../record/flat.ts";
import { jsonString } from "./json-string.ts";
import { renameReserved } from "./reserved.ts";
import type { KnownField, KnownFields } from "./trace-context.ts";

// Keys are few and repeat; should a program log the keys of foreign data, the table is let go instead of growing.
const maxKeys = 1024;
const maxKeyLength = 64;

/** What goes before a field's value. */
interface KeyText {
  /** Such as `,"peer":`. */
  readonly bare: string;
  /** The same with the opening quote of a string: `,"peer":"`. */
  readonly quoted: string;
  /** What the profile has in place of the field. */
  readonly known: KnownField | undefined;
  /** The field that the profile has under this name, such as `trace_id` for `trace.id`. */
  readonly twin: string | undefined;
}

/**
 * Keys as the text that goes before a value, with the reserved ones renamed. The texts are kept: to look one up costs
 * a fifth of escaping it again.
 */
export class JsonKeys {
  readonly #reserved: ReadonlySet<string>;
  readonly #known: ReadonlyMap<string, KnownField>;
  readonly #twins: ReadonlyMap<string, string>;
  readonly #texts = new Map<string, KeyText>();

  constructor(reserved: Iterable<string>, known: KnownFields = {}) {
    this.#reserved = new Set(reserved);
    this.#known = new Map(Object.entries(known));
    this.#twins = new Map(Object.entries(known).map(([name, { key }]) => [key, name]));
  }

  /** The text for the user's field `key`. */
  before(key: string): KeyText {
    return this.#texts.get(key) ?? this.#make(key);
  }

  #make(key: string): KeyText {
    const bare = flat(`,${jsonString(renameReserved(key, this.#reserved))}:`);
    const text = { bare, quoted: flat(`${bare}"`), known: this.#known.get(key), twin: this.#twins.get(key) };
    if (key.length > maxKeyLength) return text;
    if (this.#texts.size >= maxKeys) this.#texts.clear();
    this.#texts.set(key, text);
    return text;
  }
}
