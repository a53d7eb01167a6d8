import { escapeControls } from "../record/escape.ts";
import { type ErrorParts, errorLine, errorParts } from "./error.ts";
import { defaultLimits } from "./json-limits.ts";
import { cut } from "./json-string.ts";
import { fieldText } from "./value-text.ts";

// How far causes are followed, how many errors of an aggregate and properties of one error are shown.
const maxDepth = 8;
const maxErrors = 10;
const maxProperties = 50;
const maxLines = 1000;

// As V8 writes one, or else Firefox and Safari.
const frame = /^\s+at |^\S*@/;

/**
 * A thrown value for people: its stack with one line for each frame, its own properties, and what caused it, indented.
 * Every line is escaped. Never throws, and ends for causes that lead back.
 */
export function errorText(thrown: unknown, indent = "    "): string {
  const lines: string[] = [];
  describe(thrown, indent, "", [], lines);
  return lines.join("\n");
}

function describe(thrown: unknown, indent: string, label: string, path: readonly unknown[], lines: string[]): void {
  if (path.includes(thrown)) {
    lines.push(`${indent}${label}[circular]`);
    return;
  }
  if (path.length >= maxDepth || lines.length >= maxLines) {
    lines.push(`${indent}${label}[more]`);
    return;
  }
  const parts = errorParts(thrown);
  lines.push(indent + label + escapeControls(errorLine(parts)));
  for (const frame of frameLines(parts)) lines.push(`${indent}    ${escapeControls(frame)}`);
  const own = propertiesText(parts);
  if (own !== "") lines.push(`${indent}   ${own}`);
  const inner = typeof thrown === "object" ? [...path, thrown] : path;
  for (const error of parts.errors?.slice(0, maxErrors) ?? []) describe(error, `${indent}  `, "- ", inner, lines);
  if (parts.cause !== undefined) describe(parts.cause, indent, "caused by: ", inner, lines);
}

function propertiesText({ code, properties }: ErrorParts): string {
  const fields = code === undefined ? properties : [["code", code] as const, ...properties];
  let text = "";
  for (const [key, value] of fields.slice(0, maxProperties)) {
    const field = fieldText(key, value);
    if (field !== undefined) text += ` ${field.name}=${field.value}`;
  }
  return text;
}

// The frames alone: the line before them is written from type and message, which the stack repeats. A message of several
// lines must not pass off some of them as frames.
function frameLines({ stack, message }: ErrorParts): string[] {
  if (stack === undefined) return [];
  const at = stack.indexOf(message);
  const rest = cut(at === -1 ? stack : stack.slice(at + message.length), defaultLimits.string);
  return rest
    .split("\n")
    .filter((line) => frame.test(line))
    .map((line) => line.trim());
}
