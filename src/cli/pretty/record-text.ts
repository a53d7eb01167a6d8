import { codes, paint } from "../../format/color.ts";
import { cut } from "../../format/json-string.ts";
import type { Field } from "../../format/record-fields.ts";
import { escapeControls } from "../../record/escape.ts";
import { levelName } from "../../record/level.ts";
import { counted } from "../number-text.ts";
import type { RecordEntry, TextEntry } from "../read/entry.ts";
import { entryError, isErrorLike } from "../read/entry-error.ts";
import { Clock, type TimeStyle } from "./clock.ts";
import { ErrorLines } from "./error-lines.ts";
import { FieldsText } from "./fields-text.ts";
import { scopeColor } from "./scope-color.ts";

export interface TextOptions {
  readonly color: boolean;
  readonly time: TimeStyle;
  /** Whether folded fields are shown in full. */
  readonly expand: boolean;
  /** Keys of fields that are not shown. */
  readonly hide: ReadonlySet<string>;
}

const maxMessage = 65_536;
const maxBinary = 512;
const indent = "    ";
// The mark of a scope's lines; it takes a column, so it is there only with its colour.
const bar = "\u258c";

/** Writes entries for people. Whatever is in them is shown, never obeyed. */
export class RecordText {
  readonly #options: TextOptions;
  readonly #clock: Clock;
  readonly #fields: FieldsText;
  readonly #errors: ErrorLines;
  // A log without scopes needs no column for them.
  #scoped = false;
  readonly #levels = new Map<string, string>();

  constructor(options: TextOptions) {
    this.#options = options;
    this.#clock = new Clock(options.time);
    this.#fields = new FieldsText(options.color, options.expand);
    this.#errors = new ErrorLines(options.color, this.#fields);
  }

  /** A record as one line and what is below it, each with its end. */
  record(entry: RecordEntry): string {
    const { color } = this.#options;
    const { time, scope, message, late, error } = entry;
    const day = this.#clock.newDay(time);
    if (scope !== undefined) this.#scoped = true;
    const gutter = !color || !this.#scoped ? "" : scope === undefined ? " " : paint(scopeColor(scope), bar);
    const stamp = this.#clock.text(time);
    const name = scope ?? entry.logger;
    let line = gutter + (color && stamp !== "" ? `\u001b[90m${stamp}\u001b[0m` : stamp) + this.#level(entry);
    if (name !== "")
      line += `${this.#paint(scope === undefined ? codes.name : scopeColor(scope), escapeControls(name))} `;
    let below: string[] | undefined;
    if (message.length > maxMessage) line += escapeControls(cut(message, maxMessage));
    else if (this.#options.expand && message.includes("\n")) {
      const [first, ...rest] = message.split(/\r?\n/);
      line += escapeControls(first as string);
      below = rest.map((text) => escapeControls(text));
    } else line += escapeControls(message);
    if (late) line += ` ${this.#paint(codes.warn, "(late)")}`;
    const { hide } = this.#options;
    for (const field of entry.fields) {
      const [key, value] = field;
      if (hide.has(key)) continue;
      const inline = isErrorLike(value) ? undefined : this.#fields.inline(key, value);
      if (inline !== undefined) line += inline;
      else (below ??= []).push(...this.#below(field));
    }
    if (error !== undefined) (below ??= []).push(...this.#errors.lines(error));
    if (day !== undefined) line = `${this.#paint(codes.dim, `-- ${day} --`)}\n${line}`;
    if (below === undefined) return `${line}\n`;
    for (const text of below) line += `\n${gutter}${indent}${text}`;
    return `${line}\n`;
  }

  /** A line that is no record, as it is. */
  text({ text, fault, bytes }: TextEntry): string {
    const shown = fault === "binary" ? cut(text, maxBinary) : text;
    // A tab is harmless, and what is aligned by it should stay so.
    const escaped = shown.includes("\t") ? shown.split("\t").map(escapeControls).join("\t") : escapeControls(shown);
    const note = fault === "long" ? this.#paint(codes.warn, ` [${counted(bytes, "byte")}, left out]`) : "";
    return `${escaped}${note}\n`;
  }

  #below(field: Field): string[] {
    const [key, value] = field;
    if (!isErrorLike(value)) return this.#fields.folded(field);
    return this.#errors.lines(entryError(value), this.#paint(codes.key, `${escapeControls(key)}: `));
  }

  /** The level in five columns and a space. */
  #level({ level, levelLabel }: RecordEntry): string {
    let text = this.#levels.get(levelLabel);
    if (text === undefined) {
      const label = escapeControls(cut(levelLabel, 16)).toUpperCase().padEnd(5);
      text = `${this.#paint(Number.isNaN(level) ? codes.dim : codes[levelName(level)], label)} `;
      // Words of the data: few, but nobody promised that.
      if (this.#levels.size < 256) this.#levels.set(levelLabel, text);
    }
    return text;
  }

  #paint(code: string, text: string): string {
    return this.#color ? paint(code, text) : text;
  }

  get #color(): boolean {
    return this.#options.color;
  }
}
