import { readFileSync, writeFileSync } from "node:fs";
import { failedRun, failuresOf } from "./outcome.ts";
import { planRuns } from "./runs.ts";
import { type Line, toMarkdown } from "./table.ts";

const [begin, end] = ["<!-- matrix: begin -->", "<!-- matrix: end -->"];

/**
 * Runs the suite everywhere, two runs at a time, and prints the matrix. With `--write` it goes into `docs/runtimes.md`;
 * other arguments choose the runs whose runtime or form has one of them as a word, such as `bun` or `"node.js 24"`.
 * @returns the exit code: 1 if anything failed, or is missing where `CI` is set
 */
export async function command(root: string, args: readonly string[]): Promise<number> {
  const wanted = args
    .filter((arg) => !arg.startsWith("--"))
    .map((arg) => new RegExp(`\\b${arg.replaceAll(".", "\\.")}\\b`, "i"));
  await using plan = planRuns(root, "command");
  const runs = plan.runs.filter(
    ({ runtime, form }) => wanted.length === 0 || wanted.some((word) => word.test(`${runtime} ${form}`)),
  );
  const lines: Line[] = [];
  let failed = 0;
  const waiting = runs.map((run, index) => ({ run, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { run, index } = next;
      const name = `${run.runtime}, ${run.form}`;
      if (run.missing !== undefined) {
        console.log(`SKIPPED ${name}: ${run.missing}`);
        if (process.env["CI"]) failed++;
        lines[index] = { run, outcome: undefined, seconds: 0 };
        continue;
      }
      const begun = Date.now();
      const outcome = await run.start().catch((error) => ({ version: "", results: failedRun(String(error)) }));
      const failures = failuresOf(outcome.results);
      failed += failures.length;
      const seconds = (Date.now() - begun) / 1000;
      console.log(`${failures.length === 0 ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
      for (const failure of failures) console.log(`  ${failure.replaceAll("\n", "\n    ")}`);
      lines[index] = { run, outcome, seconds };
    }
  };
  await Promise.all([work(), work()]);
  const markdown = toMarkdown(lines, new Date().toISOString().slice(0, 10));
  console.log(`\n${markdown}\n`);
  if (args.includes("--write")) write(`${root}docs/runtimes.md`, markdown);
  return failed > 0 ? 1 : 0;
}

function write(file: string, markdown: string): void {
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} and ${end}`);
  writeFileSync(file, `${text.slice(0, from)}${begin}\n\n${markdown}\n\n${text.slice(to)}`);
}
