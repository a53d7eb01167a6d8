import type { ActResult } from "./measure/sample.ts";

/** How many lines of an act never arrived; 0 where the receiver does not tell. */
export function lostLines({ end }: ActResult): number {
  return end.received === undefined ? 0 : end.logged - end.received;
}

/** What is not as it should be, a sentence each. Act one leaves its sockets open: that is its story, not a failure. */
export function failures(acts: readonly ActResult[]): string[] {
  const failed: string[] = [];
  for (const act of acts) {
    const { number, planned, end, duplicates } = act;
    const lost = lostLines(act);
    if (end.connections < planned) failed.push(`Act ${number} served ${end.connections} of ${planned} connections.`);
    if (lost > 0) failed.push(`${lost} of the ${end.logged} lines of act ${number} did not arrive.`);
    if (duplicates > 0) failed.push(`${duplicates} lines of act ${number} arrived more than once.`);
    if (number > 1 && end.sockets > 0) failed.push(`Act ${number} left ${end.sockets} sockets open.`);
  }
  return failed;
}
