import type { Fields } from "../../record/fields.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { type ContextLike, isSpan, type SpanContextLike, type TraceApi } from "./trace-api.ts";

/** The names of the fields that say in which span a line was logged. */
export const spanKeys: ReadonlySet<string> = new Set(["trace_id", "span_id", "trace_flags"]);

/**
 * The span that the fields of `record` name, as `traceFields()` writes it; null if they say that there was none,
 * undefined if they say nothing.
 */
export function spanOf(record: LogRecord): SpanContextLike | null | undefined {
  const traceId = fieldOf(record, "trace_id");
  if (traceId === undefined) return saysNone(record.fields) ? null : undefined;
  const spanId = fieldOf(record, "span_id");
  if (!isSpan(traceId, spanId)) return undefined;
  const flags = fieldOf(record, "trace_flags");
  const traceFlags = typeof flags === "string" && /^[0-9a-f]{2}$/.test(flags) ? Number.parseInt(flags, 16) : 0;
  return { traceId: traceId as string, spanId: spanId as string, traceFlags };
}

/** Whether the lazy fields were asked, and had nothing to say. */
function saysNone(fields: Fields | undefined): boolean {
  return fields !== undefined && Object.hasOwn(fields, "trace_id");
}

/** The field `key` of a record; undefined if it has none, or one that throws when it is read. */
export function fieldOf({ fields, source }: LogRecord, key: string): unknown {
  try {
    return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : source.bound[key];
  } catch {
    return undefined;
  }
}

/**
 * The context for a line that was logged in `span`. Undefined, for the active one, if that is still the same span: what
 * else is in the active context, such as baggage, is then not lost.
 */
export function contextOf(span: SpanContextLike | null, trace: TraceApi): unknown {
  const active = trace.getActiveSpan()?.spanContext();
  if (span === null) return active === undefined ? undefined : emptyContext;
  if (active !== undefined && active.spanId === span.spanId && active.traceId === span.traceId) return undefined;
  return trace.setSpanContext(emptyContext, span);
}

/** An immutable context, as the specification of the context API has it. */
class PlainContext implements ContextLike {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): ContextLike {
    return new PlainContext(new Map(this.#values).set(key, value));
  }

  deleteValue(key: symbol): ContextLike {
    const values = new Map(this.#values);
    values.delete(key);
    return new PlainContext(values);
  }
}

const emptyContext: ContextLike = new PlainContext(new Map());
