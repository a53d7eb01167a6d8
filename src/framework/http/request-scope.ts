import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { rememberFields } from "../../record/error-fields.ts";
import { nodeReader, type RequestLike, type ServerResponseLike } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { ResponseEnd } from "../request/response-end.ts";
import { ScopeOpener } from "../request/scope-opener.ts";

export type { RequestLike, ServerResponseLike } from "../request/node-request.ts";

const endKey = Symbol("scopelog.scope");

interface Marked {
  [endKey]?: ResponseEnd;
}

/** The scope of a request that came through `withScope`, `scopeMiddleware`, `koaScope` or `openRequestScope`, if any. */
export function scopeOf(request: RequestLike): ScopedLogger | undefined {
  return (request as Marked)[endKey]?.log;
}

/**
 * Opens the scope of a request, or finds the one it has. It ends with the response. For places that are handed both,
 * such as `createContext` of tRPC; `withScope` and `scopeMiddleware` are this and more.
 * @param options those of the whole server, the same object for every request; they are checked once
 */
export function openRequestScope<Request extends RequestLike>(
  request: Request,
  response: ServerResponseLike,
  options: RequestScopeOptions<Request> = noOptions,
): ScopedLogger {
  return scopeOf(request) ?? openWith(openerOf(options), request, response);
}

export function openWith<Request extends RequestLike>(
  opener: ScopeOpener<Request>,
  request: Request,
  response: ServerResponseLike,
): ScopedLogger {
  const log = opener.open(request);
  const end = new ResponseEnd(log, opener.tells);
  (request as Marked)[endKey] = end;
  end.answer(response);
  return log;
}

/** Keeps what was thrown while `request` was handled, for the end of its scope, if it has one. */
export function noteCause(request: RequestLike, cause: unknown): void {
  const end = (request as Marked)[endKey];
  if (end === undefined) return;
  rememberFields(cause, end.log.fields);
  end.cause = cause;
}

const noOptions = {};
const openers = new WeakMap<object, ScopeOpener<never>>();

function openerOf<Request extends RequestLike>(options: RequestScopeOptions<Request>): ScopeOpener<Request> {
  let opener = openers.get(options) as ScopeOpener<Request> | undefined;
  if (opener === undefined) {
    opener = new ScopeOpener<Request>(nodeReader, options);
    openers.set(options, opener as ScopeOpener<never>);
  }
  return opener;
}
