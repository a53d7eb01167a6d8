/// <reference lib="esnext.disposable" preserve="true" />
export { fromLogtape } from "./from-logtape.ts";
export { fromScopelog } from "./from-scopelog.ts";
export { type LogtapeHandlerOptions, logtapeHandler } from "./logtape-handler.ts";
export type { LogtapeLevel, LogtapeOutput, LogtapeRecord } from "./logtape-like.ts";
export { toLogtape } from "./to-logtape.ts";
export { toScopelog } from "./to-scopelog.ts";
