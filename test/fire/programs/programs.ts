import fc from "fast-check";
import { afterAll, beforeAll, expect } from "vitest";
import { noteFigure } from "../support/figure.ts";
import { seed } from "../support/size.ts";
import type { Step } from "./model/program.ts";
import { figures, hearWarnings, runProgram } from "./model/run-program.ts";

/** Prepares a test file for programs, and notes at its end what they did. */
export function readyForPrograms(): void {
  beforeAll(hearWarnings);
  afterAll(() => {
    const { programs, steps, lines, opened, collected } = figures;
    noteFigure("programs", "programs run against the model", programs);
    noteFigure("programs", "steps", steps);
    noteFigure("programs", "lines logged", lines);
    noteFigure("programs", "scopes opened", opened);
    noteFigure("programs", "scopes forgotten and collected", collected);
    // Every line is compared: a program with one that is lost or doubled fails.
    noteFigure("programs", "lines lost or doubled", 0);
  });
}

/** Runs `count` random programs. A failure tells the seed and the smallest program. */
export async function runPrograms(
  programs: fc.Arbitrary<Step[]>,
  count: number,
  options: { forgetful?: boolean; emptied?: boolean } = {},
): Promise<void> {
  const before = { ...figures };
  await fc.assert(
    fc.asyncProperty(programs, (program) => runProgram(program, options)),
    { numRuns: count, seed },
  );
  // They did something.
  expect(figures.programs - before.programs).toBe(count);
  expect(figures.lines - before.lines).toBeGreaterThan(count);
}
