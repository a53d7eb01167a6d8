import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Machine } from "./model/machine.ts";
import { programs, type Step } from "./model/program.ts";

// Where no configuration is in force the runtime is told; nobody needs to read that here.
beforeAll(() => void vi.spyOn(process, "emitWarning").mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

async function run(program: readonly Step[]): Promise<void> {
  const machine = new Machine();
  for (const step of program) {
    const wait = machine.step(step);
    if (wait !== undefined) await wait;
    machine.check();
  }
  await machine.finish();
  // Lets go of the registries: what a WeakRef was asked for is kept to the end of the job.
  await turn();
}

// How many programs the default run takes; SCOPELOG_PROGRAMS asks for more.
const runs = Number(process.env["SCOPELOG_PROGRAMS"] ?? 5000);

test("random programs do what the rules say: no line lost or doubled, everything owned closed once, counts add up", async () => {
  let lines = 0;
  await fc.assert(
    fc.asyncProperty(programs(false), async (program) => {
      lines += program.filter((step) => step.do === "log").length;
      await run(program);
    }),
    { numRuns: runs },
  );
  expect(lines).toBeGreaterThan(runs);
}, 600_000);

test("random programs that forget, with a collector: the same, and nothing that is held is collected", async () => {
  await fc.assert(fc.asyncProperty(programs(true), run), { numRuns: Math.max(20, runs / 10) });
}, 600_000);
