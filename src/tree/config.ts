import { ScopelogError } from "../port/codes.ts";
import type { Context } from "../port/context.ts";
import { checkFilter, type FilterLike } from "../port/filter.ts";
import { checkHandler, type Handler } from "../port/handler.ts";
import type { ProblemListener } from "../port/trouble.ts";
import { type Fields, isError, setField } from "../record/fields.ts";
import { isLevelSetting, type LevelSetting } from "../record/level.ts";

/** The settings of one category and, by inheritance, of those below it. */
export interface LoggerConfig {
  /** The lowest level that is written. Default: that of the category above; `info` at the root. */
  level?: LevelSetting;
  /** Names of `Config.handlers` that take the lines of this category. */
  handlers?: readonly string[];
  /** Whether the lines go on to the handlers of the categories above. Default: true. */
  propagate?: boolean;
  /** What every line of this category and of those below must pass, before any handler. */
  filters?: readonly FilterLike[];
}

/** What is told of scopes that were collected instead of disposed, grouped by where they were opened. */
export interface ForgottenReport {
  readonly code: "SCOPELOG_WARN_FORGOTTEN";
  /** The name of the scopes. */
  readonly name: string;
  /** The id of the last one. */
  readonly id: string;
  /** Where they were opened, `file:line:column`; undefined if it was not looked up, see `origin`. */
  readonly origin: string | undefined;
  /** How many were opened there, since the last report of the same place. */
  readonly count: number;
  /** How many more of the name were forgotten whose place was not looked up; likely the same. */
  readonly unlocated: number;
  /** What was forgotten and where, that its handlers were closed, and what to write instead. */
  readonly message: string;
}

/** What to do about forgotten scopes. */
export interface ForgottenConfig {
  /** `"warn"`: through `onError`, else the runtime's warnings. `"silent"`: only counted. Or a function. Default: `"warn"`. */
  report?: "warn" | "silent" | ((report: ForgottenReport) => void);
  /**
   * Whether to look up where a scope was opened, which costs some microseconds for each scope looked at. `"sampled"`:
   * one scope in 1024, and every scope of a name that was found forgotten, within a bound. Default: `"sampled"`, and
   * `"off"` where `NODE_ENV` is `production`.
   */
  origin?: "off" | "sampled" | "always";
}

/** How much may be open at once. */
export interface BudgetConfig {
  /**
   * Open sockets and files of handlers in this process. Beyond it dead scopes are swept, idle transports closed and
   * shared ones used in place of further `shared: false` ones. Default: four fifths of the files that could be opened
   * beside those that are open when the first transport is.
   */
  transports?: number;
  /** What the buffers of all scopes of this process may hold together, in bytes as estimated. Default: 16 MiB. */
  bufferBytes?: number;
  /** Live scopes of one name before a warning, once a name, like `MaxListenersExceededWarning`. Default: 10000. */
  scopes?: number;
}

/** What `configure` takes. */
export interface Config {
  /** Settings by category; `""` is the root of all. */
  loggers?: Readonly<Record<string, LoggerConfig>>;
  /** The handlers by name. The configuration owns them: they are closed when it ends. */
  handlers?: Readonly<Record<string, Handler>>;
  /**
   * Fields on every line of every logger, under all others: the service, its version, `traceFields(trace)` of
   * `scopelog/otel`. Lazy ones are called for each line. Default: none.
   */
  fields?: Fields;
  /** Carries ambient fields along asynchronous calls. Default: `AsyncLocalStorage` where the runtime has it. */
  context?: Context;
  /** What to do about forgotten scopes. */
  forgotten?: ForgottenConfig;
  /** How much may be open at once before something is done about it. */
  budget?: BudgetConfig;
  /**
   * Whether the environment has a say. `LOG_LEVEL=info,conn=debug` sets levels over those of `loggers`. `LOG_FORMAT` is
   * the format of all handlers of the process for console, streams and files that were given no formatter: `text`,
   * `logfmt`, `json`, `json:pino`, `json:ecs`, `json:gcp` or `json:datadog`. What makes no sense in them, or in
   * `FORCE_COLOR`, is told as `SCOPELOG_WARN_IGNORED` and ignored. Default: false; `NO_COLOR` and `FORCE_COLOR` are
   * obeyed in any case.
   */
  env?: boolean;
  /** Is told what goes wrong inside the logging. Default: the runtime's warnings. */
  onError?: ProblemListener;
}

/**
 * A copy of what was given, checked. Each part of it is read once: what was checked is what is used, whatever is done
 * to the given one later.
 * @param unknown takes keys that nobody knows, instead of an error
 * @throws {ScopelogError} as `checkConfig`; `ERR_SCOPELOG_CONFIG_VALUE` too if a part throws when it is read
 */
export function takeConfig(config: Config, unknown?: UnknownKey): Config {
  try {
    const copy = copyConfig(config);
    checkConfig(copy, unknown);
    return copy;
  } catch (cause) {
    if (isError(cause) && cause instanceof ScopelogError) throw cause;
    throw new ScopelogError("ERR_SCOPELOG_CONFIG_VALUE", "config throws an error when it is read", { cause });
  }
}

function copyConfig(config: Config): Config {
  const copy = shallow(config) as Record<string, unknown>;
  for (const key of ["loggers", "handlers", "forgotten", "budget"]) {
    if (Object.hasOwn(Object(copy), key)) copy[key] = shallow(copy[key]);
  }
  const loggers = Object(Object(copy)["loggers"]) as Record<string, unknown>;
  for (const [name, logger] of Object.entries(loggers)) {
    const settings = shallow(logger) as Record<string, unknown>;
    for (const key of ["handlers", "filters"]) {
      if (Object.hasOwn(Object(settings), key)) settings[key] = shallow(settings[key]);
    }
    setField(loggers, name, settings);
  }
  return copy as Config;
}

