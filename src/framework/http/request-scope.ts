import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { rememberFields } from "../../record/error-fields.ts";
import { endWithResponse, nodeReader, type RequestLike, type ServerResponseLike } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { ScopeOpener } from "../request/scope-opener.ts";

export type { RequestLike, ServerResponseLike } from "../request/node-request.ts";

const scopeKey = Symbol("scopelog.scope");
const causeKey = Symbol("scopelog.cause");

interface Marked {
  [scopeKey]?: ScopedLogger;
  [causeKey]?: unknown;
}

/** The scope of a request that came through `withScope`, `scopeMiddleware`, `koaScope` or `openRequestScope`, if any. */
export function scopeOf(request: RequestLike): ScopedLogger | undefined {
  return (request as Marked)[scopeKey];
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
  (request as Marked)[scopeKey] = log;
  endWithResponse(log, response, opener.tells, () => (request as Marked)[causeKey]);
  return log;
}

/** Keeps what was thrown, for the end; whether it is a failure is said by the status that it is answered with. */
export function noteCause(request: RequestLike, log: ScopedLogger, cause: unknown): void {
  rememberFields(cause, log.fields);
  (request as Marked)[causeKey] = cause;
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
