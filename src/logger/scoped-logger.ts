import type { Handler } from "../port/handler.ts";
import type { Fields } from "../record/fields.ts";
import type { LevelName, LevelSetting } from "../record/level.ts";
import type { Logger } from "./logger.ts";
import type { Outcome } from "./summary.ts";
import type { EndLike } from "./until.ts";

/** What a scope may be given when it is opened. */
export interface ScopeOptions {
  /** Handlers of this scope's lines and of those inside it. Owned: closed with the scope, in reverse order. */
  handlers?: readonly Handler[];
  /** The lowest level that is written, over what is configured for the name. */
  level?: LevelSetting;
  /** Whether lines go on to the handlers of the scope around and of the categories. Default: true. */
  propagate?: boolean;
  /** The logger that this scope is inside of: its fields and handlers are inherited. Default: none. */
  parent?: Logger;
  /**
   * Holds records below `until`, and writes them, in order and with their own times, only if one at `until` or above
   * or a `fail()` comes; else they go with the scope. `limit` is how many (default 1000); the oldest make room. What
   * all buffers of the process hold is bounded by `Config.budget.bufferBytes`.
   */
  buffer?: { until: LevelName; limit?: number };
  /**
   * Writes one record at the end, `<name> ended`, with `durationMs`, `outcome`, `lines` by level and `dropped`. A level,
   * or true for error after a `fail()` and info else. It has the fields of the scope, and not those that are ambient where
   * the end comes from. A scope that is collected writes none. Default: false.
   */
  summary?: boolean | LevelName;
}

/**
 * A logger with an end. Open it with `using log = getScoped(...)`: when the block ends, so does the scope, and the
 * handlers it owns are closed. If it is forgotten instead, the garbage collector ends it: what its handlers gave as
 * `resource` is closed all the same, and the place that forgot is told.
 */
export interface ScopedLogger extends Logger, Disposable, AsyncDisposable {
  /** The name and a number, such as `conn#17`; unique in its registry. */
  readonly id: string;
  /** Whether this holder has ended. Lines logged then are late, unless another holder keeps the scope. */
  readonly disposed: boolean;
  /**
   * Adds a handler that the scope owns from now on: closed with the scope, the last added first. Returns it.
   * @throws {ScopelogError} `ERR_SCOPELOG_HANDLER_OWNED` if it has an owner, `ERR_SCOPELOG_SCOPE_ENDED` after the end
   */
  use<H extends Handler>(handler: H): H;
  /**
   * Adds a handler that somebody else closes.
   * @throws {ScopelogError} `ERR_SCOPELOG_SCOPE_ENDED` after the end
   */
  addHandler(handler: Handler): void;
  /** Takes a handler away without closing it; one that was owned is the caller's again. */
  removeHandler(handler: Handler): void;
  /** The last word of `ok` and `fail`; `"unknown"` if none was said. */
  readonly outcome: Outcome;
  /**
   * Says that it went well, for the summary. The last word of `ok` and `fail` counts.
   * @param fields are added to the summary, to those of earlier calls
   */
  ok(fields?: Fields): void;
  /**
   * Says that it went wrong, for the summary, and writes what `buffer` holds. It logs nothing itself. The error
   * remembers the fields of this scope, see `run`.
   * @param error stays that of an earlier `fail` if there is none
   * @param fields are added to the summary, to those of earlier calls
   */
  fail(error?: unknown, fields?: Fields): void;
  /**
   * Moves the end of this holder from its block to an event: `using` then no longer ends it, `dispose()` and `close()`
   * still do. An `AbortSignal` ends it when it aborts, an emitter, stream, socket or other target at its `close`, a
   * promise when it settles, a web stream or the body of a `Response` when it was read to its end, failed or was
   * cancelled; of several the first. It ends after all who hear of the same event, so their lines are not late. What is
   * given holds the scope until then. The body of a `Response` that a server takes as a whole, and never reads, has no
   * end that can be seen: `scopeResponse` of `scopelog/http` is for those.
   * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is nothing that ends, `ERR_SCOPELOG_UNAVAILABLE` for a web stream
   *   in a browser
   */
  until(end: EndLike): this;
  /**
   * Calls `fn` with this scope as the ambient one: there, and in all it starts, `currentLogger()` is this logger, and
   * lines and new scopes have its fields. Returns what `fn` returns. An error that leaves `fn`, thrown or rejected,
   * remembers the fields of this scope: whoever logs it outside logs them too.
   * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if `fn` is no function
   */
  run<T>(fn: () => T): T;
  /**
   * One more holder of the same scope, for work that outlives the block: the scope ends when the last holder ends.
   * Dispose what is returned. Of a scope that has ended, a holder that has ended too.
   */
  fork(): ScopedLogger;
  /** Ends it without waiting. Idempotent, never throws. */
  dispose(): void;
  /** Ends it, flushes the handlers it owns, and waits until they are closed. Idempotent, never rejects. */
  close(): Promise<void>;
  /** The same as `dispose()`. */
  [Symbol.dispose](): void;
  /** The same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
