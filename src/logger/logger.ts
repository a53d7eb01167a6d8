import type { Fields } from "../record/fields.ts";
import type { LevelName, LevelSetting } from "../record/level.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";

/** What a lazy call returns: a message, or a message with fields. */
export type LazyMessage = () => string | readonly [message: string, fields: Fields];

/**
 * The forms of a log call. None of them ever throws. The lazy one comes first: a compiler that has tried another form
 * before has made up its mind by then that `() => ["message", fields]` returns an array of any length.
 */
export interface LogMethod {
  /** A function that is called only if the line is written. */
  (lazy: LazyMessage): void;
  /**
   * A message, with fields of this line alone; they win over bound fields of the same name. An `Error` among them that is
   * called `err`, as pino and bunyan are given it, is what was thrown.
   */
  (message: string, fields?: Fields): void;
  /** A message and what was thrown: an `Error`, or any other value. */
  (message: string, error: unknown, fields?: Fields): void;
  /** An error alone: its message is the message. */
  (error: Error, fields?: Fields): void;
}

/** How a view differs from the logger it is of, beside its fields. */
export interface ViewOptions {
  /** The lowest level that is written through this view, finer or coarser than that of the logger. Default: the same. */
  level?: LevelSetting;
}

/** Writes lines under one name. */
export interface Logger {
  /** Dotted name, `""` for the root; settings are inherited along the dots. */
  readonly name: string;
  /** The fields bound to it, with those of the scope around it. */
  readonly fields: Fields;
  /**
   * The lowest level that is written. Setting it sets the scope's own level; on a logger outside any scope it sets that
   * of the category of this name, for all loggers of the name.
   * @throws {ScopelogError} `ERR_SCOPELOG_LEVEL` if set to something else than a level or `"off"`
   */
  level: LevelSetting;
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** Logs at a level known only at run time, by name or as a number in between (35 is above info, below warn). */
  log(level: LevelName | number, lazy: LazyMessage): void;
  log(level: LevelName | number, message: string, fields?: Fields): void;
  log(level: LevelName | number, message: string, error: unknown, fields?: Fields): void;
  log(level: LevelName | number, error: Error, fields?: Fields): void;
  /** Whether a line at `level` would be written by anybody: false too if there is no handler. */
  isEnabled(level: LevelName | number): boolean;
  /**
   * The same logger with more fields. A view: it costs an object, and there is nothing to dispose. One with a level of
   * its own hands it on to what is made of it, and setting its `level` sets that alone.
   * @throws {ScopelogError} `ERR_SCOPELOG_FIELDS`, `ERR_SCOPELOG_LEVEL`
   */
  with(fields: Fields, options?: ViewOptions): Logger;
  /** The logger of the name `<name>.<suffix>`, in the same scope, with the same fields. Nothing to dispose. */
  getChild(suffix: string): Logger;
  /**
   * Opens a scope inside this one: named `<name>.<suffix>`, with the fields of this one and its own, and the handlers
   * of this one beside its own.
   * @throws {ScopelogError} as `getScoped`
   */
  scope(suffix: string, fields?: Fields, options?: Omit<ScopeOptions, "parent">): ScopedLogger;
}

/**
 * The least that a library should ask for if it lets its user inject a logger: a message first, then details. Satisfied
 * by every logger here, by `console`, and by other loggers that take the message first, such as winston's.
 *
 * pino and bunyan satisfy the type, but want the fields first and lose what follows the message: give the library
 * `(message, fields) => pino.info(fields, message)` and so on, or a logger from here with `pinoHandler` behind it.
 */
export interface LoggerLike {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** What was thrown, if anything was, comes before the fields; without it the fields come second. */
  error(message: string, error?: unknown, fields?: Fields): void;
}
