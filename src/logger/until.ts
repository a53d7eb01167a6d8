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

/** What tells a web stream: a `ReadableStream`, or a `WritableStream`. */
export type WebStreamLike = { getReader(): unknown } | { getWriter(): unknown };

/** What tells a `Response`. */
export interface ResponseLike {
  readonly body: object | null;
  readonly bodyUsed: boolean;
}

/** What can be the end of a scope. */
export type EndLike = EmitterLike | TargetLike | PromiseLike<unknown> | WebStreamLike | ResponseLike;

/**
 * Calls `ended` once when `end` has come: an `AbortSignal` aborts, another target or emitter says `close`, a promise
 * settles, a web stream or the body of a response is read to its end, fails or is cancelled. At once if it has come already.
 * @returns takes the listener back, for a scope that ends before
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is nothing that ends, `ERR_SCOPELOG_UNAVAILABLE` for a web stream
 *   where it cannot be watched
 */
export function whenEnded(end: EndLike, ended: () => void): () => void {
  const { aborted, closed, readyState, close, then, once, addEventListener, getReader, getWriter, body, bodyUsed } =
    Object(end) as Partial<Parts>;
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
  if (typeof getReader === "function" || typeof getWriter === "function") return whenStreamed(end, ended);
  if (typeof bodyUsed === "boolean" && typeof body === "object") {
    if (body !== null) return whenStreamed(body, ended);
    ended();
    return () => {};
  }
  throw new ScopelogError(
    "ERR_SCOPELOG_OPTION",
    "until() takes an AbortSignal, an EventTarget, an EventEmitter, a stream, a Response or a promise",
  );
}

type Finished = (stream: object, callback: () => void) => () => void;

// Only the reader of a web stream is told of its end, and a stream has one reader; `finished` of Node, Bun and Deno looks
// inside. A page in a browser has nothing like it.
function whenStreamed(stream: object, ended: () => void): () => void {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const streams = process?.getBuiltinModule?.("node:stream") as { finished?: Finished } | undefined;
  if (typeof streams?.finished === "function") return streams.finished(stream, ended);
  throw new ScopelogError(
    "ERR_SCOPELOG_UNAVAILABLE",
    "until() cannot watch a web stream in this runtime; scopeStream() of scopelog/http wraps one",
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
  getReader: unknown;
  getWriter: unknown;
  body: unknown;
  bodyUsed: unknown;
}
