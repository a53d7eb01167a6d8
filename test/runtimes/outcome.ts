import type { Result } from "./suite/check.ts";

/** Whether `using` is the runtime's own, or was replaced by the compiler. */
export type Using = "native" | "lowered";

/** One run of the suite. */
export interface Run {
  /** Such as `Node.js 24`. */
  readonly runtime: string;
  /** How the suite and the package were brought there. */
  readonly form: string;
  /** Why it cannot be run here; undefined if it can. */
  readonly missing: string | undefined;
  /** Runs the suite, and returns what became of it. */
  start(): Promise<Outcome>;
}

/** What became of a run. */
export interface Outcome {
  /** The runtime's version. */
  readonly version: string;
  readonly results: readonly Result[];
}

/** The failures among `results`, as text. */
export function failuresOf(results: readonly Result[]): string[] {
  return results
    .filter(({ outcome }) => outcome === "failed")
    .map(({ group, name, detail }) => `${group}: ${name}\n${detail}`);
}

/** What stands for a run that did not come to results. */
export function failedRun(detail: string): Result[] {
  return [{ group: "the run", name: "comes to its end", outcome: "failed", detail }];
}
