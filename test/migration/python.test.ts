import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = new URL("../../docs/migrating-from-python-logging.md", import.meta.url);
const blocks = [...readFileSync(page, "utf8").matchAll(/^```python\n([\s\S]*?)^```$\n\n```text\n([\s\S]*?)^```$/gm)];

const found = spawnSync("python3", ["--version"], { encoding: "utf8" }).status === 0;
if (!found && process.env["CI"] === undefined) console.warn("SKIPPED: no python3, so its snippets are not run");

test("the page has Python to run", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

test.skipIf(!found && process.env["CI"] === undefined)("Python does what the page says", () => {
  for (const [, code, output] of blocks) {
    const run = spawnSync("python3", ["-"], { input: code as string, encoding: "utf8", timeout: 30_000 });
    expect({ status: run.status, stderr: run.stderr, stdout: run.stdout }).toEqual({
      status: 0,
      stderr: "",
      stdout: output,
    });
  }
});
