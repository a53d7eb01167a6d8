// node bench/pretty/run.mjs [--lines 1000000] [--rounds 3] [--file pino.log]
// `scopelog pretty` and `pino-pretty`, both as commands, on the same lines of pino: a file in, /dev/null out. In turn,
// so that what else the machine does meets both. Prints medians, the ratio, and the peak of memory. Build first.
import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "../measure.mjs";

const { values } = parseArgs({
  options: {
    lines: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    file: { type: "string" },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "scopelog-bench-"));
const file = values.file ?? join(folder, "pino.log");
if (!existsSync(file)) execFileSync(process.execPath, [here("lines.mjs"), file, values.lines]);

const scopelog = [here("../../dist/cli/main.js"), "pretty"];
const pinoPretty = [here("../../node_modules/pino-pretty/bin.js")];
// Both with colour and clock time, and without what is the same in all lines; then each as it is when piped on.
const cases = {
  colour: {
    scopelog: [...scopelog, "--color=always"],
    "pino-pretty": [...pinoPretty, "--colorize", "--ignore", "pid,hostname"],
  },
  "defaults, no colour": { scopelog, "pino-pretty": pinoPretty },
};

/** Runs a command on the file; its seconds, and the most memory it ever had, in MiB, where the system tells. */
function run(args) {
  const input = openSync(file, "r");
  const output = openSync("/dev/null", "w");
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: [input, output, "inherit"] });
  let peak = 0;
  const watch = setInterval(() => {
    try {
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0));
    } catch {}
  }, 20);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => {
      clearInterval(watch);
      closeSync(input);
      closeSync(output);
      if (code !== 0) reject(new Error(`${args.join(" ")} ended with ${code}`));
      else resolve({ seconds: (performance.now() - start) / 1000, mib: peak / 1024 });
    });
  });
}

const count = Number(values.lines);
console.log(`${(statSync(file).size / 2 ** 20).toFixed(0)} MiB, node ${process.version}, ${values.rounds} rounds`);
for (const [title, commands] of Object.entries(cases)) {
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, args] of Object.entries(commands)) runs[name].push(await run(args));
  }
  const rows = Object.entries(runs).map(([name, all]) => {
    const seconds = median(all.map((one) => one.seconds));
    const mib = Math.max(...all.map((one) => one.mib));
    return [name, { seconds, "lines a minute": Math.round((count / seconds) * 60), "peak MiB": Math.round(mib) }];
  });
  const [ours, theirs] = rows.map(([, { seconds }]) => seconds);
  console.log(`\n${title}: scopelog pretty is ${(theirs / ours).toFixed(1)} times as fast as pino-pretty`);
  for (const [, row] of rows) row.seconds = Number(row.seconds.toFixed(2));
  console.table(Object.fromEntries(rows));
}
rmSync(folder, { recursive: true, force: true });
