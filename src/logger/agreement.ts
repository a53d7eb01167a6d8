import type { Fields } from "../record/fields.ts";
import type { Config } from "../tree/config.ts";
import type { Configuration } from "./configuration.ts";
import type { Registry } from "./registry.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";

/**
 * Where the copies of the package in one program find their registry. The number is that of the agreement between
 * copies: it changes when they could not work together, and then each kind has a registry of its own.
 */
export const registryKey = Symbol.for("scopelog/registry@1");

/**
 * How much of the agreement this copy knows. Within one number the agreement only grows, and the revision with it: the
 * first copy that is used makes the registry, so the others may find one that is older or newer than they are.
 */
export const revision: number = 1;

/** The registry as the copies see it. What came after revision 1 must be asked for before it is used. */
export interface SharedRegistry extends Registry {
  /** The revision of the copy that made it. */
  readonly revision: number;
  /** @param entry the public function of the copy that was called, at which the search for the caller starts */
  getScoped(name: string, fields?: Fields, options?: ScopeOptions, entry?: (...args: never[]) => unknown): ScopedLogger;
  /**
   * @param asked the revision of the copy that asks, and has checked `config`: keys that only that one knows are told as
   *   `SCOPELOG_WARN_IGNORED` and ignored
   */
  configure(config: Config, asked?: number): Configuration;
}
