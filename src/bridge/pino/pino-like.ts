import type { Logger } from "../../logger/logger.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";

/** Makes what is logged out of what was given, by the name of the field. */
export type Serializers = Readonly<Record<string, (value: never) => unknown>>;

/** The forms of a log call of pino: an object first, then a message with placeholders and what fills them. */
export interface PinoLogFn {
  (object: object | null, message?: unknown, ...args: readonly unknown[]): void;
  (message: unknown, ...args: readonly unknown[]): void;
}

/** What a child of a pino-shaped logger may be given. */
export interface PinoChildOptions {
  /** Added to those of the parent, over those of the same name. */
  serializers?: Serializers | undefined;
  /** The lowest level that the child writes, finer or coarser than that of its parent. */
  level?: string | undefined;
  /** Goes before every message, after the prefix of the parent. */
  msgPrefix?: string | undefined;
}

/** The part of a pino logger that others rely on, over a logger of this library. */
export interface PinoLike {
  readonly fatal: PinoLogFn;
  readonly error: PinoLogFn;
  readonly warn: PinoLogFn;
  readonly info: PinoLogFn;
  readonly debug: PinoLogFn;
  readonly trace: PinoLogFn;
  /** Does nothing. */
  readonly silent: PinoLogFn;
  /**
   * The lowest level that is written: a name, or `"silent"`. Setting it sets that of this one and of those of its
   * children that were not given one themselves, and leaves the logger behind it as it is.
   * @throws {ScopelogError} `ERR_SCOPELOG_LEVEL` if it is set to something else
   */
  level: string;
  /** The number of `level`, `Infinity` for `"silent"`. */
  readonly levelVal: number;
  /** The levels by name and by number. */
  readonly levels: { readonly values: Record<string, number>; readonly labels: Record<number, string> };
  /** What goes before every message, if anything. */
  readonly msgPrefix: string | undefined;
  /** The logger behind it. */
  readonly logger: Logger;
  /** Whether a line at `level` would be written by anybody. */
  isLevelEnabled(level: string): boolean;
  /** The fields of its lines, as serialized. */
  bindings(): Record<string, unknown>;
  /** Adds fields to its lines, and to those of children made later. */
  setBindings(bindings: object): void;
  /** A view with more fields. It opens no scope, and there is nothing to dispose. */
  child(bindings: object, options?: PinoChildOptions & { scope?: undefined; logger?: Logger | undefined }): PinoLike;
  /**
   * Opens a scope inside the logger behind it, named `<its name>.<scope>`, with the bindings as fields. Dispose what is
   * returned.
   */
  child(bindings: object, options: PinoChildOptions & { scope: string }): PinoScope;
  /** Calls back once everything logged so far is with its destinations, or known to be lost. */
  flush(callback?: (error?: Error) => void): void;
}

/** A pino-shaped logger with an end. */
export interface PinoScope extends PinoLike, Disposable, AsyncDisposable {
  readonly logger: ScopedLogger;
}
