/** The trace that a request belongs to, named as OpenTelemetry names the fields of a log line. */
export interface TraceFields {
  readonly trace_id: string;
  /** The caller's span, of which whatever is done for the request is a part. */
  readonly span_id: string;
  /** Two hexadecimal digits; the lowest bit says that the caller records the trace. */
  readonly trace_flags: string;
}

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads the header `traceparent` (W3C Trace Context, section 3.2). A version that is not known yet is read as far as
 * version 00 goes; what is not valid is as good as absent.
 */
export function readTraceparent(header: unknown): TraceFields | undefined {
  if (typeof header !== "string") return undefined;
  const found = form.exec(header);
  if (found === null || (found[4] !== undefined && header.startsWith("00"))) return undefined;
  return { trace_id: found[1] as string, span_id: found[2] as string, trace_flags: found[3] as string };
}
