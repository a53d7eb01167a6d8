import { messageOf } from "../record/fields.ts";
import type { LogRecord } from "../record/log-record.ts";

const maxCauses = 8;

/** The text of MSG where no formatter was given: the message, and the error with its causes on lines of their own. */
export function messageText(record: LogRecord): string {
  const { message, error } = record;
  if (error === undefined) return message;
  const text = errorText(error);
  return message === "" || text.includes(message) ? text : `${message}\n${text}`;
}

/** What was thrown as a text: the stack where there is one, and those of the causes. Never throws. */
export function errorText(error: unknown): string {
  let text = "";
  let current = error;
  for (let depth = 0; depth < maxCauses; depth++) {
    text += depth === 0 ? oneError(current) : `\n[cause] ${oneError(current)}`;
    if (!(current instanceof Error) || current.cause === undefined) break;
    current = current.cause;
  }
  return text;
}

function oneError(error: unknown): string {
  try {
    if (error instanceof Error) {
      // An error's message may have been changed after its stack was written; then both are shown.
      const heading = `${error.name}: ${error.message}`;
      const stack = typeof error.stack === "string" ? error.stack : heading;
      return stack.includes(error.message) ? stack : `${heading}\n${stack}`;
    }
    return typeof error === "object" && error !== null ? JSON.stringify(error) : String(error);
  } catch {
    return messageOf(error);
  }
}
