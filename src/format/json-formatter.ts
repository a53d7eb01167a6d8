import type { Formatter } from "../port/formatter.ts";
import { type Fields, messageOf, noFields } from "../record/fields.ts";
import { flat } from "../record/flat.ts";
import type { LogRecord } from "../record/log-record.ts";
import type { LogSource, SourceTexts } from "../record/log-source.ts";
import { JsonKeys } from "./json-keys.ts";
import type { JsonLimits } from "./json-limits.ts";
import { jsonNumber } from "./json-number.ts";
import type { JsonProfile } from "./json-profile.ts";
import { cut, jsonContent } from "./json-string.ts";
import { JsonValues } from "./json-values.ts";
import type { KnownField } from "./trace-context.ts";

// The keys under which it is said that there was more than the limit of a line.
const moreBound = "....";
const moreFields = "...";

/**
 * The engine of all JSON profiles. A line is joined out of few pieces: the head is the same for all lines of one
 * millisecond and level, and what depends on the source alone is remembered by the source, so that a line without
 * fields costs four concatenations and a test of its message.
 */
export class JsonFormatter implements Formatter {
  readonly #profile: JsonProfile;
  readonly #limits: JsonLimits;
  readonly #keys: JsonKeys;
  readonly #values: JsonValues;
  readonly #sourceKey = {};
  /** What goes between the source and the message, with the opening quote of the message. */
  readonly #message: string;
  #time = Number.NaN;
  #level = Number.NaN;
  #head = "";

  constructor(profile: JsonProfile, limits: JsonLimits) {
    this.#profile = profile;
    this.#limits = limits;
    this.#keys = new JsonKeys([...profile.reserved, moreBound, moreFields], profile.known);
    this.#values = new JsonValues(limits, profile.errorNames);
    this.#message = flat(`${profile.message}"`);
  }

  format(record: LogRecord): string {
    try {
      const { source, fields } = record;
      const { before, after } = source.recall(this.#sourceKey) ?? this.#remember(source);
      const start = this.#start(record) + before + this.#content(record.message) + after;
      if (fields === undefined) return start + this.#end(record);
      const own = this.#fields(fields, source.bound, moreFields);
      // A field of the call that has the name of a bound one replaces it.
      return own === undefined ? this.#guarded(record) : start + own + this.#end(record);
    } catch {
      return this.#guarded(record);
    }
  }

  /** What depends on time and level. */
  #start({ time, levelNumber }: LogRecord): string {
    if (time !== this.#time || levelNumber !== this.#level) {
      this.#head = flat(this.#profile.head(time, levelNumber));
      this.#time = time;
      this.#level = levelNumber;
    }
    return this.#head;
  }

  /** What is the same for all lines of the source, around the content of the message. */
  #remember(source: LogSource): SourceTexts {
    const after = `"${this.#profile.after(source)}${this.#fields(source.bound, noFields, moreBound)}`;
    return source.remember(this.#sourceKey, this.#before(source), after);
  }

  #before(source: LogSource): string {
    return this.#profile.before(source) + this.#message;
  }

  #end({ error, late }: LogRecord): string {
    if (error === undefined && !late) return "}";
    const thrown = error === undefined ? "" : this.#profile.error(error, this.#values);
    return `${thrown}${late ? this.#profile.late : ""}}`;
  }

  #content(text: string): string {
    return text.length > this.#limits.string ? jsonContent(cut(text, this.#limits.string)) : jsonContent(text);
  }

  /** Members for all `fields`; undefined if one has the name of one of `others`. */
  #fields(fields: Fields, others: Fields, more: string): string | undefined {
    let text = "";
    // Not `for in`: it saves some hundredths where all fields are alike, and costs as much where they differ.
    for (const key of Object.keys(fields)) {
      if (text.length > this.#limits.line || key.length > this.#limits.string) return `${text},"${more}":"[more]"`;
      const value = fields[key];
      const before = this.#keys.before(key);
      if (others !== noFields && meets(key, before.twin, others)) return undefined;
      switch (typeof value) {
        case "string":
          text +=
            (before.known !== undefined && this.#known(before.known, value, fields, others)) ||
            `${before.quoted}${this.#content(value)}"`;
          break;
        case "number":
          text += before.bare + jsonNumber(value);
          break;
        case "boolean":
          text += before.bare + value;
          break;
        default: {
          const written = this.#values.value(value, key);
          if (written !== undefined) text += before.bare + written;
        }
      }
    }
    return text;
  }

  /** The member that the profile has for a field; undefined if it has none for this value, or the user gave it too. */
  #known({ key, write }: KnownField, value: string, fields: Fields, others: Fields): string | undefined {
    if (fields[key] !== undefined || others[key] !== undefined) return undefined;
    const written = write(value);
    return written === undefined ? undefined : `,"${key}":${written}`;
  }

  /** The line of a record whose fields meet or throw when they are read: each is written on its own. */
  #guarded(record: LogRecord): string {
    const { source, fields, message } = record;
    const members = new Map<string, string>();
    let more = this.#collect(members, source.bound, fields ?? noFields, moreBound);
    if (fields !== undefined) more += this.#collect(members, fields, source.bound, moreFields);
    const text = typeof message === "string" ? message : messageOf(message);
    let line = `${this.#start(record)}${this.#before(source)}${this.#content(text)}"${this.#profile.after(source)}`;
    for (const member of members.values()) line += member;
    return line + more + this.#end(record);
  }

  /** Puts the texts of all `fields` into `members`; returns the mark for what could not be. */
  #collect(members: Map<string, string>, fields: Fields, others: Fields, more: string): string {
    let length = 0;
    try {
      for (const key of Object.keys(fields)) {
        members.delete(key);
        if (length > this.#limits.line || key.length > this.#limits.string) return `,"${more}":"[more]"`;
        const member = this.#member(fields, others, key);
        if (member === undefined) continue;
        members.set(key, member);
        length += member.length;
      }
      return "";
    } catch (error) {
      return `,"${more}":${this.#threw(error)}`;
    }
  }

  #member(fields: Fields, others: Fields, key: string): string | undefined {
    const { bare, known } = this.#keys.before(key);
    let written: string | undefined;
    try {
      const value = fields[key];
      const member = known && typeof value === "string" ? this.#known(known, value, fields, others) : undefined;
      if (member !== undefined) return member;
      written = this.#values.value(value, key);
    } catch (error) {
      written = this.#threw(error);
    }
    return written === undefined ? undefined : bare + written;
  }

  #threw(error: unknown): string {
    return this.#values.value(`[threw: ${messageOf(error)}]`, "") as string;
  }
}

/** Whether a field named `key`, or what the profile has under that name, is among `others`. */
function meets(key: string, twin: string | undefined, others: Fields): boolean {
  return others[key] !== undefined || (twin !== undefined && others[twin] !== undefined);
}
