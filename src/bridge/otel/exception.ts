import { type ErrorParts, errorLine, errorParts } from "../../format/error.ts";
import { defaultLimits } from "../../format/json-limits.ts";
import { cut } from "../../format/json-string.ts";
import { isError } from "../../record/fields.ts";
import { errorValue } from "./any-value.ts";

// How far causes are followed in the text.
const maxCauses = 8;

/**
 * Adds what was thrown to `attributes`: `exception.type`, `exception.message` and `exception.stacktrace` of the semantic
 * conventions for exceptions in logs, and all its parts as `scopelog.error` if it has more: a code, properties, a cause.
 */
export function addException(thrown: unknown, attributes: Record<string, unknown>): void {
  const parts = errorParts(thrown);
  attributes["exception.type"] = cut(parts.type, defaultLimits.string);
  if (parts.message !== "") attributes["exception.message"] = cut(parts.message, defaultLimits.string);
  const stack = stackText(thrown, parts);
  if (stack !== undefined) attributes["exception.stacktrace"] = cut(stack, defaultLimits.string);
  if (parts.more || parts.code !== undefined) attributes["scopelog.error"] = errorValue(thrown);
}

/** The stack as the runtime has it, and those of the causes below it; undefined if there is none. */
function stackText(thrown: unknown, { stack, cause }: ErrorParts): string | undefined {
  if (cause === undefined) return stack;
  let text = stack;
  const seen = [thrown];
  for (let next: unknown = cause; next !== undefined && seen.length <= maxCauses && !seen.includes(next); ) {
    const parts = errorParts(next);
    seen.push(next);
    next = parts.cause;
    if (text !== undefined) text += `\ncaused by: ${parts.stack ?? errorLine(parts)}`;
  }
  return text;
}

/** What may be given to the API as `exception`: an error that can be read without harm; else undefined. */
export function readableError(thrown: unknown): Error | undefined {
  if (!isError(thrown)) return undefined;
  try {
    const { name, message, stack, code: _code } = thrown as Error & { code?: unknown };
    const readable = typeof name === "string" && typeof message === "string";
    return readable && (stack === undefined || typeof stack === "string") ? thrown : undefined;
  } catch {
    return undefined;
  }
}
