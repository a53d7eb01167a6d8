import type { LevelName } from "../record/level.ts";

/** Select Graphic Rendition (ECMA-48, section 8.3.117) for what is shown in colour. */
export const codes: Readonly<Record<LevelName | "dim" | "name" | "key", string>> = {
  trace: "90",
  debug: "34",
  info: "32",
  warn: "33",
  error: "31",
  fatal: "97;41",
  dim: "90",
  name: "36",
  key: "90",
};

/** `text` in the colour of `code`. */
export function paint(code: string, text: string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}

interface ProcessLike {
  env?: Record<string, string | undefined>;
  stdout?: { isTTY?: boolean };
}

const forcedColors: readonly string[] = ["", "0", "1", "2", "3", "true", "false"];

/** Whether `value` is one that `FORCE_COLOR` may have, as Node and most tools have it: a depth of colour, or yes or no. */
export function isForcedColor(value: string): boolean {
  return forcedColors.includes(value);
}

/**
 * Whether standard output wants colour: `FORCE_COLOR` if it is set to what makes sense (`0` and `false` mean no), else
 * not if `NO_COLOR` is set to anything (no-color.org) or `TERM` is `dumb`, else if it is a terminal.
 */
export function wantsColor(): boolean {
  const { env = {}, stdout } = (globalThis as { process?: ProcessLike }).process ?? {};
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced !== undefined && isForcedColor(forced)) return forced !== "0" && forced !== "false";
  if (refused !== undefined && refused !== "") return false;
  return terminal !== "dumb" && stdout?.isTTY === true;
}
