import { isThenable } from "../../lifetime/thenable.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { tellOutcome } from "./outcome.ts";
import { type ResponseLike, watchStream, withBody } from "./stream.ts";

/** How the end of a response is found. */
export interface FetchEnd<Response> {
  readonly ambient: boolean;
  /** Whether anything comes of how it went. */
  readonly tells: boolean;
  /** Whether bodies are waited for. */
  readonly streams: boolean | ((response: Response) => boolean);
}

/**
 * Ends `log` with `response`, and returns what is to be sent: the response itself, or one with a body that is watched.
 * @param cause what was thrown on the way, if anything
 * @param completed a promise of the server that says when the response is over, but not how, if it has one
 */
export function endWithFetch<Response extends ResponseLike>(
  log: ScopedLogger,
  response: Response,
  end: FetchEnd<Response>,
  method: string,
  completed: unknown,
  cause?: unknown,
): Response {
  const finish = (aborted: boolean) => {
    if (end.tells) tellOutcome(log, response.status, aborted, cause);
    log.dispose();
  };
  if (!end.tells && isThenable(completed)) {
    const over = () => finish(false);
    completed.then(over, over);
    return response;
  }
  const streams = typeof end.streams === "function" ? end.streams(response) : end.streams;
  // The body of an answer to HEAD is neither read nor cancelled.
  const body = streams && method !== "HEAD" && !isWhole(response) ? response.body : null;
  if (body === null || body.locked) {
    finish(false);
    return response;
  }
  const watched = watchStream(log, body, end.ambient, (how, reason) => {
    if (how === "failed") log.fail(reason);
    finish(how !== "done");
  });
  return withBody(response, watched);
}

// Bun keeps a text or a file apart from a stream, and sends it with a length and a type that are not in the headers. It
// says so to nobody but who looks: `Response (4 bytes) {`, and `(0 KB)` for a stream. Should it look different one day,
// a text is watched like a stream.
const whole = /^Response \((?!0 KB)/;

/** Whether nothing of the program will run for the body any more. */
function isWhole(response: ResponseLike): boolean {
  const { Bun } = globalThis as { Bun?: { inspect(value: unknown, options: { depth: number }): string } };
  return Bun !== undefined && whole.test(Bun.inspect(response, { depth: 0 }));
}
