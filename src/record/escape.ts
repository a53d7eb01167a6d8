// What a terminal, an editor or a line reader may obey instead of showing it: control characters (C0, DEL, C1), line
// and paragraph separators, the marks that turn the direction of writing (Unicode UAX #9), the byte order mark, and
// surrogates, which may be alone; with the flag `u` only those that are.
const obeyed = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/;
const each = new RegExp(obeyed.source, "gu");

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * `text` on one line, with everything that would be obeyed instead of shown as a visible escape: `\n`, `\x1b`,
 * `\u202e`. Backslashes stay as they are, so that paths are readable; it is not meant to be read back.
 */
export function escapeControls(text: string): string {
  return obeyed.test(text) ? text.replace(each, escapeOne) : text;
}

function escapeOne(character: string): string {
  const code = character.charCodeAt(0);
  return short[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
