import type { Ledger } from "../lifetime/ledger.ts";
import type { Context } from "../port/context.ts";
import type { Trouble } from "../port/trouble.ts";
import type { Fields } from "../record/fields.ts";
import type { Settings } from "../tree/settings.ts";
import type { Logger } from "./logger.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/** What loggers need of their registry. */
export interface Home {
  readonly settings: Settings;
  readonly ledger: Ledger;
  readonly trouble: Trouble;
  /** Carries the ambient frame. */
  readonly context: Context;
  /** Whether `run` was ever called: until then nothing is ambient, and nobody need look. */
  ambient: boolean;
  /** The configuration's fields for every line. */
  background: Fields | undefined;
  /** Whether a scope with a buffer was ever opened: until then nobody need look for one. */
  buffering: boolean;
  /** Takes what a handler threw while it was closed. */
  readonly closeFailed: (cause: unknown) => void;
  /** Lines logged after the end of their scope. */
  late: number;
  /**
   * Opens a scope; `entry` is the public function it was asked through, at which the search for the caller starts, and
   * `around` the logger it is inside of, over `options.parent`.
   */
  open(
    name: string,
    fields: Fields | undefined,
    options: ScopeOptions | undefined,
    entry: (...args: never[]) => unknown,
    around?: Logger,
  ): ScopedLogger;
  /** A logger without an end, inside `scope` if there is one. */
  view(name: string, fields: Fields, scope: ScopedLoggerImpl | undefined, level: number | undefined): Logger;
}
