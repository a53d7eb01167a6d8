import { statSync } from "node:fs";
import { escapeControls } from "../../record/escape.ts";
import type { Output } from "../output.ts";
import { bytes } from "../top/format.ts";

/**
 * The last act: says how to see the log as a page, or makes the page.
 * @param page where to; undefined to say how
 * @returns false if it was asked for and could not be made
 */
export async function offerReport(log: string, page: string | undefined, output: Output): Promise<boolean> {
  output.print(`\nThe log lines of acts 2 and 3 are in ${escapeControls(log)} (${bytes(statSync(log).size)}).`);
  if (page === undefined) {
    output.print(
      `See them as a page:  npx scopelog report ${quoted(log)} -o report.html\n` +
        `or in the terminal:  npx scopelog pretty ${quoted(log)}`,
    );
    return true;
  }
  const { report } = await import("../report/report.ts");
  return (await report([log, "-o", page, "--title", "scopelog demo"], output)) === 0;
}

/** A word of a shell's command line. */
function quoted(path: string): string {
  return /^[\w./:@%+,-]+$/.test(path) ? path : `'${escapeControls(path).replaceAll("'", `'\\''`)}'`;
}
