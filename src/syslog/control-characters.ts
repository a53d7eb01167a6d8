import { escapeControls } from "../record/escape.ts";

/** What becomes of control characters in texts and values. */
export type ControlCharacters = "escape" | "space" | "keep";

const control = /[\x00-\x1f\x7f-\x9f]/;
const controls = new RegExp(control.source, "g");

/**
 * The function that does away with control characters as chosen.
 * @param lines whether a line feed ends the message on the wire; it is escaped then, whatever was chosen
 */
export function controlFilter(mode: ControlCharacters, lines: boolean): (text: string) => string {
  if (mode === "escape") return escapeControls;
  if (mode === "space") return (text) => (control.test(text) ? text.replace(controls, " ") : text);
  return lines ? (text) => (text.includes("\n") ? text.replaceAll("\n", "\\n") : text) : (text) => text;
}
