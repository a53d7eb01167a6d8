/** The part of a `SpanContext` that is used here. */
export interface SpanContextLike {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** One byte; bit 0 says that the trace is sampled. */
  readonly traceFlags: number;
}

/** What an OpenTelemetry `Context` is. */
export interface ContextLike {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): ContextLike;
  deleteValue(key: symbol): ContextLike;
}

/** The part of the `trace` object of `@opentelemetry/api` that is used here. */
export interface TraceApi {
  getActiveSpan(): { spanContext(): SpanContextLike } | undefined;
  setSpanContext(context: ContextLike, spanContext: SpanContextLike): unknown;
}

/** Whether the ids are those of a span: W3C Trace Context, sections 3.2.2.3 and 3.2.2.4. */
export function isSpan(traceId: unknown, spanId: unknown): boolean {
  return isId(traceId, /^[0-9a-f]{32}$/) && isId(spanId, /^[0-9a-f]{16}$/);
}

function isId(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value) && !/^0+$/.test(value);
}
