// npm run bench [-- --quick] [-- --suite lines,scopes,memory,import,growth] [-- --node /path/to/node,...] [-- --out folder]
// Runs ours and the peers against each other, each suite in a process of its own on each runtime, and prints medians and
// ratios. Writes results.json and the charts into --out.
import { execFileSync, fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { barChart, lineChart } from "./chart.mjs";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    suite: { type: "string", default: "lines,scopes,memory,import,growth" },
    node: { type: "string", default: process.env.SCOPELOG_NODES ?? process.execPath },
    out: { type: "string" },
  },
});
const suites = options.suite.split(",");
const flags = options.quick ? ["--quick"] : [];
const memoryKinds = [
  "bare fields",
  "scopelog",
  "scopelog with",
  "pino",
  "winston",
  "logtape with",
  "logtape getChild, unique",
];

/** Runs one suite in a process of its own, as an application in production would. */
function run(execPath, suite, args = []) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(`./suites/${suite}.mjs`, import.meta.url)), [...args, ...flags], {
      execPath,
      execArgv: ["--expose-gc"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    let rows = [];
    child.on("message", (message) => {
      rows = message;
    });
    child.on("exit", (code) => (code === 0 ? resolve(rows) : reject(new Error(`${suite} ended with ${code}`))));
  });
}

async function runAll(execPath) {
  const results = {};
  for (const suite of suites) {
    if (suite === "lines")
      results.lines = [...(await run(execPath, "lines")), ...(await run(execPath, "lines", ["--sync"]))];
    else if (suite === "memory") {
      results.memory = [];
      for (const kind of memoryKinds) results.memory.push(...(await run(execPath, "memory", [kind])));
    } else results[suite] = await run(execPath, suite);
  }
  return results;
}

function print(results) {
  for (const rows of [results.lines, results.scopes, results.import].filter(Boolean)) {
    for (const name of new Set(rows.map((row) => row.suite))) {
      console.log(`\n${name}, ${rows[0].unit}`);
      console.table(
        Object.fromEntries(
          rows
            .filter((row) => row.suite === name)
            .map(({ suite, case: title, unit, ...figures }) => [title, withRatio(figures)]),
        ),
      );
    }
  }
  if (results.memory) {
    console.log("\nmemory, bytes for each of 100,000");
    console.table(Object.fromEntries(results.memory.map(({ kind, ...figures }) => [kind, rounded(figures)])));
  }
  if (results.growth) {
    console.log("\ngrowth, ns");
    console.table(results.growth.map(({ suite, unit, ratio, ...figures }) => rounded(figures)));
  }
}

function withRatio({ ratio, ...figures }) {
  return { ...rounded(figures), ...(ratio === undefined ? {} : { "pino / scopelog": Number(ratio.toFixed(2)) }) };
}

function rounded(figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === "number" ? Number(value.toFixed(value < 10 ? 1 : 0)) : value,
    ]),
  );
}

function versionOf(name) {
  const require = createRequire(import.meta.url);
  const folder = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
  for (const path of folder) {
    try {
      return JSON.parse(readFileSync(path, "utf8")).version;
    } catch {}
  }
  return "?";
}

const about = {
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0].model.trim(),
  cores: cpus().length,
  versions: Object.fromEntries(
    ["pino", "sonic-boom", "winston", "@logtape/logtape"].map((name) => [name, versionOf(name)]),
  ),
};
console.log(about);
// Before the minutes that it takes, so that a folder that cannot be made is known at once.
if (options.out !== undefined) mkdirSync(options.out, { recursive: true });
const all = {};
for (const execPath of options.node.split(",")) {
  const version = execFileSync(execPath, ["--version"], { encoding: "utf8" }).trim();
  console.log(`\n=== Node ${version}`);
  all[version] = await runAll(execPath);
  print(all[version]);
}
if (options.out !== undefined) {
  writeFileSync(`${options.out}/results.json`, `${JSON.stringify({ about, results: all }, null, 2)}\n`);
  const [version, results] = Object.entries(all).at(-1);
  const caption = `Node ${version}, ${about.cpu}, ${about.date}; pino ${about.versions.pino}, winston ${about.versions.winston}, LogTape ${about.versions["@logtape/logtape"]}`;
  if (results.lines)
    writeFileSync(
      `${options.out}/lines.svg`,
      barChart(
        results.lines.filter((row) => row.suite === "batched lines"),
        caption,
      ),
    );
  if (results.growth) writeFileSync(`${options.out}/growth.svg`, lineChart(results.growth, caption));
}
