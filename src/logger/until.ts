import { ScopelogError } from "../port/codes.ts";

/** The part of a Node `EventEmitter` that is used here; a stream or a socket is one. */
export interface EmitterLike {
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
}

/** The part of an `EventTarget` that is used here; a WebSocket or an `AbortSignal` is one. */
export interface TargetLike {
  addEventListener(type: string, listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** What can be the end of a scope. */
export type EndLike = EmitterLike | TargetLike | PromiseLike<unknown>;

/**
 * Calls `ended` once when `end` has come: an `AbortSignal` aborts, another target or emitter says `close`, a promise
 * settles. At once if it has come already.
 * @returns takes the listener back, for a scope that ends before
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is nothing that ends
 */
export function whenEnded(end: EndLike, ended: () => void): () => void {
  const { aborted, closed, readyState, close, then, once, addEventListener } = Object(end) as Partial<Parts>;
  // 3 is CLOSED for a WebSocket; others that have a `readyState` cannot be closed.
  const over = aborted === true || closed === true || (readyState === 3 && typeof close === "function");
  if (typeof addEventListener === "function") {
    const target = end as TargetLike;
    const type = typeof aborted === "boolean" ? "abort" : "close";
    if (over) ended();
    else target.addEventListener(type, ended, { once: true });
    return () => target.removeEventListener(type, ended);
  }
  if (typeof once === "function") {
    const emitter = end as EmitterLike;
    if (over) ended();
    else emitter.once("close", ended);
    return () => emitter.removeListener("close", ended);
  }
  if (typeof then === "function") {
    (end as PromiseLike<unknown>).then(ended, ended);
    return () => {};
  }
  throw new ScopelogError(
    "ERR_SCOPELOG_OPTION",
    "until() takes an AbortSignal, an EventTarget, an EventEmitter, a stream or a promise",
  );
}

/** What tells the kinds apart. */
interface Parts {
  aborted: unknown;
  closed: unknown;
  readyState: unknown;
  close: unknown;
  then: unknown;
  once: unknown;
  addEventListener: unknown;
}
