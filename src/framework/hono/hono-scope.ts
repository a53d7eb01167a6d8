import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { ScopelogError } from "../../port/codes.ts";
import { rememberFields } from "../../record/error-fields.ts";
import { endWithFetch } from "../request/fetch-end.ts";
import { type FetchRequestLike, fetchReader } from "../request/fetch-request.ts";
import type { ServerResponseLike } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { attempt, tellOutcome } from "../request/outcome.ts";
import { ResponseEnd } from "../request/response-end.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import type { ResponseLike } from "../request/stream.ts";

/** How Hono's requests get their scopes. */
export interface HonoScopeOptions extends RequestScopeOptions<FetchRequestLike> {
  /**
   * Whether the scope lives to the end of the response's body where the server does not tell: on Bun for streams, on
   * Deno with a `summary` or a `buffer`, and on other fetch servers. The body is then replaced by a stream. Under
   * `@hono/node-server` the response of Node tells. False, or a function that returns false, ends the scope when the
   * handler has returned. Default: true.
   */
  streams?: boolean | ((response: ResponseLike) => boolean);
}

/** The part of Hono's context that is used here. */
export interface HonoContextLike {
  readonly req: { readonly raw: object };
  readonly env: unknown;
  readonly error: unknown;
  res: object;
  set(key: "log", value: ScopedLogger): void;
}

/** What `new Hono<{ Variables: LogVariables }>()` needs to know of `c.var.log`. */
export interface LogVariables {
  log: ScopedLogger;
}

/**
 * Hono 4 middleware, on Node, Bun, Deno and others: gives every request a scope, which ends with the response: with the
 * end of its body, or when the client goes away. The logger is `c.var.log`. What a handler throws is the error of the
 * summary if it is answered with a status of 500 or above. Use it first.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function honoScope(
  options: HonoScopeOptions = {},
): (context: HonoContextLike, next: () => Promise<void>) => Promise<void> {
  const opener = new ScopeOpener<FetchRequestLike>(fetchReader, options, ["streams"]);
  const { streams = true } = options;
  if (typeof streams !== "boolean" && typeof streams !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.streams is true, false or a function");
  }
  const { ambient, tells } = opener;
  const end = { ambient, tells, streams };
  return async (context, next) => {
    const request = context.req.raw as FetchRequestLike;
    const { outgoing, completed } = Object(context.env) as {
      outgoing?: Partial<ServerResponseLike>;
      completed?: unknown;
    };
    const log = opener.open(request);
    context.set("log", log);
    // By `@hono/node-server`: the response of Node, whose end is better known than that of any stream.
    const nodeTells = typeof outgoing?.on === "function" && typeof outgoing.writableEnded === "boolean";
    const nodeEnd = nodeTells ? new ResponseEnd(log, tells) : undefined;
    nodeEnd?.answer(outgoing as ServerResponseLike);
    try {
      await attempt(log, ambient, next);
    } catch (error) {
      if (nodeEnd === undefined) {
        if (tells) tellOutcome(log, undefined, false, error);
        log.dispose();
      }
      throw error;
    }
    // Hono has caught what was thrown further in, and answered it.
    const cause = context.error;
    if (cause !== undefined) rememberFields(cause, log.fields);
    if (nodeEnd !== undefined) {
      nodeEnd.cause = cause;
      return;
    }
    const response = context.res as ResponseLike;
    try {
      const sent = endWithFetch(log, response, end, request.method, completed, cause);
      if (sent !== response) context.res = sent;
    } catch (error) {
      log.dispose();
      throw error;
    }
  };
}
