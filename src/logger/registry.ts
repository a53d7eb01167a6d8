import type { Fields } from "../record/fields.ts";
import type { LevelSetting } from "../record/level.ts";
import type { Config } from "../tree/config.ts";
import type { Configuration } from "./configuration.ts";
import type { Logger } from "./logger.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";

/** What is known of a live scope. */
export interface ScopeInfo {
  readonly id: string;
  readonly name: string;
  readonly fields: Fields;
  /** The id of the scope around it, if any. */
  readonly parent: string | undefined;
  /** Milliseconds since it was opened, give or take a turn of the event loop. */
  readonly age: number;
  readonly level: LevelSetting;
  /** Bytes that its buffer holds, as estimated. */
  readonly buffered: number;
  /** How many lines it has logged. */
  readonly lines: number;
  /** How many handlers it has itself. */
  readonly handlers: number;
  /** Where it was opened, `file:line:column`, if that was looked up. */
  readonly origin: string | undefined;
}

/** Counts. `opened` is the sum of `live`, `disposed`, `collected` and `shutdown`. */
export interface RegistryStats {
  /** Scopes opened so far. */
  readonly opened: number;
  /** Scopes that have not ended. */
  readonly live: number;
  /** Scopes ended by their block, `dispose()` or `close()`. */
  readonly disposed: number;
  /** Scopes that were forgotten, and ended by the garbage collector. */
  readonly collected: number;
  /** Scopes ended by `shutdown()`. */
  readonly shutdown: number;
  /** Lines logged after the end of their scope. */
  readonly late: number;
  /** Lines that were given up, by any handler or transport of this process. */
  readonly dropped: number;
  /** Lines that a handler, filter or formatter of this process failed on. */
  readonly failed: number;
  /** Bytes held by the buffers of scopes in this process, as estimated. */
  readonly buffered: number;
  /** Sockets and files that are shared by handlers and open now, in this process. */
  readonly transports: number;
  /** Shares of them that are held by handlers, in this process. */
  readonly leases: number;
}

/** A world of its own: settings, scopes and counts. */
export interface Registry {
  /** The logger of this name, the root without one. Loggers of one name share their settings for ever. */
  getLogger(name?: string): Logger;
  /** The ambient logger: inside `run()` that of the innermost scope, else the root. */
  currentLogger(): Logger;
  /**
   * Opens a scope. Every call opens a new one, whatever its name.
   * @throws {ScopelogError} `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_FIELDS`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_HANDLER`,
   *   `ERR_SCOPELOG_HANDLER_OWNED`; no scope is opened and no handler taken then
   */
  getScoped(name: string, fields?: Fields, options?: ScopeOptions): ScopedLogger;
  /**
   * Puts a configuration in force, in place of the one before, until it is ended.
   * @throws {ScopelogError} see `checkConfig`; nothing is changed then
   */
  configure(config: Config): Configuration;
  /** Ends all scopes and configurations, flushes and closes their handlers. Never rejects. */
  shutdown(): Promise<void>;
  /** The live scopes, the oldest first. */
  scopes(): Iterable<ScopeInfo>;
  stats(): RegistryStats;
  /**
   * Sets a level from outside, over what scopes and the configuration say; undefined takes that back.
   * @param target `conn#17`: one live scope. `conn`: the category, and the live scopes of that name. `conn.*`: the same
   *   and everything below, whatever is configured there.
   * @returns how many live scopes it concerned
   * @throws {ScopelogError} `ERR_SCOPELOG_TARGET`, `ERR_SCOPELOG_LEVEL`
   */
  setLevel(target: string, level: LevelSetting | undefined): number;
  /** Ends the scopes that are collected already, without waiting for the runtime's word. Returns how many. */
  sweep(): number;
}
