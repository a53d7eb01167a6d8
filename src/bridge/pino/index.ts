/// <reference lib="esnext.disposable" preserve="true" />
export { asPino } from "./as-pino.ts";
export { type PinoHandlerOptions, type PinoInstance, pinoHandler } from "./pino-handler.ts";
export type { PinoChildOptions, PinoLike, PinoLogFn, PinoScope, Serializers } from "./pino-like.ts";
