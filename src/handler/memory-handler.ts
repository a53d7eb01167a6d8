import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Handler } from "../port/handler.ts";
import type { LogRecord } from "../record/log-record.ts";
import { checkOptions, type HandlerOptions } from "./handler-options.ts";

export interface MemoryHandlerOptions extends HandlerOptions {
  /** How many records are kept, a whole number from 1; the oldest make room. Default all of them. */
  readonly limit?: number;
}

/** Keeps records. */
export interface MemoryHandler extends Handler {
  /** What was kept, the oldest first: the array that was given, if one was. */
  readonly records: LogRecord[];
  /** Forgets all. */
  clear(): void;
}

/**
 * Keeps records in an array, for tests and for showing the latest lines. Records hold their fields and errors: in a
 * process that lives long, give a limit.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL` or `ERR_SCOPELOG_FILTER` for a bad option
 */
export function memoryHandler(records: LogRecord[] = [], options: MemoryHandlerOptions = {}): MemoryHandler {
  checkKeys("memoryHandler", options, ["limit", "level", "filter"]);
  const { limit = Number.POSITIVE_INFINITY } = options;
  if (!Array.isArray(records)) throw new ScopelogError("ERR_SCOPELOG_OPTION", "records must be an array");
  if (limit !== Number.POSITIVE_INFINITY && !(Number.isInteger(limit) && limit >= 1)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "limit must be a whole number from 1");
  }
  return {
    ...checkOptions(options),
    records,
    handle(record) {
      records.push(record);
      if (records.length > limit) records.splice(0, records.length - limit);
    },
    clear() {
      records.length = 0;
    },
  };
}
