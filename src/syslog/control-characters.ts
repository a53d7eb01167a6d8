/** What becomes of control characters (U+0000 to U+001F, U+007F to U+009F) in texts and values. */
export type ControlCharacters = "escape" | "space" | "keep";

const control = /[\x00-\x1f\x7f-\x9f]/;
const controls = /[\x00-\x1f\x7f-\x9f]/g;
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeOne(character: string): string {
  return short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * The function that does away with control characters as chosen.
 * @param lines whether a line feed ends the message on the wire; it is escaped then, whatever was chosen
 */
export function controlFilter(mode: ControlCharacters, lines: boolean): (text: string) => string {
  if (mode === "escape") return (text) => (control.test(text) ? text.replace(controls, escapeOne) : text);
  if (mode === "space") return (text) => (control.test(text) ? text.replace(controls, " ") : text);
  return lines ? (text) => (text.includes("\n") ? text.replaceAll("\n", "\\n") : text) : (text) => text;
}
