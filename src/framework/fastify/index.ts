/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />

import type {} from "fastify";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";

export type { FastifyLike } from "./fastify-like.ts";
export { type FastifyScopeOptions, fastifyScope } from "./plugin.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The scope of the request, by the plugin `fastifyScope`. */
    readonly scope: ScopedLogger;
  }
}
