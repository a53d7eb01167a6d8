import { type Config, createRegistry, type Handler, type LogRecord, type Registry, type RegistryStats } from "scopelog";
import { equal } from "./check.ts";

/** A handler that keeps what it was given, and writes into a diary when it is flushed and closed. */
export interface Recorder extends Handler {
  readonly records: LogRecord[];
  readonly messages: string[];
}

export function recorder(name = "recorder", diary: string[] = []): Recorder {
  const records: LogRecord[] = [];
  return {
    records,
    get messages() {
      return records.map(({ message }) => message);
    },
    handle(record) {
      records.push(record);
    },
    async flush() {
      diary.push(`${name} flushed`);
    },
    [Symbol.dispose]() {
      diary.push(`${name} disposed`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
      diary.push(`${name} closed`);
    },
  };
}

/** A registry of its own that takes everything, and what it tells. */
export interface World {
  readonly registry: Registry;
  readonly root: Recorder;
  /** The codes of the problems that were told. */
  readonly told: string[];
}

export function world(config: Config = {}): World {
  const root = recorder("root");
  const told: string[] = [];
  const registry = createRegistry({
    forgotten: { report: "silent" },
    onError: ({ code }) => told.push(code),
    ...config,
    handlers: { root, ...config.handlers },
    loggers: { "": { level: "trace", handlers: ["root"] }, ...config.loggers },
  });
  return { registry, root, told };
}

/** The counts of `registry`, which must add up. */
export function books(registry: Registry): RegistryStats {
  const stats = registry.stats();
  const { opened, live, disposed, collected, shutdown } = stats;
  equal(live + disposed + collected + shutdown, opened, "live + disposed + collected + shutdown");
  equal([...registry.scopes()].length <= live, true, "no more scopes are listed than live");
  return stats;
}
