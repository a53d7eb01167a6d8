import { escapeControls } from "../../record/escape.ts";

// How many columns of a terminal a character takes: marks that stand on another take none, East Asian wide ones (Unicode
// UAX #11, in the large) and pictures take two.
const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
const ascii = /^[\x20-\x7e]*$/;

function columnsOf(character: string): number {
  if (character < "\u0300") return 1;
  return none.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** How many columns `text` takes. */
export function width(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** `text` on at most `columns` columns, with a mark where something is missing. */
export function cut(text: string, columns: number, mark = "…"): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return "";
  let shown = "";
  let taken = 0;
  for (const character of text) {
    taken += columnsOf(character);
    if (taken > columns - 1) break;
    shown += character;
  }
  return shown + mark;
}

/** The end of `text`: of a path that says most. */
export function cutStart(text: string, columns: number, mark = "…"): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return "";
  let shown = "";
  let taken = 0;
  for (const character of [...text].reverse()) {
    taken += columnsOf(character);
    if (taken > columns - 1) break;
    shown = character + shown;
  }
  return mark + shown;
}

/** `text` on exactly `columns` columns. */
export function padded(text: string, columns: number, align: "left" | "right" = "left", start = false): string {
  const short = start ? cutStart(text, columns) : cut(text, columns);
  const space = " ".repeat(Math.max(0, columns - width(short)));
  return align === "right" ? space + short : short + space;
}

/** What a program says, made safe for a terminal: shown, never obeyed. */
export function safe(text: unknown): string {
  return typeof text === "string" ? escapeControls(text) : text === undefined ? "" : escapeControls(String(text));
}
