import { type Config, createRegistry, type Problem, type Registry, type RegistryStats } from "scopelog";
import { expect } from "vitest";
import { type Recorder, recorder } from "./recorder.ts";

/** A registry of its own, with a handler at its root and a list of what went wrong. */
export interface World {
  readonly registry: Registry;
  readonly root: Recorder;
  readonly problems: Problem[];
  /** The codes of `problems`. */
  readonly told: string[];
}

/** A world whose root takes everything at `trace`, unless `config` says otherwise. */
export function world(config: Config = {}): World {
  const root = recorder("root");
  const problems: Problem[] = [];
  const told: string[] = [];
  const registry = createRegistry({
    forgotten: { report: "silent" },
    onError(problem) {
      problems.push(problem);
      told.push(problem.code);
    },
    ...config,
    handlers: { root, ...config.handlers },
    loggers: { "": { level: "trace", handlers: ["root"] }, ...config.loggers },
  });
  return { registry, root, problems, told };
}

/** Checks that the counts of `registry` agree with each other, and returns them. */
export function books(registry: Registry): RegistryStats {
  const stats = registry.stats();
  const { opened, live, disposed, collected, shutdown } = stats;
  const sum = live + disposed + collected + shutdown;
  if (sum !== opened) expect(sum, "live + disposed + collected + shutdown").toBe(opened);
  return stats;
}

/** Calls `act` and returns how much it added to the process-wide counts. */
export function counted(registry: Registry, act: () => void): { dropped: number; failed: number; late: number } {
  const before = registry.stats();
  act();
  const after = registry.stats();
  return {
    dropped: after.dropped - before.dropped,
    failed: after.failed - before.failed,
    late: after.late - before.late,
  };
}
