/// <reference lib="esnext.disposable" preserve="true" />
export { countLosses, type MeterProviderLike } from "./count-losses.ts";
export { type MeterLike, observeRegistry } from "./observe-registry.ts";
export { type OtelHandlerOptions, otelHandler } from "./otel-handler.ts";
export type { OtelLogger, OtelLoggerProvider, OtelLogRecord } from "./otel-logger.ts";
export type { ContextLike, SpanContextLike, TraceApi } from "./trace-api.ts";
export { type TraceFields, traceFields } from "./trace-fields.ts";
