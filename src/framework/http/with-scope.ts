import type { IncomingMessage, ServerResponse } from "node:http";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { nodeReader, type RequestLike, type ServerResponseLike } from "../request/node-request.ts";
import { checkFunction, type RequestScopeOptions } from "../request/options.ts";
import { attempt } from "../request/outcome.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import { openWith } from "./request-scope.ts";

/** A request with the logger of its scope. */
export interface WithLog {
  log: ScopedLogger;
}

/**
 * Gives every request of a `node:http` or `node:http2` server a scope, which ends when the response closes: sent, or
 * aborted by the client. The logger is `request.log`, and the third argument of `handler`. What `handler` throws, or
 * rejects with, fails the scope and goes where it would have gone.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function withScope<
  Request extends RequestLike = IncomingMessage,
  Response extends ServerResponseLike = ServerResponse,
>(
  handler: (request: Request & WithLog, response: Response, log: ScopedLogger) => unknown,
  options?: RequestScopeOptions<Request>,
): (request: Request, response: Response) => unknown {
  const opener = new ScopeOpener<Request>(nodeReader, options);
  checkFunction("withScope", handler);
  return function (this: unknown, request, response) {
    const log = openWith(opener, request, response);
    (request as Request & WithLog).log = log;
    return attempt(log, opener.ambient, () => handler.call(this, request as Request & WithLog, response, log));
  };
}
