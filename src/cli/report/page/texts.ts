import type { Report } from "./data.ts";
import { embedded } from "./embedded.ts";

/** What the kept lines say. It is most of the page, and read when the scopes are seen already. */
export interface Texts {
  /** The lines, each with a separator after it. */
  readonly all: string;
  /** Where each line begins; one more than there are lines. */
  readonly at: Uint32Array;
}

/** Reads what the page has of the lines. */
export async function readTexts(base64: string, { lineTime: { length } }: Report): Promise<Texts> {
  const buffer = await embedded(base64);
  const chars = new Uint32Array(buffer, 0, length);
  const at = new Uint32Array(length + 1);
  for (let line = 0; line < length; line++) at[line + 1] = (at[line] as number) + (chars[line] as number);
  return { all: new TextDecoder().decode(new Uint8Array(buffer, 4 * length)), at };
}

/** One line, as it is shown. */
export interface ShownLine {
  readonly time: number;
  readonly level: number;
  readonly message: string;
  readonly fields: readonly string[];
  readonly error: string | undefined;
}

/** The kept lines of a scope. */
export function linesOf({ lineAt, lineTime, lineLevel }: Report, { all, at }: Texts, scope: number): ShownLine[] {
  const lines: ShownLine[] = [];
  for (let line = lineAt[scope] as number; line < (lineAt[scope + 1] as number); line++) {
    const [message = "", fields = "", error] = all.slice(at[line], (at[line + 1] as number) - 1).split("\u001f");
    lines.push({
      time: lineTime[line] as number,
      level: lineLevel[line] as number,
      message,
      fields: fields === "" ? [] : fields.split("\u001d"),
      error,
    });
  }
  return lines;
}
