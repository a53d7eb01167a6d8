/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />
export type { WinstonLevels } from "./levels.ts";
export {
  ScopelogTransport,
  type ScopelogTransportOptions,
  scopelogTransport,
  type WinstonFormat,
} from "./scopelog-transport.ts";
export { type WinstonHandlerOptions, winstonHandler } from "./winston-handler.ts";
export type { WinstonInstance } from "./winston-like.ts";
