import { errorText } from "../format/error-text.ts";
import { messageOf } from "../record/fields.ts";
import type { LogRecord } from "../record/log-record.ts";

/** The text of MSG where no formatter was given: the message, and the error with its causes on lines of their own. */
export function messageText({ message, error }: LogRecord): string {
  if (error === undefined) return message;
  const text = errorText(error, "");
  return message === "" || message === messageOf(error) ? text : `${message}\n${text}`;
}
