import type { Field } from "../../format/record-fields.ts";

/**
 * What a profile writes of a span, by its own names: each gives the field as the program bound it; undefined for a value
 * of another form, which is no such field.
 */
export type TraceFields = ReadonlyMap<string, (value: unknown) => Field | undefined>;

type Named = (value: unknown) => Field | undefined;

/** A text that has the form, whose first group is what counts. */
function text(name: string, form: RegExp): Named {
  return (value) => {
    const found = typeof value === "string" ? form.exec(value)?.[1] : undefined;
    return found === undefined ? undefined : [name, found];
  };
}

const traceId = text("trace_id", /^([\da-f]{32})$/);
const spanId = text("span_id", /^([\da-f]{16})$/);

export const ecsTraces: TraceFields = new Map([
  ["trace.id", traceId],
  ["span.id", spanId],
]);

const google = "logging.googleapis.com/";
export const gcpTraces: TraceFields = new Map([
  // The resource name, if the profile knew of a project.
  [`${google}trace`, text("trace_id", /^(?:projects\/[^/]+\/traces\/)?([\da-f]{32})$/)],
  [`${google}spanId`, spanId],
  [
    `${google}trace_sampled`,
    (value) => (typeof value === "boolean" ? ["trace_flags", value ? "01" : "00"] : undefined),
  ],
]);

const maxSpan = 2n ** 64n;
export const datadogTraces: TraceFields = new Map<string, Named>([
  ["dd.trace_id", traceId],
  [
    "dd.span_id",
    // A decimal number as text.
    (value) => {
      if (typeof value !== "string" || !/^\d{1,20}$/.test(value)) return undefined;
      const number = BigInt(value);
      return number < maxSpan ? ["span_id", number.toString(16).padStart(16, "0")] : undefined;
    },
  ],
]);
