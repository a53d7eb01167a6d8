import { ScopelogError } from "../port/codes.ts";
import { type Fields, isError, noFields } from "../record/fields.ts";
import type { BaseLogger } from "./base-logger.ts";
import type { Logger } from "./logger.ts";

/** A line that was logged elsewhere: through another library, to a stream, to a console. */
export interface ForeignLine {
  /** See `levelNumber`; numbers in between are allowed. */
  readonly level: number;
  readonly message: string;
  /** What was thrown, if anything. */
  readonly error?: unknown;
  readonly fields?: Fields | undefined;
  /** When it was logged there, in milliseconds since 1970-01-01 UTC; now if absent. */
  readonly time?: number | undefined;
}

/** Has `logger` write a line that comes from elsewhere, with the time it has. Never throws. */
export function handIn(logger: Logger, { level, message, error, fields, time }: ForeignLine): void {
  if (!logger.isEnabled(level)) return;
  // A thrown object that is no error would be taken for fields if it came last.
  const last = error === undefined || isThrown(error) ? fields : (fields ?? noFields);
  const { write } = logger as Logger & Partial<BaseLogger>;
  // By what it has and not by `instanceof`: the logger may be from another copy of the package.
  if (time === undefined || typeof write !== "function") logger.log(level, message, error, last);
  else write.call(logger, level, message, error, last, time);
}

function isThrown(error: unknown): boolean {
  try {
    return isError(error);
  } catch {
    return false;
  }
}

/**
 * Checks that `logger` is one of this library's.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function checkLogger(logger: unknown, where: string): asserts logger is Logger {
  const { log, scope, isEnabled } = Object(logger) as Partial<Logger>;
  if (typeof log === "function" && typeof scope === "function" && typeof isEnabled === "function") return;
  throw new ScopelogError("ERR_SCOPELOG_OPTION", `${where} takes a logger of this library`);
}
