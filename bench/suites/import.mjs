// What it costs to import, in a fresh process each, and how large the bundles are.
import { execFileSync } from "node:child_process";
import { median, tell } from "../measure.mjs";

const rounds = process.argv.includes("--quick") ? 3 : 15;
const modules = ["scopelog", "scopelog/node", "scopelog/syslog", "pino", "winston", "@logtape/logtape"];
const script = (name) =>
  `const t = process.hrtime.bigint(); await import(${JSON.stringify(name)}); console.log(Number(process.hrtime.bigint() - t) / 1e6)`;
const samples = Object.fromEntries(modules.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of modules) {
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script(name)], { encoding: "utf8" });
    samples[name].push(Number(out));
  }
}
const figures = Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, median(all)]));
tell([{ suite: "import", case: "first import", unit: "ms", ...figures }]);
process.exit(0);
