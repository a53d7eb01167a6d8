import { defaultFormatter } from "../format/default-formatter.ts";
import { textFormatter } from "../format/text.ts";
import { checkKeys, checkObject } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import { type FormatterLike, toFormatter } from "../port/formatter.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import { isLevelName, type LevelName, levelName } from "../record/level.ts";
import { checkOptions, type HandlerOptions } from "./handler-options.ts";

/** The methods of a console that take a line. */
export type ConsoleMethod = "debug" | "log" | "info" | "warn" | "error";

/** As much of a console as is used. */
export type ConsoleLike = Readonly<Record<ConsoleMethod, (line: string) => void>>;

export interface ConsoleHandlerOptions extends HandlerOptions {
  /** Default `textFormatter()`, unless `LOG_FORMAT` says otherwise, see `Config.env`. */
  readonly formatter?: FormatterLike;
  /** Which method takes which level; default see `consoleHandler`. */
  readonly methods?: Readonly<Partial<Record<LevelName, ConsoleMethod>>>;
  /** Default `globalThis.console`, looked up for each line. */
  readonly console?: ConsoleLike;
}

const defaultMethods: Readonly<Record<LevelName, ConsoleMethod>> = {
  trace: "debug",
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "error",
  fatal: "error",
};

const known: ReadonlySet<string> = new Set(["debug", "log", "info", "warn", "error"]);

// The consoles that take a line now. One that was patched to log through us would come back here without end.
const busy = new Set<object>();

/**
 * Writes each line to the console, in browsers and servers alike: trace and debug to `console.debug`, info to
 * `console.info`, warn to `console.warn`, error and fatal to `console.error`. In Node.js, the first three go to standard
 * output, the others to standard error; give `methods` to change that, such as `{ info: "error" }` for a command whose
 * output is data.
 *
 * A line that comes back because the console was patched to log is dropped and counted.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_FILTER` or
 * `ERR_SCOPELOG_FORMATTER` for a bad option
 */
export function consoleHandler(options: ConsoleHandlerOptions = {}): Handler {
  checkKeys("consoleHandler", options, ["formatter", "methods", "console", "level", "filter"]);
  const formatter =
    options.formatter === undefined ? defaultFormatter(textFormatter(), true) : toFormatter(options.formatter);
  const methods = { ...defaultMethods, ...checkMethods(options.methods) };
  return {
    ...checkOptions(options),
    handle(record) {
      const console = options.console ?? (globalThis as { console?: ConsoleLike }).console;
      if (console === undefined) return;
      if (busy.has(console)) {
        tally.dropped++;
        return;
      }
      const line = formatter.format(record);
      busy.add(console);
      try {
        // One argument only: with more, a console obeys `%` in the first.
        console[methods[levelName(record.levelNumber)]](line);
      } finally {
        busy.delete(console);
      }
    },
  };
}

function checkMethods(methods: ConsoleHandlerOptions["methods"] = {}): typeof methods {
  checkObject(methods, "methods");
  for (const [level, method] of Object.entries(methods)) {
    if (isLevelName(level) && known.has(method)) continue;
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `methods.${level} must be a level's method of the console`);
  }
  return methods;
}
