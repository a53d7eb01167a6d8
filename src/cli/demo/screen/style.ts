import type { WriteStream } from "node:tty";
import { paint } from "../../../format/color.ts";
import type { Role } from "../../chart/role.ts";
import { roleCodes } from "../../chart/role-codes.ts";

/** The way of 2015 ends badly, with `using` all is well, and the third act forgets. */
const actRoles: readonly Role[] = ["error", "ok", "forgotten"];

/** What the screen can show. */
export interface Style {
  /** Whether lines can be written over. */
  readonly redraw: boolean;
  /** Whether there are more signs than those of ASCII. */
  readonly unicode: boolean;
  /** The text in the colour of an act; as it is where there are no colours. */
  act(number: number, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

/** The width that the table and the chart need. */
export const width = 79;

/**
 * The style for that output. Node knows about NO_COLOR, FORCE_COLOR and what the terminal can do.
 */
export function styleFor(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Style {
  const terminal = out.isTTY === true;
  const colours = terminal && (out as WriteStream).hasColors(env);
  const inCode = (code: string) => (text: string) => (colours ? paint(code, text) : text);
  const inRole = (role: Role) => inCode(roleCodes[role]);
  const acts = actRoles.map(inRole);
  return {
    redraw: terminal && env["TERM"] !== "dumb" && (out as WriteStream).columns > width,
    unicode: speaksUnicode(env),
    act: (number, text) => acts[number - 1]?.(text) ?? text,
    strong: inCode("1"),
    faint: inCode("2"),
    good: inRole("ok"),
    bad: inRole("error"),
  };
}

/** Whether a terminal shows more than ASCII. */
// A container has often no locale at all, and a terminal that shows everything: only a clear no is a no.
export function speaksUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"];
  if (env["TERM"] === "linux" || env["TERM"] === "dumb") return false;
  return locale === undefined || locale === "" || /utf-?8/i.test(locale);
}
