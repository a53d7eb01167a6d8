import { nativeValues } from "../../format/json-values.ts";
import { keysOf, readKey } from "../../format/record-fields.ts";
import type { ForeignLine } from "../../logger/hand-in.ts";
import { isArray, isError } from "../../record/fields.ts";
import { foreignFields } from "../shared/foreign-fields.ts";
import { reviveError } from "./revive-error.ts";
import { splatKey } from "./winston-like.ts";

/** What an info object says, but for its level. Never throws. */
export function lineOfInfo(info: object): Omit<ForeignLine, "level"> {
  const message = readKey(info, "message");
  const stack = readKey(info, "stack");
  const time = timeOf(readKey(info, "timestamp"));
  const taken = new Set(["level", "message"]);
  if (time !== undefined) taken.add("timestamp");
  const error = errorOf(info, message, stack, taken);
  // Without `format.errors`, winston spreads the properties of an error over the info.
  const spread = isError(error) && error !== info && readKey(info, "error") !== error ? error : undefined;
  const spreadKeys = new Set(spread === undefined ? [] : keysOf(spread));
  const repeats = (key: string, value: unknown) => spreadKeys.has(key) && readKey(spread as object, key) === value;
  const fields =
    error === info ? undefined : foreignFields(info, (key, value) => taken.has(key) || repeats(key, value));
  return { message: textOf(message), error, fields, time };
}

function errorOf(info: object, message: unknown, stack: unknown, taken: Set<string>): unknown {
  // `logger.error(error)`: the error itself is the info.
  if (isError(info)) return info;
  if (isError(message)) {
    taken.add("stack").add("cause");
    return message;
  }
  const given = readKey(info, splatKey);
  const first: unknown = isArray(given) ? readKey(given, 0) : undefined;
  if (isError(first)) {
    taken.add("stack").add("cause");
    return first;
  }
  for (const key of ["error", "err"]) {
    const value = readKey(info, key);
    if (!isError(value)) continue;
    taken.add(key);
    if (stack === readKey(value, "stack")) taken.add("stack");
    return value;
  }
  if (typeof stack !== "string") return undefined;
  taken.add("stack");
  const rest = readKey(info, "error");
  if (typeof rest === "object" && rest !== null && typeof readKey(rest, "message") === "string") {
    taken.add("error");
    return reviveError("", stack, rest);
  }
  return reviveError(textOf(message), stack, undefined);
}

function textOf(message: unknown): string {
  if (typeof message === "string") return message;
  if (message === undefined || typeof message === "function") return "";
  if (isError(message)) return textOf(readKey(message, "message"));
  try {
    return typeof message === "object" && message !== null ? (nativeValues.value(message, "") ?? "") : String(message);
  } catch {
    return "";
  }
}

const isoLike = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
// Milliseconds, not seconds: 3 March 1973.
const leastMs = 1e11;

/** The time that a timestamp says: a date, milliseconds since 1970, or a text that begins as ISO 8601 does. */
function timeOf(timestamp: unknown): number | undefined {
  const ms =
    typeof timestamp === "string" && isoLike.test(timestamp)
      ? Date.parse(timestamp)
      : typeof timestamp === "object"
        ? msOfDate(timestamp)
        : typeof timestamp === "number" && timestamp >= leastMs
          ? timestamp
          : Number.NaN;
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}

// Throws for what is no date, whatever its prototype says.
function msOfDate(value: object | null): number {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return Number.NaN;
  }
}
