import { nativeValues } from "../../format/json-values.ts";

// Deeper than that, the indentation would be most of the text, and grow with the square of the depth.
const maxIndented = 50;

/**
 * A value of a line as JSON again, on one line. What is nested so deeply that the stack would not do is cut, as our own
 * formatters do it.
 */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    return nativeValues.value(value, "") ?? "undefined";
  }
}

/** The same on several lines, indented; on one line if it is nested too deeply for that. */
export function indentedJsonOf(value: unknown): string {
  return isDeeper(value, maxIndented) ? jsonOf(value) : JSON.stringify(value, undefined, 2);
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((part) => isDeeper(part, depth - 1));
}
