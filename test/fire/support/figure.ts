import { appendFileSync } from "node:fs";

/** What the suite tries to break, in the order of its table. */
export type Part = "programs" | "hostile input" | "faults" | "floods" | "secrets" | "mutants";

/** Where `run.mjs` wants the figures; undefined when the tests run without it. */
const file = process.env["SCOPELOG_FIRE_FIGURES"];

/**
 * Notes a figure for the table of `docs/under-fire.md`. Numbers of the same part and the same words add up, over files and
 * processes; of texts the last one stays.
 */
export function noteFigure(part: Part, what: string, value: number | string): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ part, what, value })}\n`);
}
