import type { Field } from "../../format/record-fields.ts";

/** One line of a log, whoever wrote it. */
export type Entry = RecordEntry | TextEntry;

/** A line that is a log record. What the line does not have is undefined, or empty where it is a text. */
export interface RecordEntry {
  readonly kind: "record";
  /** In milliseconds since 1970-01-01 UTC; NaN if the line has none. */
  readonly time: number;
  /** As a number, see `levelNumber`; NaN if the line has none. */
  readonly level: number;
  /** The level's name, such as `info`; the writer's own word for one in between; `""` if the line has none. */
  readonly levelLabel: string;
  readonly logger: string;
  /** The id of the scope, such as `conn#17`. */
  readonly scope: string | undefined;
  /** The id of the scope around it, where the writer tells. */
  readonly parent: string | undefined;
  readonly message: string;
  readonly error: EntryError | undefined;
  /** Logged after its scope had ended. */
  readonly late: boolean;
  /** What else the line has, in its order, under the names that the program gave. */
  readonly fields: readonly Field[];
  /** What a scope says at its end, if this is that record. */
  readonly summary: EntrySummary | undefined;
  /** The report of forgotten scopes, if this is one. */
  readonly forgotten: EntryForgotten | undefined;
}

/** What may be wrong with a line that is no log record. */
export type Fault =
  /** It begins as a JSON object, and is none. */
  | "broken"
  /** It has NUL bytes, or bytes that are not UTF-8. */
  | "binary"
  /** It is longer than the limit: `text` is its beginning. */
  | "long"
  /** It is the last one, begins as a JSON object, and ends in the middle. */
  | "truncated";

/** A line that is no log record. */
export interface TextEntry {
  readonly kind: "text";
  /** The line as it is: not escaped. */
  readonly text: string;
  /** undefined for ordinary text, such as what a program prints beside its log. */
  readonly fault: Fault | undefined;
  /** The length of the whole line, in bytes; only for one that is too long. */
  readonly bytes: number;
  /** The report of forgotten scopes, as the runtime prints a warning, if this is one. */
  readonly forgotten: EntryForgotten | undefined;
}

/** What was thrown, as a line tells it. */
export interface EntryError {
  /** `""` if it is not told. */
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
  readonly properties: readonly Field[];
  /** What caused it: an error, or any value where the cause was none. */
  readonly cause: EntryError | undefined;
  /** The errors of an `AggregateError`. */
  readonly errors: readonly EntryError[];
}

/** What the record at the end of a scope tells. */
export interface EntrySummary {
  readonly outcome: "ok" | "error" | "unknown";
  readonly durationMs: number;
  /** Lines by level. */
  readonly lines: Readonly<Record<string, number>>;
  /** How many lines its buffer gave up. */
  readonly dropped: number;
}

/** Scopes that were collected instead of disposed. */
export interface EntryForgotten {
  /** The name of the scopes. */
  readonly name: string;
  /** The id of the last of them, where it is told. */
  readonly id: string | undefined;
  readonly count: number;
  /** Where they were opened, as far as it was looked up. */
  readonly origin: string | undefined;
  /** How many more there were whose place was not looked up. */
  readonly unlocated: number;
}
