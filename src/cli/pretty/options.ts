import { wantsColor } from "../../format/color.ts";
import { isLevelName, levelNumber } from "../../record/level.ts";
import { UsageError } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { type TimeStyle, timeStyles } from "./clock.ts";
import { EntryFilter } from "./entry-filter.ts";
import type { TextOptions } from "./record-text.ts";
import { ScopeFilter } from "./scope-filter.ts";
import { timePoint } from "./time-point.ts";

export const prettyUsage = `scopelog pretty [FILE...]    shows logs in JSON lines for people; reads standard input without a file, or for -

Reads every profile of jsonFormatter, and the lines of pino, bunyan, winston and others; gzip files too. Lines that are
no log records are shown as they are. Control characters and terminal escapes in the data are shown, never obeyed.

  -f, --follow           goes on with what is added to the file, also after it was rotated or truncated
  -s, --scope TARGET     only conn#17 and the scopes inside of it; or conn, or conn.* for all below; more than once: any
  -l, --level LEVEL      only this level and graver ones: trace, debug, info, warn, error, fatal, or a number
      --since TIME       only from then on: 10m (ago; s, m, h, d, w), 12:30 (today), or 2026-01-31T12:30
      --until TIME       only up to then
  -g, --grep REGEX       only where the message, a field as key=value, or the error matches
  -i, --ignore-case      --grep takes small and capital letters for the same
  -t, --time STYLE       clock (the default), local (with the date), iso (UTC), relative (to the first line), none
  -e, --expand           shows folded fields and messages in full
      --hide KEYS        fields not to show, with commas between; pid,hostname if absent, --hide= for none
      --group            holds the lines of a scope until it ends, to show them together (see docs/pretty.md for how many)
      --color WHEN       auto (the default: a terminal, NO_COLOR and FORCE_COLOR are respected), always, never
      --max-line BYTES   of a longer line only the beginning is shown; 1048576 if absent

Ends with 0 if all was read; 1 if some of it was bad: JSON that does not parse, binary data, a line that is too long or
cut off; 2 if the command was not understood, or a file could not be read. What was bad is counted on standard error.`;

export interface PrettyOptions extends TextOptions {
  readonly files: readonly string[];
  readonly follow: boolean;
  readonly group: boolean;
  readonly filter: EntryFilter;
  readonly maxLine: number | undefined;
}

/** What may be given, and how. */
const optionTypes = {
  follow: { type: "boolean", short: "f" },
  scope: { type: "string", short: "s", multiple: true },
  level: { type: "string", short: "l" },
  since: { type: "string" },
  until: { type: "string" },
  grep: { type: "string", short: "g" },
  "ignore-case": { type: "boolean", short: "i" },
  time: { type: "string", short: "t" },
  expand: { type: "boolean", short: "e" },
  hide: { type: "string" },
  group: { type: "boolean" },
  color: { type: "string" },
  "max-line": { type: "string" },
} as const;

/** @throws {UsageError} */
export function prettyOptions(args: readonly string[]): PrettyOptions {
  const { values, positionals } = parseOptions(args, optionTypes);
  const files = positionals.length === 0 ? ["-"] : positionals;
  const follow = values.follow === true;
  if (follow && (files.length > 1 || files[0] === "-")) throw new UsageError("--follow takes one file");
  const now = Date.now();
  const { scope, level, since, until, grep, time = "clock", color = "auto", hide = "pid,hostname" } = values;
  if (values["ignore-case"] === true && grep === undefined) throw new UsageError("--ignore-case is for --grep");
  if (!isTimeStyle(time)) throw new UsageError(`--time is ${timeStyles.join(", ")}; not "${time}"`);
  if (color !== "auto" && color !== "always" && color !== "never") {
    throw new UsageError(`--color is auto, always or never; not "${color}"`);
  }
  return {
    files,
    follow,
    group: values.group === true,
    expand: values.expand === true,
    time,
    color: color === "auto" ? wantsColor() : color === "always",
    hide: new Set(hide.split(",").map((key) => key.trim())),
    maxLine: values["max-line"] === undefined ? undefined : bytes(values["max-line"]),
    filter: new EntryFilter({
      scopes: scope === undefined ? undefined : new ScopeFilter(scope),
      level: level === undefined ? undefined : levelOption(level),
      since: since === undefined ? undefined : timePoint("--since", since, now),
      until: until === undefined ? undefined : timePoint("--until", until, now),
      grep: grep === undefined ? undefined : pattern(grep, values["ignore-case"] === true),
    }),
  };
}

function isTimeStyle(text: string): text is TimeStyle {
  return timeStyles.includes(text as TimeStyle);
}

function levelOption(text: string): number {
  const name = text.toLowerCase();
  if (isLevelName(name)) return levelNumber(name);
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`--level is trace, debug, info, warn, error, fatal or a number; not "${text}"`);
}

function pattern(text: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(text, ignoreCase ? "i" : "");
  } catch (cause) {
    throw new UsageError(`--grep: ${(cause as Error).message}`, { cause });
  }
}

function bytes(text: string): number {
  const value = Number(text);
  // A string of the runtime has an end too.
  if (Number.isInteger(value) && value >= 1 && value <= 256 * 1024 * 1024) return value;
  throw new UsageError("--max-line must be a whole number of bytes from 1 to 268435456");
}
