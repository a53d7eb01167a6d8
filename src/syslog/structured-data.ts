import { recordFields } from "../format/record-fields.ts";
import { renameReserved } from "../format/reserved.ts";
import { valueText } from "../format/value-text.ts";
import { type Fields, mergeFields } from "../record/fields.ts";
import type { LogRecord } from "../record/log-record.ts";
import type { LogSource } from "../record/log-source.ts";
import { nil } from "./header-field.ts";

/** Elements of structured data that stand in every line: SD-ID, parameter, value. */
export type StructuredData = Readonly<Record<string, Readonly<Record<string, string>>>>;

const nameLength = 32;

/** Whether `text` can be an SD-NAME (RFC 5424 section 6): 1 to 32 printable characters but `=`, `]`, `"` and space. */
export function isSdName(text: string): boolean {
  return text.length <= nameLength && /^[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]+$/.test(text);
}

/** Whether `text` can be an SD-ID: a registered name, or one with a private enterprise number, `name@32473`. */
export function isSdId(text: string): boolean {
  return isSdName(text) && (!text.includes("@") || /^[^@]+@[0-9]+(\.[0-9]+)*$/.test(text));
}

/** An SD-NAME out of any text: other characters become `_`, what is too long is cut. */
export function toSdName(text: string): string {
  if (isSdName(text)) return text;
  return text === "" ? "_" : text.slice(0, nameLength).replace(/[^\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]/g, "_");
}

/** Escapes what RFC 5424 section 6.3.3 says: `"`, `\` and `]`, with a backslash before. */
export function escapeParamValue(text: string): string {
  return /["\\\]]/.test(text) ? text.replace(/["\\\]]/g, "\\$&") : text;
}

/** The names that the message itself gives; a field of such a name gets a `_`. */
const reserved: ReadonlySet<string> = new Set(["logger", "scope", "late", "truncated"]);

/** Makes the STRUCTURED-DATA of records: the elements that always stand there, and one with the fields. */
export class StructuredDataEncoder {
  readonly #id: string | undefined;
  readonly #fixed: string;
  readonly #opening: string;
  readonly #control: (text: string) => string;
  // Leads nowhere: the texts remembered under it hang on the source of records.
  readonly #key = {};

  /** @param id the SD-ID of the element with the fields; undefined for none */
  constructor(id: string | undefined, fixed: StructuredData, control: (text: string) => string) {
    this.#id = id;
    this.#control = control;
    let elements = "";
    let shared = "";
    for (const [name, params] of Object.entries(fixed)) {
      const text = Object.entries(params).map(([param, value]) => this.#param(param, value));
      // An SD-ID must not stand twice in a line, so an element of the fields' own name is their beginning.
      if (name === id) shared = text.join("");
      else elements += `[${name}${text.join("")}]`;
    }
    this.#fixed = elements;
    this.#opening = `[${id}${shared}`;
    if (id !== undefined && shared !== "") this.#opened = true;
  }

  #opened = false;

  /** The text for one record; `-` if there is nothing. */
  encode(record: LogRecord): string {
    if (this.#id === undefined) return this.#fixed === "" ? nil : this.#fixed;
    let text: string;
    try {
      text = this.#quick(record);
    } catch {
      // A getter or a proxy among the fields.
      text = this.#parts(record).join("");
    }
    if (record.late) text += ' late="true"';
    return this.#finish(text);
  }

  /**
   * The text for one record in at most `bytes`: parameters that do not fit are left out, the last first, and
   * `truncated="true"` says so. `-` where not even that fits.
   */
  encodeWithin(record: LogRecord, bytes: number): string {
    const whole = this.encode(record);
    if (Buffer.byteLength(whole) <= bytes) return whole;
    if (Buffer.byteLength(this.#fixed) > bytes) return nil;
    if (this.#id === undefined) return this.#fixed;
    const mark = ' truncated="true"';
    let left = bytes - Buffer.byteLength(this.#fixed + this.#opening + mark) - 1;
    if (left < 0) return this.#fixed === "" ? nil : this.#fixed;
    let text = "";
    for (const param of this.#parts(record)) {
      const size = Buffer.byteLength(param);
      if (size > left) continue;
      left -= size;
      text += param;
    }
    return this.#finish(text + mark);
  }

  #quick({ source, fields }: LogRecord): string {
    if (fields === undefined) return this.#bound(source);
    if (!overlaps(fields, source.bound)) return this.#bound(source) + this.#params(fields);
    return this.#names(source) + this.#params(mergeFields(source.bound, fields));
  }

  // Each parameter by itself; never throws.
  #parts(record: LogRecord): string[] {
    const fields = recordFields(record).map(([key, value]) => this.#field(key, value));
    return [this.#names(record.source), ...fields];
  }

  #finish(params: string): string {
    if (params !== "" || this.#opened) return `${this.#fixed}${this.#opening}${params}]`;
    return this.#fixed === "" ? nil : this.#fixed;
  }

  #bound(source: LogSource): string {
    const known = source.recall(this.#key);
    if (known !== undefined) return known.before;
    return source.remember(this.#key, this.#names(source) + this.#params(source.bound)).before;
  }

  #names(source: LogSource): string {
    const { logger, scope } = source;
    const text = logger === "" ? "" : this.#param("logger", logger);
    return scope === undefined ? text : text + this.#param("scope", scope);
  }

  #params(fields: Fields): string {
    let text = "";
    for (const key of Object.keys(fields)) text += this.#field(key, fields[key]);
    return text;
  }

  #field(key: string, value: unknown): string {
    const text = valueText(value, key);
    return text === undefined ? "" : this.#param(renameReserved(key, reserved), text);
  }

  #param(name: string, value: string): string {
    return ` ${toSdName(name)}="${escapeParamValue(this.#control(value))}"`;
  }
}

function overlaps(fields: Fields, bound: Fields): boolean {
  for (const key in fields) if (key in bound) return true;
  return false;
}