function shallow(value: unknown): unknown {
  if (Array.isArray(value)) return items(value);
  return typeof value === "object" && value !== null ? { ...value } : value;
}

/** The elements up to one that is none, which is refused later: an empty array may be longer than the memory. */
function items(array: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (const item of array) {
    copy.push(item);
    if (item === undefined) break;
  }
  return copy;
}

type Check = (value: unknown, path: string) => void;

/** Is told of a key that nobody knows: of what, the key, and those that are known. */
type UnknownKey = (path: string, key: string, known: readonly string[]) => void;

/**
 * Checks a configuration, with errors that name the key.
 * @param unknown takes keys that nobody knows, instead of an error
 * @throws {ScopelogError} `ERR_SCOPELOG_CONFIG_KEY`, `ERR_SCOPELOG_CONFIG_VALUE`, `ERR_SCOPELOG_CONFIG_HANDLER`,
 *   `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_HANDLER`, `ERR_SCOPELOG_FILTER`
 */
export function checkConfig(config: Config, unknown: UnknownKey = refuseKey): void {
  const checkKeys = keyCheck(unknown);
  checkKeys(config, "config", {
    loggers: (value, path) => checkEach(value, path, checkLogger(Object(config.handlers), checkKeys)),
    handlers: (value, path) => checkEach(value, path, checkHandler),
    fields: (value, path) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(path, "must be an object");
    },
    context: (value, path) => {
      const { current, run } = Object(value) as Partial<Context>;
      if (typeof current !== "function" || typeof run !== "function") {
        throw invalid(path, "must have current() and run()");
      }
    },
    forgotten: (value, path) =>
      checkKeys(value, path, {
        report: (report, where) => {
          if (typeof report !== "function") oneOf("warn", "silent")(report, where);
        },
        origin: oneOf("off", "sampled", "always"),
      }),
    budget: (value, path) =>
      checkKeys(value, path, { transports: checkCount, scopes: checkCount, bufferBytes: checkCount }),
    env: checkBoolean,
    onError: (value, path) => {
      if (typeof value !== "function") throw invalid(path, "must be a function");
    },
  });
}

function checkLogger(handlers: Record<string, unknown>, checkKeys: ReturnType<typeof keyCheck>): Check {
  return (logger, path) =>
    checkKeys(logger, path, {
      level: checkLevel,
      handlers: (names, where) => {
        checkArray(names, where);
        for (const [index, name] of names.entries()) {
          if (typeof name !== "string" || !Object.hasOwn(handlers, name)) {
            throw new ScopelogError(
              "ERR_SCOPELOG_CONFIG_HANDLER",
              `${where}[${index}] names ${describe(name)}, which config.handlers does not have`,
            );
          }
        }
      },
      propagate: checkBoolean,
      filters: (filters, where) => {
        checkArray(filters, where);
        for (const [index, filter] of filters.entries()) checkFilter(filter, `${where}[${index}]`);
      },
    });
}

/**
 * Checks that `value` is a level or `"off"`.
 * @throws {ScopelogError} `ERR_SCOPELOG_LEVEL`
 */
export function checkLevel(value: unknown, path: string): asserts value is LevelSetting {
  if (isLevelSetting(value)) return;
  throw new ScopelogError(
    "ERR_SCOPELOG_LEVEL",
    `${path} is ${describe(value)}, not one of trace, debug, info, warn, error, fatal, off`,
  );
}

function keyCheck(unknown: UnknownKey) {
  return (value: unknown, path: string, checks: Readonly<Record<string, Check>>): void => {
    if (typeof value !== "object" || value === null) throw invalid(path, "must be an object");
    for (const [key, part] of Object.entries(value)) {
      const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
      if (check === undefined) {
        unknown(path, key, Object.keys(checks));
      } else if (part !== undefined) check(part, `${path}.${key}`);
    }
  };
}

function refuseKey(path: string, key: string, known: readonly string[]): void {
  throw new ScopelogError(
    "ERR_SCOPELOG_CONFIG_KEY",
    `${path} has the unknown key ${describe(key)}; known are ${known.join(", ")}`,
  );
}

function checkEach(value: unknown, path: string, check: Check): void {
  if (typeof value !== "object" || value === null) throw invalid(path, "must be an object");
  for (const [key, part] of Object.entries(value)) check(part, `${path}[${describe(key)}]`);
}

function checkArray(value: unknown, path: string): asserts value is unknown[] {
  if (!Array.isArray(value)) throw invalid(path, "must be an array");
}

function oneOf(...allowed: readonly string[]): Check {
  return (value, path) => {
    if (!allowed.includes(value as string)) throw invalid(path, `must be one of ${allowed.join(", ")}`);
  };
}

function checkBoolean(value: unknown, path: string): void {
  if (typeof value !== "boolean") throw invalid(path, "must be true or false");
}

function checkCount(value: unknown, path: string): void {
  if (typeof value !== "number" || !(value > 0)) throw invalid(path, "must be a number above 0");
}

function invalid(path: string, must: string): ScopelogError {
  return new ScopelogError("ERR_SCOPELOG_CONFIG_VALUE", `${path} ${must}`);
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value;
}
