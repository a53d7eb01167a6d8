import { errorLine, errorParts } from "../../format/error.ts";
import { nativeValues } from "../../format/json-values.ts";
import { isError, messageOf } from "../../record/fields.ts";

/** The options of `util.inspect` that are used here. */
export interface InspectOptions {
  readonly depth?: number | null | undefined;
  readonly showHidden?: boolean | undefined;
  readonly showProxy?: boolean | undefined;
}

type Inspect = (value: unknown, options: object) => string;

const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
const util = process?.getBuiltinModule?.("node:util") as { inspect?: Inspect } | undefined;

// One line for one value, however large: what comes out is the message of a record.
const oneLine = { breakLength: Number.POSITIVE_INFINITY, compact: true, colors: false };

/**
 * A value as the console of Node.js shows it, in one line; as JSON where there is no `util.inspect`. An error is its name
 * and message. Never throws.
 */
export function inspect(value: unknown, options?: InspectOptions): string {
  if (isError(value)) return errorLine(errorParts(value));
  try {
    if (util?.inspect !== undefined) return util.inspect(value, { ...options, ...oneLine });
    if (typeof value === "bigint") return `${value}n`;
    return (typeof value === "object" && value !== null && nativeValues.value(value, "")) || String(value);
  } catch (error) {
    return `[threw: ${messageOf(error)}]`;
  }
}
