import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { type ResponseLike, type StreamLike, watchStream, withBody } from "../request/stream.ts";

/**
 * A stream with the chunks of a web `ReadableStream`, whose end is the end of the scope: read to the end, failed, or
 * cancelled by its reader. The block of a `using` then no longer ends it. A web stream cannot be watched from beside,
 * as `until()` watches; so what is returned must be read in place of `stream`, which is locked. It reads nothing ahead.
 * A failure of the source fails the scope.
 * @throws {TypeError} if `stream` is locked already
 */
export function scopeStream<S extends StreamLike>(log: ScopedLogger, stream: S): S {
  let resolve = (): void => {};
  const watched = watchStream(log, stream, true, (how, reason) => {
    if (how === "failed") log.fail(reason);
    resolve();
  });
  log.until(
    new Promise<void>((settle) => {
      resolve = settle;
    }),
  );
  return watched as S;
}

/**
 * A response like `response`, the end of whose body is the end of the scope, see `scopeStream`. One without a body is
 * returned as it is, and the scope is left to its block. A server may send a body that is a stream more slowly than a
 * text; use it for bodies that stream.
 * @throws {TypeError} if the body is locked already
 */
export function scopeResponse<R extends ResponseLike>(log: ScopedLogger, response: R): R {
  return response.body === null ? response : withBody(response, scopeStream(log, response.body));
}
