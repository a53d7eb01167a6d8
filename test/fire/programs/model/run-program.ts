import { setImmediate as turn } from "node:timers/promises";
import { collectUntil } from "../../../support/gc.ts";
import { Machine } from "./machine.ts";
import type { Step } from "./program.ts";

/** What programs did so far, in this process. */
export const figures = { programs: 0, steps: 0, lines: 0, opened: 0, collected: 0 };

let heard: Set<string> | undefined;

/** Has the warnings of the runtime, which comes in where no configuration is in force, told to the machine alone. */
export function hearWarnings(): void {
  process.emitWarning = ((_message: string, { code }: { code: string }) => void heard?.add(code)) as never;
}

/** How a program is run: whether it may forget, and whether to look afterwards that nothing is left of it. */
export interface RunOptions {
  readonly forgetful?: boolean;
  readonly emptied?: boolean;
}

/** Runs one program against the model. @throws what the two do not agree on */
export async function runProgram(
  program: readonly Step[],
  { forgetful = false, emptied = false }: RunOptions = {},
): Promise<void> {
  const references = await runAndForget(program, forgetful);
  // Lets go of the registries: what a WeakRef was asked for is kept to the end of the job.
  await turn();
  if (emptied) {
    await collectUntil(() => references.every((reference) => reference.deref() === undefined), "that nothing is left");
  }
}

async function runAndForget(program: readonly Step[], forgetful: boolean): Promise<readonly WeakRef<object>[]> {
  const machine = new Machine(forgetful);
  heard = machine.told;
  let references: readonly WeakRef<object>[];
  try {
    for (const step of program) {
      const wait = machine.step(step);
      if (wait !== undefined) await wait;
    }
    references = await machine.finish();
  } catch (error) {
    // The next program must not meet what this one left.
    await machine.abandon();
    throw error;
  } finally {
    heard = undefined;
  }
  figures.programs++;
  figures.steps += countSteps(program);
  for (const [what, count] of Object.entries(machine.figures)) figures[what as keyof typeof machine.figures] += count;
  return references;
}

function countSteps(program: readonly Step[]): number {
  return program.reduce((sum, step) => sum + 1 + (step.do === "run" ? countSteps(step.body) : 0), 0);
}
