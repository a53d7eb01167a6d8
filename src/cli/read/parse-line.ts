import type { Field } from "../../format/record-fields.ts";
import { levelNumber } from "../../record/level.ts";
import type { Entry, EntryError, EntryForgotten, EntrySummary, Fault, RecordEntry, TextEntry } from "./entry.ts";
import { entryError } from "./entry-error.ts";
import { labelOf, levelOfWord } from "./entry-level.ts";
import { timeOf } from "./entry-time.ts";
import { type Form, formOf, type Line } from "./forms.ts";
import { forgottenOf, summaryOf } from "./marks.ts";

const none: readonly never[] = Object.freeze([]);
const labels: ReadonlyMap<number, string> = new Map(
  (["trace", "debug", "info", "warn", "error", "fatal"] as const).map((name) => [levelNumber(name), name]),
);

// As every scope's id ends. Other writers use these keys for texts of their own.
const scopeId = /#\d+$/;

/** Reads one line, without the end of it. `last`: nothing came after it, not even an end of line. Never throws. */
export function parseLine(text: string, last = false): Entry {
  if (text.charCodeAt(0) !== 0x7b) {
    const trimmed = text.replace(/^[\s\ufeff]+/, "");
    if (trimmed.charCodeAt(0) !== 0x7b) return textEntry(text, isBinary(text) ? "binary" : undefined);
    return parseLine(trimmed, last);
  }
  let line: Line;
  try {
    line = JSON.parse(text) as Line;
  } catch {
    return textEntry(text, isBinary(text) ? "binary" : last ? "truncated" : "broken");
  }
  const form = formOf(line);
  return form === undefined ? textEntry(text, undefined) : new ReadRecord(line, form);
}

/** A line that is no record. */
export function textEntry(text: string, fault: Fault | undefined, bytes = 0): TextEntry {
  return { kind: "text", text, fault, bytes, forgotten: fault === undefined ? forgottenOf(text, none) : undefined };
}

function isBinary(text: string): boolean {
  return text.includes("\0") || text.includes("\ufffd");
}

class ReadRecord implements RecordEntry {
  readonly kind = "record";
  time = Number.NaN;
  level = Number.NaN;
  levelLabel = "";
  logger = "";
  scope: string | undefined = undefined;
  parent: string | undefined = undefined;
  message = "";
  error: EntryError | undefined = undefined;
  late = false;
  readonly fields: Field[] = [];
  readonly summary: EntrySummary | undefined;
  readonly forgotten: EntryForgotten | undefined;

  constructor(line: Line, form: Form) {
    const { roles, reserved, traces } = form;
    let stack: string | undefined;
    for (const key of Object.keys(line)) {
      const role = roles.get(key);
      if (role === undefined) {
        const own = reserved.size > 0 && key.charCodeAt(key.length - 1) === 0x5f ? restore(key, line, form) : key;
        this.fields.push(traces?.get(key)?.(line[key]) ?? [own, line[key]]);
      } else if (role === "stack" && typeof line[key] === "string") stack = line[key];
      else if (!this.#take(role, line[key])) this.fields.push([key, line[key]]);
    }
    if (stack !== undefined) this.#addStack(stack, line);
    this.summary = this.scope === undefined ? undefined : summaryOf(this.scope, this.message, this.fields);
    this.forgotten = forgottenOf(this.message, this.fields);
  }

  /** Takes a value for what its key means; false if it is of another kind, and so a field like others. */
  #take(role: string, value: unknown): boolean {
    switch (role) {
      case "time":
        return this.#takeTime(value);
      case "level":
        return this.#takeLevel(value);
      case "message":
        if (typeof value !== "string" || this.message !== "") return false;
        this.message = value;
        return true;
      case "logger":
        if (typeof value !== "string" || this.logger !== "") return false;
        this.logger = value;
        return true;
      case "scope":
        if (typeof value !== "string" || !scopeId.test(value)) return false;
        this.scope = value;
        return true;
      case "parent":
        if (typeof value !== "string" || !scopeId.test(value)) return false;
        this.parent = value;
        return true;
      case "late":
        if (value !== true) return false;
        this.late = true;
        return true;
      case "error":
        if (value === null || value === undefined) return false;
        this.error = entryError(value);
        return true;
      case "constant":
        return true;
      default:
        return this.#takeObject(value);
    }
  }

  #takeTime(value: unknown): boolean {
    const time = timeOf(value);
    if (Number.isNaN(time) || !Number.isNaN(this.time)) return false;
    this.time = time;
    return true;
  }

  #takeLevel(value: unknown): boolean {
    if (typeof value === "number") {
      this.level = value;
      this.levelLabel = labels.get(value) ?? labelOf(value, undefined);
      return true;
    }
    if (typeof value !== "string" || this.levelLabel !== "") return false;
    this.level = levelOfWord(value);
    this.levelLabel = labels.get(this.level) ?? labelOf(this.level, value.toLowerCase());
    return true;
  }

  /** `{"logger":{"name":...,"scope":...}}` and `{"log":{"level":...,"logger":...}}`: what is not known stays a field. */
  #takeObject(value: unknown): boolean {
    if (typeof value === "string" && this.logger === "") {
      this.logger = value;
      return true;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const parts = value as Record<string, unknown>;
    const known: Readonly<Record<string, string>> = {
      name: "logger",
      logger: "logger",
      scope: "scope",
      parent: "parent",
      level: "level",
    };
    let all = true;
    for (const key of Object.keys(parts)) {
      const role = Object.hasOwn(known, key) ? known[key] : undefined;
      if (role === undefined || !this.#take(role, parts[key])) all = false;
    }
    return all;
  }

  /** A stack of its own key: that of the error, or, where there is none, an error that is nothing but its stack. */
  #addStack(stack: string, line: Line): void {
    const { error } = this;
    if (error === undefined) this.error = entryError(undefined, stack);
    else if (error.stack === undefined) this.error = { ...error, stack };
    else this.fields.push(["stack", line["stack"] ?? stack]);
  }
}

/** The name that a field had before it was renamed for being reserved: one `_` less. */
function restore(key: string, line: Line, { roles, reserved }: Form): string {
  const own = key.slice(0, -1);
  let end = own.length;
  while (end > 0 && own.charCodeAt(end - 1) === 0x5f) end--;
  const base = own.slice(0, end);
  if (!reserved.has(base)) return key;
  // One that another field of the line has already, and keeps: `pid`, which pino writes as a field.
  return own === base && !roles.has(own) && Object.hasOwn(line, own) ? key : own;
}
