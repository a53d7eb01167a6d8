import { checkLogger, handIn } from "../../logger/hand-in.ts";
import type { Logger } from "../../logger/logger.ts";
import { checkKeys, checkObject } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import { type Fields, messageOf } from "../../record/fields.ts";
import { isLevelName, type LevelName, levelNumber } from "../../record/level.ts";
import type { ConsoleFace, ConsoleShape } from "./console-face.ts";
import { ConsoleState } from "./console-state.ts";
import { type InspectOptions, inspect } from "./inspect.ts";
import { type ArgumentLine, lineOfArguments } from "./line-of-arguments.ts";
import { tableOf } from "./table.ts";

/** The methods that have a level; the others go by one of these. */
export type ConsoleLevelMethod = "trace" | "debug" | "log" | "info" | "warn" | "error";

/** Which level each method has. */
export interface AsConsoleOptions {
  /**
   * The level of each method; default that of its name, and info for `log`. `dir`, `dirxml`, `table`, `group`, `count`
   * and `time` go by `log`, `assert` by `error`, and what these have to complain about by `warn`.
   */
  readonly levels?: Readonly<Partial<Record<ConsoleLevelMethod, LevelName>>>;
}

const defaultLevels: Readonly<Record<ConsoleLevelMethod, LevelName>> = {
  trace: "trace",
  debug: "debug",
  log: "info",
  info: "info",
  warn: "warn",
  error: "error",
};

/**
 * A logger in the shape of `console`, for libraries that take one. Placeholders are filled as `util.format` does; the
 * first error among the arguments is the error of the record; simple objects beside a text are its fields; all else is
 * text. `group` adds the field `group` with the labels that are open to every line of this console, `time` a
 * `durationMs`, `table` the data as `table`, `trace` the place as `stack`. A call without arguments writes nothing;
 * `clear`, `profile`, `profileEnd` and `timeStamp` do nothing.
 *
 * The methods need no `this`. They never throw, and nothing is formatted while the level is off. The logger is its
 * owner's, and nothing here closes it. It runs in browsers as well.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function asConsole(logger: Logger, options: AsConsoleOptions = {}): ConsoleShape {
  checkLogger(logger, "asConsole()");
  checkKeys("asConsole", options, ["levels"]);
  const levels = { ...defaultLevels, ...checkLevels(options.levels) };
  const state = new ConsoleState();

  const write = (method: ConsoleLevelMethod, make: () => ArgumentLine | undefined): void => {
    const level = levelNumber(levels[method]);
    if (!logger.isEnabled(level)) return;
    const line = make();
    if (line === undefined) return;
    const { group } = state;
    const fields: Fields | undefined = group === undefined ? line.fields : { group, ...line.fields };
    handIn(logger, { level, message: line.message, error: line.error, fields });
  };
  const writer = (method: ConsoleLevelMethod) =>
    function writeLine(...data: unknown[]): void {
      write(method, () => (data.length === 0 ? undefined : lineOfArguments(data)));
    };
  const say = (method: ConsoleLevelMethod, message: string, fields?: Fields): void => {
    write(method, () => ({ message, error: undefined, fields }));
  };
  const lap = (label: string, method: string, data: readonly unknown[]): void => {
    const durationMs = state.elapsed(label);
    if (durationMs === undefined) {
      say("warn", `No such label '${label}' for console.${method}()`);
      return;
    }
    write("log", () => {
      const line = lineOfArguments(["", ...data]);
      const message = `${label}: ${durationMs.toFixed(3)}ms${line.message}`;
      return { message, error: line.error, fields: { ...line.fields, durationMs } };
    });
  };
  const log = writer("log");
  const error = writer("error");
  const openGroup = (...data: unknown[]): void => {
    log(...data);
    state.open(data.length === 0 ? "group" : lineOfArguments(data).message);
  };
  const nothing = (): void => {};

  const face: ConsoleFace = {
    log,
    error,
    info: writer("info"),
    warn: writer("warn"),
    debug: writer("debug"),
    dirxml: log,
    trace: function trace(...data) {
      write("trace", () => {
        const line = lineOfArguments(data.length === 0 ? ["Trace"] : data);
        return { ...line, fields: { ...line.fields, stack: placeOf(trace) } };
      });
    },
    assert(condition, ...data) {
      if (condition) return;
      const [first, ...rest] = data;
      if (typeof first === "string") error(`Assertion failed: ${first}`, ...rest);
      else error("Assertion failed", ...data);
    },
    dir(item, settings) {
      write("log", () => ({ message: inspect(item, settings as InspectOptions), error: undefined, fields: undefined }));
    },
    table(data, columns) {
      if (typeof data !== "object" || data === null) log(data);
      else write("log", () => ({ message: "table", error: undefined, fields: { table: tableOf(data, columns) } }));
    },
    group: openGroup,
    groupCollapsed: openGroup,
    groupEnd: () => state.close(),
    count(label) {
      const name = labelOf(label);
      const count = state.count(name);
      say("log", `${name}: ${count}`, { count });
    },
    countReset(label) {
      const name = labelOf(label);
      if (!state.resetCount(name)) say("warn", `Count for '${name}' does not exist`);
    },
    time(label) {
      const name = labelOf(label);
      if (!state.start(name)) say("warn", `Label '${name}' already exists for console.time()`);
    },
    timeLog: (label, ...data) => lap(labelOf(label), "timeLog", data),
    timeEnd(label) {
      const name = labelOf(label);
      lap(name, "timeEnd", []);
      state.stop(name);
    },
    clear: nothing,
    profile: nothing,
    profileEnd: nothing,
    timeStamp: nothing,
  };
  // The constructor that Node.js keeps there.
  const { console } = globalThis as { console?: { Console?: unknown } };
  return Object.assign(face, { Console: console?.Console }) as unknown as ConsoleShape;
}

function labelOf(label: unknown): string {
  return label === undefined ? "default" : messageOf(label);
}

/** The stack at which `method` was called. */
function placeOf(method: (...data: unknown[]) => void): string | undefined {
  const place: { stack?: string } = {};
  const { captureStackTrace } = Error as { captureStackTrace?(target: object, below: unknown): void };
  if (captureStackTrace === undefined) return new Error("Trace").stack;
  captureStackTrace(place, method);
  return place.stack?.replace(/^.*\n\s*/, "");
}

function checkLevels(levels: AsConsoleOptions["levels"] = {}): typeof levels {
  checkObject(levels, "levels");
  for (const [method, level] of Object.entries(levels)) {
    if (Object.hasOwn(defaultLevels, method) && isLevelName(level)) continue;
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `levels.${method} must be a level for a method of the console`);
  }
  return levels;
}
