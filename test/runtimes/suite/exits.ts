import { readFileSync } from "node:fs";
import { check, equal, inGroup } from "./check.ts";
import { inFolder, join, run } from "./children.ts";

inGroup("end of the process");

const ways = [
  ["natural", "a natural end", 0],
  ["exit", "process.exit()", 3],
  ["throw", "an exception that nobody catches", 1],
  ["reject", "a rejection that nobody handles", 1],
  ...("Deno" in globalThis ? ([["deno", "Deno.exit()", 3]] as const) : []),
] as const;

/** One process for each way, all at once: most of their time they start. */
let ended: Map<string, Promise<{ status: number | null; stderr: string; lines: number }>> | undefined;

function endAll(): NonNullable<typeof ended> {
  return new Map(ways.map(([way]) => [way, end(way)]));
}

async function end(way: string): Promise<{ status: number | null; stderr: string; lines: number }> {
  return await inFolder(async (folder) => {
    const path = join(folder, "child.log");
    const { code, stderr } = await run("exit-child", way, path);
    return { status: code, stderr, lines: readFileSync(path, "utf8").split("\n").length - 1 };
  });
}

for (const [way, name, expected] of ways) {
  check(`${name} brings out what the file handler holds`, async () => {
    ended ??= endAll();
    const result = await ended.get(way);
    equal(result?.status, expected, `the exit code (${result?.stderr.slice(0, 500)})`);
    equal(result?.lines, 500, "lines in the file");
  });
}
