import type { RequestLike, ServerResponseLike } from "../request/node-request.ts";

/** The part of a Fastify instance that is used here. Its types are generic beyond description: only names are asked for. */
export interface FastifyLike {
  readonly log: object;
  readonly addHook: unknown;
  readonly decorateRequest: unknown;
  readonly setChildLoggerFactory: unknown;
  readonly setGenReqId: unknown;
}

/** A logger that Fastify has, ours in pino's shape or any other. */
export interface FastifyLoggerLike {
  /** The logger behind one in pino's shape. */
  readonly logger?: unknown;
  child(bindings: object, options?: object): object;
  bindings?(): object;
}

/** The part of Fastify's request that is used here. */
export interface FastifyRequestLike {
  readonly raw: RequestLike;
  readonly body?: unknown;
  log: object;
}

/** The part of Fastify's reply that is used here. */
export interface FastifyReplyLike {
  readonly raw: ServerResponseLike;
  readonly statusCode: number;
  log: object;
}
