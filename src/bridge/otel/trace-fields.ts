import { ScopelogError } from "../../port/codes.ts";
import type { TraceApi } from "./trace-api.ts";

const noTrace = "0".repeat(32);

/** The fields of `traceFields()`: lazy, so each line has the values of the moment it was logged. */
export interface TraceFields extends Readonly<Record<string, unknown>> {
  readonly trace_id: () => string | undefined;
  readonly span_id: () => string | undefined;
  readonly trace_flags: () => string | undefined;
}

/**
 * Fields to bind to a logger or scope, among others: each of its lines then has `trace_id`, `span_id` and `trace_flags`
 * of the span that was active when the line was logged, also if it is held and written later. They have no value where
 * there is no span. Names and forms are those of "Trace Context in non-OTLP Log Formats".
 * @param trace `trace` of `@opentelemetry/api`
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is something else
 */
export function traceFields(trace: TraceApi): TraceFields {
  checkTrace(trace, "traceFields()");
  const span = () => {
    const found = trace.getActiveSpan()?.spanContext();
    // Where nobody traces, there may be a span that does nothing.
    return found?.traceId === noTrace ? undefined : found;
  };
  return {
    trace_id: () => span()?.traceId,
    span_id: () => span()?.spanId,
    trace_flags: () => span()?.traceFlags.toString(16).padStart(2, "0"),
  };
}

/** @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if `value` is not the `trace` object of the API */
export function checkTrace(value: unknown, where: string): asserts value is TraceApi {
  const { getActiveSpan, setSpanContext } = Object(value) as Partial<TraceApi>;
  if (typeof getActiveSpan === "function" && typeof setSpanContext === "function") return;
  throw new ScopelogError("ERR_SCOPELOG_OPTION", `${where} takes the trace object of @opentelemetry/api`);
}
