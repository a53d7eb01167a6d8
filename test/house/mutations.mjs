// Breaks one rule of behaviour at a time in a copy of the tree, and shows that a test fails for each.
// Run: node test/house/mutations.mjs [--only <part of a name>] [--jobs 2]. It never writes to the working tree.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutants } from "./mutants.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const copied = ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"];
// A mutant that hangs is found out, too.
const limitMs = 120_000;

const { values } = parseArgs({ options: { only: { type: "string" }, jobs: { type: "string", default: "2" } } });
const chosen = mutants.filter(({ name }) => name.includes(values.only ?? ""));

/** A copy of the tree in which to break things. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), "scopelog-mutants-"));
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Runs test files in `copy`. Resolves to whether they passed, and what they printed. */
function runTests(copy, files) {
  return new Promise((resolve) => {
    const args = [join(copy, "node_modules/vitest/vitest.mjs"), "run", "--bail=1", "--reporter=dot", ...files];
    const child = spawn(process.execPath, args, {
      cwd: copy,
      detached: true,
      env: { ...process.env, SCOPELOG_PROGRAMS: "1000" },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    // The whole group: vitest has children of its own.
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid, "SIGKILL");
    }, limitMs);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ passed: code === 0, hung, output });
    });
  });
}

/** What went wrong first, out of what vitest printed. */
function firstFailure({ hung, output }) {
  if (hung) return "(hung)";
  const text = output.replace(/\u001b\[[0-9;]*m/g, "");
  const test = text
    .match(/FAIL\s+(.+)/)?.[1]
    ?.split(" > ")
    .at(-1);
  return (test ?? text.match(/Uncaught Exception.*\n(.+)|Unhandled Rejection.*\n(.+)/)?.[0] ?? text.slice(-200)).slice(
    0,
    70,
  );
}

async function tryMutant(copy, { name, file, search, replace, tests }) {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  const found = text.split(search).length - 1;
  if (found !== 1) return { name, file, verdict: "STALE", by: `found ${found} times` };
  writeFileSync(
    path,
    text.replace(search, () => replace),
  );
  const outcome = await runTests(copy, tests);
  writeFileSync(path, text);
  return outcome.passed
    ? { name, file, verdict: "SURVIVED", by: "" }
    : { name, file, verdict: "killed", by: firstFailure(outcome) };
}

const copies = Array.from({ length: Math.max(1, Number(values.jobs)) }, makeCopy);
try {
  const all = [...new Set(chosen.flatMap(({ tests }) => tests))];
  const baseline = await runTests(copies[0], all);
  if (!baseline.passed) {
    console.error(`The tests fail without any mutant: ${firstFailure(baseline)}`);
    process.exitCode = 1;
  } else {
    const waiting = [...chosen];
    const results = [];
    await Promise.all(
      copies.map(async (copy) => {
        for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
          const result = await tryMutant(copy, mutant);
          results.push(result);
          console.log(`${result.verdict.padEnd(8)} ${result.name.padEnd(62)} ${result.by}`);
        }
      }),
    );
    const killed = results.filter(({ verdict }) => verdict === "killed").length;
    console.log(`${killed} of ${results.length} mutants killed`);
    if (killed < results.length) process.exitCode = 1;
  }
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
