// Breaks one rule of behaviour at a time in a copy of the tree, and shows that a test fails for each.
// Run: node test/house/mutations.mjs [--only <part of a name>] [--sample <how many>] [--jobs 2]. A sample is spread over
// the rules, the same each time, and leaves out what must be built first. It never writes to the working tree.
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { mutants } from "./mutants.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const copied = ["src", "test", "package.json", "tsconfig.json", "vitest.config.ts"];
// A mutant that hangs is found out, too.
const limitMs = 120_000;

// Their children run what was built.
const needBuild = ["test/node/exit.test.ts", "test/node/file-trouble.test.ts", "test/syslog/process-end.test.ts"];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string", default: "Infinity" },
    jobs: { type: "string", default: "2" },
  },
});
const chosen = sampleOf(
  mutants.filter(({ name }) => name.includes(values.only)),
  Number(values.sample),
);

/** At most `count` of `list`, as many of each rule as of the others where there are so many, and from all over each rule. */
function sampleOf(list, count) {
  if (!(count < list.length)) return list;
  const quick = list.filter(({ tests }) => !tests.some((file) => needBuild.includes(file)));
  const left = new Map();
  for (const mutant of quick) left.set(mutant.rule, [...(left.get(mutant.rule) ?? []), mutant]);
  const wanted = new Map();
  for (let chosen = 0; chosen < Math.min(count, quick.length); ) {
    for (const [rule, { length }] of left) {
      const known = wanted.get(rule) ?? 0;
      if (chosen >= count || known >= length) continue;
      wanted.set(rule, known + 1);
      chosen++;
    }
  }
  return [...wanted].flatMap(([rule, number]) => {
    const all = left.get(rule);
    return Array.from({ length: number }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / number)]);
  });
}

// The short form of the suite under fire, the same programs for each mutant, and no figures of theirs.
const testEnv = { ...process.env, SCOPELOG_FIRE_SEED: "1" };
delete testEnv.SCOPELOG_FIRE;
delete testEnv.SCOPELOG_FIRE_FIGURES;

/** Notes a figure for the table of the suite under fire. */
function note(what, value) {
  const file = process.env.SCOPELOG_FIRE_FIGURES;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ part: "mutants", what, value })}\n`);
}

/** A copy of the tree in which to break things. */
function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), "scopelog-mutants-"));
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Builds the package in `copy`, whatever the compiler thinks of the types of a mutant. */
function build(copy) {
  return new Promise((resolve) => {
    const tsc = [join(copy, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json", "--noCheck"];
    spawn(process.execPath, tsc, { cwd: copy, stdio: "ignore" }).on("close", resolve);
  });
}

/** Runs test files in `copy`. Resolves to whether they passed, and what they printed. */
async function runTests(copy, files, { match, limit = limitMs } = {}) {
  if (files.some((file) => needBuild.includes(file))) await build(copy);
  return await new Promise((resolve) => {
    const args = [join(copy, "node_modules/vitest/vitest.mjs"), "run", "--bail=1", "--reporter=dot", ...files];
    if (match !== undefined) args.push("--testNamePattern", match);
    const child = spawn(process.execPath, args, {
      cwd: copy,
      detached: true,
      env: testEnv,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    // The whole group: vitest has children of its own.
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid, "SIGKILL");
    }, limit);
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

async function tryMutant(copy, { name, file, search, replace, tests, match }) {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  const found = text.split(search).length - 1;
  if (found !== 1) return { name, file, verdict: "STALE", by: `found ${found} times` };
  writeFileSync(
    path,
    text.replace(search, () => replace),
  );
  const outcome = await runTests(copy, tests, { match });
  writeFileSync(path, text);
  return outcome.passed
    ? { name, file, verdict: "SURVIVED", by: "" }
    : { name, file, verdict: "killed", by: firstFailure(outcome) };
}

const copies = Array.from({ length: Math.max(1, Number(values.jobs)) }, makeCopy);
try {
  const all = [...new Set(chosen.flatMap(({ tests }) => tests))];
  const baseline = await runTests(copies[0], all, { limit: 10 * limitMs });
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
    for (const { verdict, name } of results) if (verdict !== "killed") console.log(`${verdict} ${name}`);
    note("rules broken on purpose", results.length);
    note("found out by a test", killed);
    note("that survived", results.length - killed);
    if (killed < results.length) process.exitCode = 1;
  }
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
