import { afterAll, describe, expect, test } from "vitest";
import { root } from "../support/repo.ts";
import { failuresOf, type Outcome, type Run } from "./outcome.ts";
import { planRuns } from "./runs.ts";

// The same behaviour suite on every runtime; `npm run test:runtimes` prints the matrix.
const plan = planRuns(root, "test");
afterAll(() => plan[Symbol.asyncDispose]());

// Two at a time: half of what a run takes is waiting.
let [first, second]: Promise<unknown>[] = [];

function start(run: Run): Promise<Outcome> {
  const outcome = Promise.resolve(first).then(() => run.start());
  [first, second] = [second, outcome.catch(() => {})];
  return outcome;
}

describe.concurrent("the suite passes on", () => {
  for (const run of plan.runs) {
    test(`${run.runtime}, ${run.form}`, { timeout: 600_000 }, async ({ skip }) => {
      const { missing } = run;
      if (missing !== undefined) {
        if (process.env["CI"]) throw new Error(missing);
        console.warn(`SKIPPED, ${missing}`);
        skip(missing);
      }
      const { results } = await start(run);
      expect(failuresOf(results)).toEqual([]);
      expect(results.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(0);
    });
  }
});
