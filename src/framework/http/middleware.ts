import type { IncomingMessage } from "node:http";
import { nodeReader, type RequestLike, type ServerResponseLike } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { attempt } from "../request/outcome.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import { noteCause, openWith, scopeOf } from "./request-scope.ts";
import type { WithLog } from "./with-scope.ts";

type Next = (error?: unknown) => unknown;

/**
 * Connect-style middleware, for Express 5 and its like: gives every request a scope, which ends when the response
 * closes: sent, or aborted by the client. The logger is `req.log`. Put it first; mounted twice it acts once.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function scopeMiddleware<Request extends RequestLike = IncomingMessage>(
  options?: RequestScopeOptions<Request>,
): (request: Request, response: ServerResponseLike, next: Next) => void {
  const opener = new ScopeOpener<Request>(nodeReader, options);
  return (request, response, next) => {
    if (scopeOf(request) !== undefined) {
      next();
      return;
    }
    const log = openWith(opener, request, response);
    (request as Request & WithLog).log = log;
    attempt(log, opener.ambient, () => next());
  };
}

/**
 * Connect-style error middleware: what a handler threw is the error of its request's summary if it is answered with a
 * status of 500 or above, and remembers the fields of the request, whoever logs it. It goes on to the next. Put it after
 * the routes and before the middleware that answers errors.
 */
export function scopeErrors(): (error: unknown, request: RequestLike, response: unknown, next: Next) => void {
  return (error, request, _response, next) => {
    noteCause(request, error);
    next(error);
  };
}
