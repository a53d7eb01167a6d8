import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Handler } from "../port/handler.ts";
import type { LogRecord } from "../record/log-record.ts";
import { checkOptions, type HandlerOptions } from "./handler-options.ts";

/**
 * Calls `callback` with each record. What it throws is counted and told like that of any handler, and does not reach
 * the caller of the logger.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL` or `ERR_SCOPELOG_FILTER` for a bad option
 */
export function callbackHandler(callback: (record: LogRecord) => void, options: HandlerOptions = {}): Handler {
  if (typeof callback !== "function") throw new ScopelogError("ERR_SCOPELOG_OPTION", "callback must be a function");
  checkKeys("callbackHandler", options, ["level", "filter"]);
  return { ...checkOptions(options), handle: (record) => callback(record) };
}
