import type { Fields } from "../record/fields.ts";
import { type Config, checkConfig } from "../tree/config.ts";
import { registryKey, revision, type SharedRegistry } from "./agreement.ts";
import type { Configuration } from "./configuration.ts";
import type { Logger } from "./logger.ts";
import type { Registry } from "./registry.ts";
import { RegistryImpl } from "./registry-impl.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";

// Several copies of the package in one program share one registry, so that the application's configuration reaches
// every library.
const shared = globalThis as { [registryKey]?: SharedRegistry };

function sharedRegistry(): SharedRegistry {
  shared[registryKey] ??= new RegistryImpl();
  return shared[registryKey];
}

/**
 * The registry that `getLogger`, `getScoped`, `configure` and `shutdown` work on, one for the process, whatever copies
 * of the package are in it.
 */
export function defaultRegistry(): Registry {
  return sharedRegistry();
}

/**
 * A registry of its own, for tests or for several tenants in one process.
 * @param config put in force at once, as by `configure`
 */
export function createRegistry(config?: Config): Registry {
  const registry = new RegistryImpl();
  if (config !== undefined) registry.configure(config);
  return registry;
}

/** The logger of this name, the root without one. Loggers of one name share their settings for the life of the process. */
export function getLogger(name?: string): Logger {
  return defaultRegistry().getLogger(name);
}

/**
 * Opens a scope: `using log = getScoped("conn", { peer })`. Every call opens a new one, whatever its name.
 * @param name dotted; settings and handlers are inherited along the dots
 * @param fields are on every line of the scope; held, not copied
 * @throws {ScopelogError} `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_FIELDS`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_HANDLER`,
 *   `ERR_SCOPELOG_HANDLER_OWNED`; no scope is opened and no handler taken then
 */
export function getScoped(name: string, fields?: Fields, options?: ScopeOptions): ScopedLogger {
  return sharedRegistry().getScoped(name, fields, options, getScoped);
}

/**
 * Puts a configuration in force for the process, until what is returned is ended. Libraries never call this.
 * @throws {ScopelogError} `ERR_SCOPELOG_CONFIG_KEY`, `ERR_SCOPELOG_CONFIG_VALUE`, `ERR_SCOPELOG_CONFIG_HANDLER`,
 *   `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_HANDLER`, `ERR_SCOPELOG_HANDLER_OWNED`, `ERR_SCOPELOG_FILTER`; nothing is changed then
 */
export function configure(config: Config): Configuration {
  const registry = sharedRegistry();
  // An older registry cannot check what is newer.
  if (registry.revision < revision) checkConfig(config);
  return registry.configure(config, revision);
}

/** The ambient logger: inside `ScopedLogger.run()` that of the innermost scope, else the root. */
export function currentLogger(): Logger {
  return defaultRegistry().currentLogger();
}

/** Ends all scopes and configurations of the default registry, flushes and closes their handlers. Never rejects. */
export function shutdown(): Promise<void> {
  return defaultRegistry().shutdown();
}
