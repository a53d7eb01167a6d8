import type { IncomingMessage } from "node:http";
import type { Logger } from "../../logger/logger.ts";
import { rememberFields } from "../../record/error-fields.ts";
import type { Fields } from "../../record/fields.ts";
import { nodeReader } from "../request/node-request.ts";
import type { RequestScopeOptions } from "../request/options.ts";
import { ResponseEnd } from "../request/response-end.ts";
import { ScopeOpener } from "../request/scope-opener.ts";
import type { FastifyLike, FastifyLoggerLike, FastifyReplyLike, FastifyRequestLike } from "./fastify-like.ts";

/**
 * How Fastify's requests get their scopes. Their fields are Fastify's `reqId`, those of a `traceparent` and those of
 * `fields`; with a `summary` or a `buffer` also `method` and `path`. `logger`, if neither it nor `registry` is given, is the one behind Fastify's
 * `loggerInstance: asPino(logger)`. With `requestId: false` the ids are those of Fastify.
 */
export interface FastifyScopeOptions extends RequestScopeOptions<IncomingMessage> {}

// What `register` itself takes is handed on to the plugin.
const registerOptions = ["prefix", "logLevel", "logSerializers"];

/**
 * Fastify 5 plugin: gives every request a scope, which ends when the response closes: sent, or aborted by the client.
 * The scope is `request.scope`; if Fastify has `loggerInstance: asPino(logger)`, `request.log` writes through it.
 * Register it first. It acts on all routes of the instance it is registered at, as if wrapped by `fastify-plugin`.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function fastifyScope(fastify: FastifyLike, options: FastifyScopeOptions, done: (error?: Error) => void): void {
  const instance = fastify as unknown as Instance;
  const inner = options.registry === undefined ? (options.logger ?? loggerBehind(fastify.log)) : undefined;
  const given = { ...options, ...(inner === undefined ? {} : { logger: inner }) };
  const opener = new ScopeOpener<IncomingMessage>(nodeReader, given, registerOptions);
  if (options.requestId !== false) instance.setGenReqId((request) => opener.requestId(request) ?? "");
  instance.setChildLoggerFactory((logger, bindings, childOptions, request) => {
    const { log } = open(opener, bindings, request);
    return loggerBehind(logger) === undefined
      ? logger.child(bindings, childOptions)
      : logger.child(noBindings, { ...childOptions, logger: log });
  });
  instance.decorateRequest("scope", {
    getter() {
      return (this.raw as RawRequest)[endKey]?.log;
    },
  });
  instance.addHook("onRequest", (request, reply, next) => {
    const end = (request.raw as RawRequest)[endKey] ?? openLate(opener, request, reply);
    end.answer(reply.raw);
    if (opener.ambient) end.log.run(next);
    else next();
  });
  if (opener.ambient) {
    // What follows the reading of a body runs where the socket was read, and not where the hooks ran.
    instance.addHook("preValidation", (request, _reply, next) => {
      const log = request.body === undefined ? undefined : (request.raw as RawRequest)[endKey]?.log;
      if (log === undefined) next();
      else log.run(next);
    });
  }
  instance.addHook("onError", (request, _reply, error, next) => {
    const end = (request.raw as RawRequest)[endKey];
    if (end !== undefined) {
      rememberFields(error, end.log.fields);
      end.cause = error;
    }
    next();
  });
  instance.addHook("onResponse", (request, reply, next) => {
    // A hook that was added before ours may have answered.
    (request.raw as RawRequest)[endKey]?.answer(reply.raw);
    next();
  });
  done();
}

const endKey = Symbol("scopelog.scope");

type RawRequest = IncomingMessage & { [endKey]?: ResponseEnd };

const noBindings = Object.freeze({});

function open(opener: ScopeOpener<IncomingMessage>, bindings: object, request: RawRequest): ResponseEnd {
  const { method, path } = nodeReader;
  // Fastify's own line about the request has them; one at the end, or held back, is to be read without it.
  const fields = opener.tells
    ? Object.assign({}, bindings, { method: method(request), path: path(request) })
    : (bindings as Fields);
  const log = opener.openWith(request, fields);
  const end = new ResponseEnd(log, opener.tells);
  request[endKey] = end;
  // The response is not known yet; of a request that is refused before it comes to hooks it never will be.
  request.on("close", () => {
    if (end.response === undefined) log.dispose();
  });
  return end;
}

/** For a request whose logger is not of our making: Fastify's answer to unknown routes is older than any plugin. */
function openLate(
  opener: ScopeOpener<IncomingMessage>,
  request: FastifyRequestLike,
  reply: FastifyReplyLike,
): ResponseEnd {
  const logger = request.log as FastifyLoggerLike;
  const end = open(opener, logger.bindings?.() ?? noBindings, request.raw as RawRequest);
  if (loggerBehind(logger) !== undefined) request.log = reply.log = logger.child(noBindings, { logger: end.log });
  return end;
}

function loggerBehind(logger: object): Logger | undefined {
  const { logger: inner } = logger as { logger?: Logger };
  return typeof inner?.scope === "function" ? inner : undefined;
}

type Hook = (request: FastifyRequestLike, reply: FastifyReplyLike, next: () => void) => void;

/** The methods of a Fastify instance as they are used here; `FastifyLike` is what any instance satisfies. */
interface Instance {
  setGenReqId(generate: (request: IncomingMessage) => string): unknown;
  setChildLoggerFactory(
    factory: (logger: FastifyLoggerLike, bindings: object, options: object, request: RawRequest) => object,
  ): unknown;
  decorateRequest(name: string, value: { getter(this: FastifyRequestLike): unknown }): unknown;
  addHook(name: "onRequest" | "preValidation" | "onResponse", hook: Hook): unknown;
  addHook(
    name: "onError",
    hook: (request: FastifyRequestLike, reply: FastifyReplyLike, error: unknown, next: () => void) => void,
  ): unknown;
}

// What `fastify-plugin` does: the hooks are to be those of the instance, and not of a context inside it.
Object.assign(fastifyScope, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "scopelog",
  [Symbol.for("plugin-meta")]: { name: "scopelog", fastify: "5.x" },
});
