import type { ErrorParts } from "../format/error.ts";
import { messageOf } from "../record/fields.ts";

/** A text as it is, of anything else its text. Never throws. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : messageOf(value);
}

// A line of a stack that names a place, as V8 writes one, or else Firefox and Safari.
const frame = /^\s+at |^\S*@/;

/**
 * The stack of an error whose message is hidden: type and message as they are shown, and the frames. A stack begins with the
 * message, perhaps one that was replaced since.
 */
export function stackWithout({ type, message, stack }: ErrorParts, shown: unknown): string | undefined {
  if (stack === undefined) return undefined;
  const text = shown === undefined ? "" : textOf(shown);
  const rest = message === "" ? stack : stack.replaceAll(message, () => text);
  const frames = rest.split("\n").filter((line) => frame.test(line));
  return [text === "" ? type : `${type}: ${text}`, ...frames].join("\n");
}
