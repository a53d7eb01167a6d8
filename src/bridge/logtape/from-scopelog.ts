import { deliver } from "../../handler/deliver.ts";
import { closeAll, disposeOne } from "../../lifetime/disposal.ts";
import { checkHandler, type Handler } from "../../port/handler.ts";
import type { LogtapeOutput, LogtapeRecord } from "./logtape-like.ts";
import { closeFailed } from "./owned-output.ts";
import { toScopelog } from "./to-scopelog.ts";

/**
 * An output for LogTape's `configure` out of a handler of this library, with its level and filter: `syslogHandler()`
 * and `fileHandler()` serve LogTape's loggers. LogTape owns it, as it does all its outputs: what ends its configuration
 * flushes and closes the handler. `drain()` flushes it. A handler that is closed or flushed asynchronously can be used
 * with `configure()` alone, not with `configureSync()`. Never throws.
 * @throws {ScopelogError} `ERR_SCOPELOG_HANDLER` at once, if it is no handler
 */
export function fromScopelog(handler: Handler): LogtapeOutput & { drain(): Promise<void> } {
  checkHandler(handler, "the handler of fromScopelog()");
  const take = (record: LogtapeRecord): void => deliver(handler, toScopelog(record));
  const drain = async (): Promise<void> => handler.flush?.();
  // LogTape calls both if both are there, the one that does not wait first.
  if (handler[Symbol.asyncDispose] !== undefined || handler.flush !== undefined) {
    return Object.assign(take, { drain, [Symbol.asyncDispose]: () => closeAll([handler], closeFailed) });
  }
  if (handler[Symbol.dispose] === undefined) return Object.assign(take, { drain });
  return Object.assign(take, { drain, [Symbol.dispose]: () => disposeOne(handler, closeFailed) });
}
