import type { OtelLogger, OtelLoggerProvider } from "./otel-logger.ts";

/** The name of the instrumentation scope for lines of the root logger. */
const rootName = "scopelog";

// An SDK keeps a logger for each name it was ever asked for. Names that are made up by the thousand must not fill it.
const maxLoggers = 1000;

// By provider and not by handler: a handler may live no longer than a connection.
const known = new WeakMap<OtelLoggerProvider, Map<string, OtelLogger>>();

/** The provider that `provider` stands for now: the `logs` object of an API changes its own. */
export function currentProvider(provider: OtelLoggerProvider): OtelLoggerProvider {
  return typeof provider.getLoggerProvider === "function" ? provider.getLoggerProvider() : provider;
}

/** The logger of `given` for our logger `name`; beyond a thousand names, that of the root. */
export function loggerNamed(name: string, given: OtelLoggerProvider): OtelLogger {
  const provider = currentProvider(given);
  let loggers = known.get(provider);
  if (loggers === undefined) {
    loggers = new Map();
    known.set(provider, loggers);
  }
  let logger = loggers.get(name);
  if (logger === undefined) {
    if (loggers.size >= maxLoggers && name !== "") return loggerNamed("", provider);
    logger = provider.getLogger(name === "" ? rootName : name);
    loggers.set(name, logger);
  }
  return logger;
}
