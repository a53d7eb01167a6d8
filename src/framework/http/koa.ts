import type { IncomingMessage } from "node:http";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { nodeReader, type ServerResponseLike } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { attempt } from "../request/outcome.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import { noteCause, openWith, scopeOf } from "./request-scope.ts";

/** The part of a Koa context that is used here. */
export interface KoaContextLike {
  readonly req: IncomingMessage;
  readonly res: ServerResponseLike;
}

/**
 * Koa 3 middleware: gives every request a scope, which ends when the response closes: sent, or aborted by the client.
 * The logger is `ctx.log`. What is thrown further in is the error of the summary if it is answered with a status of
 * 500 or above; it goes on outwards. Put it first; used twice it acts once.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function koaScope(
  options?: RequestScopeOptions<IncomingMessage>,
): (context: KoaContextLike, next: () => Promise<unknown>) => Promise<unknown> {
  const opener = new ScopeOpener<IncomingMessage>(nodeReader, options);
  return (context, next) => {
    if (scopeOf(context.req) !== undefined) return next();
    const log = openWith(opener, context.req, context.res);
    (context as KoaContextLike & { log: ScopedLogger }).log = log;
    return attempt(log, opener.ambient, next, (error) => noteCause(context.req, error));
  };
}
