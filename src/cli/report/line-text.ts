import type { Field } from "../../format/record-fields.ts";
import { escapeControls } from "../../record/escape.ts";
import type { EntryError, RecordEntry } from "../read/entry.ts";
import { jsonOf } from "../read/value-json.ts";
import { textLimits } from "./limits.ts";

/**
 * What stands between the texts: control characters, of which `escapeControls` leaves none. The page splits at them.
 * `record` ends a line (and the id at the beginning of a scope), `part` is between message, fields and error, `field`
 * between fields.
 */
export const separators = { record: "\u001e", part: "\u001f", field: "\u001d" } as const;

const maxDepth = 8;
const ofSummary: ReadonlySet<string> = new Set(["durationMs", "outcome", "lines", "dropped"]);

/** The text of one line: message, fields and error, with everything in it shown and nothing obeyed. */
export function lineText({ message, fields: all, error, summary }: RecordEntry): string {
  let text = escapeControls(cut(message, textLimits.message));
  // What a summary tells is shown with the scope; in the lines it would be most of the page.
  const fields = summary === undefined ? all : all.filter(([key]) => !ofSummary.has(key));
  if (fields.length === 0 && error === undefined) return text;
  text += separators.part + fieldsText(fields);
  return error === undefined ? text : text + separators.part + cut(errorText(error, 0), textLimits.part);
}

function fieldsText(fields: readonly Field[]): string {
  let text = "";
  for (const [key, value] of fields) {
    const shown = typeof value === "string" ? value : jsonOf(value);
    const field = `${escapeControls(cut(key, 200))}=${escapeControls(cut(shown, textLimits.value))}`;
    if (text.length + field.length > textLimits.part) return `${text}${separators.field}[more fields]`;
    text += text === "" ? field : separators.field + field;
  }
  return text;
}

/** Head, stack and causes, on several lines. */
function errorText(error: EntryError, depth: number): string {
  const { type, message, stack, code, properties, cause, errors } = error;
  const head = [type, message].filter((part) => part !== "").join(": ");
  let text = stack === undefined ? onLines(head) : onLines(stack);
  // The stack of V8 begins with the head, unless the message was changed later.
  if (stack !== undefined && head !== "" && !stack.startsWith(head.slice(0, 100))) text = `${onLines(head)}\n${text}`;
  if (code !== undefined) text += `\n  code: ${escapeControls(String(code))}`;
  for (const [key, value] of properties) {
    text += `\n  ${escapeControls(key)}: ${escapeControls(cut(jsonOf(value), textLimits.value))}`;
  }
  // More would be cut off anyway.
  if (depth < maxDepth && text.length < textLimits.part) {
    if (cause !== undefined) text += `\ncaused by: ${errorText(cause, depth + 1)}`;
    for (const one of errors.slice(0, 10)) text += `\none of its errors: ${errorText(one, depth + 1)}`;
  }
  return text;
}

function onLines(text: string): string {
  return cut(text, textLimits.part)
    .split(/\r?\n/)
    .map((line) => escapeControls(line))
    .join("\n");
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)} [${text.length - limit} more]`;
}
