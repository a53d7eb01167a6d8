/** A field that a profile writes under a name of its own, if the value has the form that belongs to it. */
export interface KnownField {
  /** The name it is written under. */
  readonly key: string;
  /** The value as JSON; undefined if it has another form: then the field is written as it was given. */
  write(value: string): string | undefined;
}

/** By the names under which they are given. */
export type KnownFields = Readonly<Record<string, KnownField>>;

const traceId = /^[\da-f]{32}$/;
const spanId = /^[\da-f]{16}$/;
const flags = /^[\da-f]{2}$/;

/**
 * The fields of a span as request handlers and `traceFields()` bind them: `trace_id`, `span_id`, `trace_flags`, in the
 * forms of W3C Trace Context, section 3.2: 32, 16 and 2 lower-case hexadecimal digits.
 */
export function traceContext(
  trace: readonly [key: string, write: (id: string) => string],
  span: readonly [key: string, write: (id: string) => string],
  sampled?: string,
): KnownFields {
  const known: Record<string, KnownField> = {
    trace_id: { key: trace[0], write: (value) => (traceId.test(value) ? trace[1](value) : undefined) },
    span_id: { key: span[0], write: (value) => (spanId.test(value) ? span[1](value) : undefined) },
  };
  if (sampled !== undefined) {
    known["trace_flags"] = {
      key: sampled,
      write: (value) => (flags.test(value) ? String((Number.parseInt(value, 16) & 1) === 1) : undefined),
    };
  }
  return known;
}

/** A text without anything to escape, as JSON. */
export function quoted(text: string): string {
  return `"${text}"`;
}
