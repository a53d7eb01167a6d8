import { escapeControls } from "../record/escape.ts";
import { isError } from "../record/fields.ts";
import { errorLine, errorParts } from "./error.ts";
import { defaultLimits } from "./json-limits.ts";
import { cut } from "./json-string.ts";
import { nativeValues } from "./json-values.ts";

// In these a value is safe without quotes: `key=value` can be told apart from what is around it.
const bare = /^[^\s"'=\\{}[\]]+$/;

/**
 * A field's value for people and for logfmt: text as it is, an error as `type: message`, nested data as JSON;
 * undefined for what is left out. Bounded, and it never throws; not yet escaped.
 */
export function valueText(value: unknown, key: string): string | undefined {
  if (typeof value === "string") return cut(value, defaultLimits.string);
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (isError(value)) return errorLine(errorParts(value));
  const text = nativeValues.value(value, key);
  // A date, or what else became a string.
  return text?.startsWith('"') ? (JSON.parse(text) as string) : text;
}

/** A field for people: name and value with what would be obeyed instead of shown escaped, quoted where needed. */
export interface FieldText {
  readonly name: string;
  readonly value: string;
}

// A name beyond this is no name.
const maxKey = 256;

/** The text of a field; undefined if there is nothing to show. */
export function fieldText(key: string, value: unknown): FieldText | undefined {
  const text = valueText(value, key);
  if (text === undefined) return undefined;
  const nested = typeof value === "object" && (text.startsWith("{") || text.startsWith("["));
  return { name: quoted(cut(key, maxKey)), value: nested ? escapeControls(text) : quoted(text) };
}

function quoted(text: string): string {
  return bare.test(text) ? escapeControls(text) : `"${escapeControls(text.replace(/["\\]/g, "\\$&"))}"`;
}
