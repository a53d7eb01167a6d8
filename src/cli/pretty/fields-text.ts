import { codes, paint } from "../../format/color.ts";
import { cut } from "../../format/json-string.ts";
import type { Field } from "../../format/record-fields.ts";
import { escapeControls } from "../../record/escape.ts";
import { indentedJsonOf, jsonOf } from "../read/value-json.ts";

/** A value with more characters is folded: it is shown below the line. */
export const inlineLength = 80;
/** What is shown of a folded value. */
const foldedLength = 160;

// Nothing to escape in these, nor to quote: the value can be told apart from what is around it.
const plain = /^[\w.:/@+#%&,;<>?!*~^$|()-]+$/;
const bare = /^[^\s"'=\\{}[\]]+$/;

// Keys are few and repeat; should they not, the table is let go instead of growing.
const maxKeys = 1024;

/** Writes fields as `key=value`, short ones on the line, others below it. */
export class FieldsText {
  readonly #color: boolean;
  readonly #expand: boolean;
  readonly #keys = new Map<string, string>();

  constructor(color: boolean, expand: boolean) {
    this.#color = color;
    this.#expand = expand;
  }

  /** The field with a space before it; undefined if it is to be folded. */
  inline(key: string, value: unknown): string | undefined {
    let text: string;
    switch (typeof value) {
      case "string":
        if (value.length > inlineLength) return undefined;
        if (this.#expand && value.includes("\n")) return undefined;
        text = plain.test(value) ? value : quoted(value);
        break;
      case "number":
      case "boolean":
        text = String(value);
        break;
      default: {
        const json = jsonOf(value);
        if (json.length > inlineLength) return undefined;
        text = escapeControls(json);
      }
    }
    return this.#before(key) + text;
  }

  /** The lines for a folded field, without what they are indented by. */
  folded([key, value]: Field): string[] {
    const name = this.#paint(`${escapeControls(key)}:`);
    const text = typeof value === "string" ? value : jsonOf(value);
    if (!this.#expand) return [`${name} ${escapeControls(cut(text, foldedLength))}`];
    const full = typeof value === "string" ? value : indentedJsonOf(value);
    const lines = full.split(/\r?\n/).map((line) => escapeControls(line));
    return lines.length === 1 ? [`${name} ${lines[0]}`] : [name, ...lines.map((line) => `  ${line}`)];
  }

  #before(key: string): string {
    let before = this.#keys.get(key);
    if (before === undefined) {
      before = ` ${this.#paint(`${plain.test(key) ? key : quoted(key)}=`)}`;
      if (key.length > 64) return before;
      if (this.#keys.size >= maxKeys) this.#keys.clear();
      this.#keys.set(key, before);
    }
    return before;
  }

  #paint(text: string): string {
    return this.#color ? paint(codes.key, text) : text;
  }
}

function quoted(text: string): string {
  return bare.test(text) ? escapeControls(text) : `"${escapeControls(text.replace(/["\\]/g, "\\$&"))}"`;
}
