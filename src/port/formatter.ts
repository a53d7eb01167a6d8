import type { LogRecord } from "../record/log-record.ts";
import { ScopelogError } from "./codes.ts";

/** Makes the text of a record, without a line end. It must not throw; if it does, the line counts as failed. */
export interface Formatter {
  format(record: LogRecord): string;
}

/** A formatter, or the bare function of one. */
export type FormatterLike = Formatter | ((record: LogRecord) => string);

/**
 * The formatter meant by `like`.
 * @throws {ScopelogError} `ERR_SCOPELOG_FORMATTER` if it is neither a function nor has `format`
 */
export function toFormatter(like: FormatterLike): Formatter {
  if (typeof like === "function") return { format: like };
  if (typeof like?.format === "function") return like;
  throw new ScopelogError("ERR_SCOPELOG_FORMATTER", "a formatter is a function or an object with a format() method");
}

/** Says nothing: the empty text for every record. */
export const nullFormatter: Formatter = Object.freeze({ format: () => "" });
