import { codes, paint } from "../../format/color.ts";
import { cut } from "../../format/json-string.ts";
import { escapeControls } from "../../record/escape.ts";
import type { EntryError } from "../read/entry.ts";
import type { FieldsText } from "./fields-text.ts";

// What is shown of one error, with all that caused it; and of one line of it.
const maxLines = 1000;
const maxLength = 4096;

const more = "[more]";

const frame = /^\s*at |^\S*@/;
// Code that is not the program's own.
const foreign = /\(?node:|[\\/]node_modules[\\/]/;

/** Writes what was thrown: its stack, its own properties, and what caused it, indented. Every line is escaped. */
export class ErrorLines {
  readonly #color: boolean;
  readonly #fields: FieldsText;

  constructor(color: boolean, fields: FieldsText) {
    this.#color = color;
    this.#fields = fields;
  }

  /** `label` goes before the first line. */
  lines(error: EntryError, label = ""): string[] {
    const lines: string[] = [];
    this.#add(error, "", label, lines);
    return lines;
  }

  #add(error: EntryError, indent: string, label: string, lines: string[]): void {
    if (lines.length >= maxLines) {
      if (lines.at(-1) !== more) lines.push(more);
      return;
    }
    const { type, message, code, properties, cause, errors } = error;
    const head = type === "" ? message : message === "" ? type : `${type}: ${message}`;
    lines.push(indent + label + this.#paint(codes.error, escapeControls(cut(head, maxLength))));
    for (const line of stackLines(error).slice(0, maxLines)) {
      const text = escapeControls(cut(line, maxLength));
      if (frame.test(line)) lines.push(`${indent}    ${foreign.test(line) ? this.#paint(codes.dim, text) : text}`);
      else lines.push(indent + text);
    }
    const own = code === undefined ? properties : [["code", code] as const, ...properties];
    let text = "";
    const folded: string[] = [];
    for (const field of own) {
      const inline = this.#fields.inline(...field);
      if (inline === undefined) folded.push(...this.#fields.folded(field));
      else text += inline;
    }
    if (text !== "") lines.push(`${indent}   ${text}`);
    for (const line of folded) lines.push(`${indent}    ${line}`);
    for (const one of errors) this.#add(one, `${indent}  `, "- ", lines);
    if (cause !== undefined) this.#add(cause, indent, "caused by: ", lines);
  }

  #paint(code: string, text: string): string {
    return this.#color ? paint(code, text) : text;
  }
}

/**
 * The stack without what the first line says already. The message is taken out where it stands, so that those of its
 * lines that look like frames are not taken for some. Some writers put the stacks of causes behind it.
 */
function stackLines({ stack, message, type }: EntryError): string[] {
  if (stack === undefined) return [];
  const at = message === "" ? -1 : stack.indexOf(message);
  let rest = stack;
  if (at !== -1) rest = stack.slice(at + message.length);
  else if (!frame.test(stack)) {
    const end = stack.indexOf("\n");
    const first = end === -1 ? stack : stack.slice(0, end);
    // The message of another than the one that is told is worth its line.
    if (type === "" || first === type || first.startsWith(`${type}:`)) rest = end === -1 ? "" : stack.slice(end);
  }
  return rest
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
