import { isThenable } from "../../lifetime/thenable.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { ScopelogError } from "../../port/codes.ts";
import { endWithFetch } from "../request/fetch-end.ts";
import { type FetchRequestLike, fetchReader } from "../request/fetch-request.ts";
import { checkFunction, type RequestScopeOptions } from "../request/options.ts";
import { attempt, tellOutcome } from "../request/outcome.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import type { ResponseLike } from "../request/stream.ts";

export type { FetchRequestLike } from "../request/fetch-request.ts";

/** How the scope of a request to a fetch handler is opened and ended. */
export interface FetchScopeOptions<Request, Response = ResponseLike> extends RequestScopeOptions<Request> {
  /**
   * Whether the scope lives to the end of the response's body. To see that, the body is replaced by a stream, which
   * costs the server its fast way for texts; not on Bun if it is no stream, and not on Deno, unless there is a `summary`
   * or a `buffer`, which want to know whether the client went away. False, or a function that returns false, ends the
   * scope when the handler has returned, and passes the response on as it is. Default: true.
   */
  streams?: boolean | ((response: Response) => boolean);
}

/**
 * Gives every request of a fetch handler (`Bun.serve`, `Deno.serve`, a plain `(request) => Response`) a scope, which
 * ends with the body of the response: read to its end, failed, or cancelled because the client went away. A response
 * without a body ends it at once. The logger is the second argument of `handler`; what the server gives beside the
 * request follows. What `handler` throws, or rejects with, fails the scope, ends it, and is passed on.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function withFetchScope<
  Request extends FetchRequestLike,
  Rest extends unknown[],
  Response extends ResponseLike | undefined,
>(
  handler: (request: Request, log: ScopedLogger, ...rest: Rest) => Response | Promise<Response>,
  options: FetchScopeOptions<Request, NonNullable<Response>> = {},
): (request: Request, ...rest: Rest) => Response | Promise<Response> {
  const opener = new ScopeOpener<Request>(fetchReader, options, ["streams"]);
  checkFunction("withFetchScope", handler);
  const { streams = true } = options;
  if (typeof streams !== "boolean" && typeof streams !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.streams is true, false or a function");
  }
  const end = { ambient: opener.ambient, tells: opener.tells, streams };
  return function (this: unknown, request, ...rest) {
    const log = opener.open(request);
    const failed = (error: unknown): never => {
      if (opener.tells) tellOutcome(log, undefined, request.signal?.aborted === true);
      log.dispose();
      throw error;
    };
    const answered = (response: Response): Response => {
      // Bun takes undefined for a request that became a WebSocket.
      if (response === undefined) {
        log.dispose();
        return response;
      }
      try {
        // Deno's second argument.
        const { completed } = Object(rest[0]) as { completed?: unknown };
        return endWithFetch(log, response, end, request.method, completed);
      } catch (error) {
        return failed(error);
      }
    };
    let result: Response | Promise<Response>;
    try {
      result = attempt(log, opener.ambient, () => handler.call(this, request, log, ...rest));
    } catch (error) {
      return failed(error);
    }
    return isThenable(result) ? (result as Promise<Response>).then(answered, failed) : answered(result);
  };
}
