import type { LevelSetting } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";
import { ScopelogError } from "./codes.ts";
import type { FilterLike } from "./filter.ts";

/**
 * Takes records somewhere. Write your own by giving it `handle`; the rest is optional.
 *
 * Who closes it is said where it is passed: `configure`, `ScopeOptions.handlers` and `use` own a handler and close it
 * at their end; `addHandler` borrows it.
 */
export interface Handler {
  /** Only records at this level and above reach `handle`; everything if absent. */
  readonly level?: LevelSetting | undefined;
  /** Only records it lets pass reach `handle`, after `level`. */
  readonly filter?: FilterLike | undefined;
  /** Takes one record. It must not block; what it throws is caught, counted in `failed` and told once. */
  handle(record: LogRecord): void;
  /** Resolves once everything taken so far is with the destination, or is known to be lost. */
  flush?(): void | Promise<void>;
  /** Ends it now; what was taken before is still brought out where that needs no waiting. Idempotent. */
  [Symbol.dispose]?(): void;
  /** Ends it and waits until what was taken is out. Idempotent. */
  [Symbol.asyncDispose]?(): Promise<void>;
  /**
   * What must still be closed if the handler is forgotten: a socket, a file, a lease. Closed once, when the scope that
   * owned the handler is collected. It must not lead back to the handler: whatever the handler holds (a formatter that
   * closes over a connection, and so over the logger) would otherwise be kept for ever.
   */
  readonly resource?: Disposable | undefined;
}

/**
 * Checks that `value` is a handler.
 * @throws {ScopelogError} `ERR_SCOPELOG_HANDLER` if it has no `handle` function
 */
export function checkHandler(value: unknown, where: string): asserts value is Handler {
  if (typeof (value as Partial<Handler> | null | undefined)?.handle === "function") return;
  throw new ScopelogError("ERR_SCOPELOG_HANDLER", `${where} is not a handler: it has no handle() method`);
}

/** Takes everything and does nothing with it. */
export function nullHandler(): Handler {
  return { handle() {} };
}
