// Tries to break what the library promises, and prints a table of what it took: `npm run test:fire`.
// --long: the long form, half an hour. --write: the table goes to docs/under-fire.md. --seed N: the same random input
// again. What else is given are folders or files below test/fire, such as `faults`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
const parts = ["programs", "hostile input", "faults", "floods", "secrets", "mutants"];
const begin = "<!-- what npm run test:fire found: begin -->";
const end = "<!-- what npm run test:fire found: end -->";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    seed: { type: "string" },
  },
});

const figures = `${root}.build/fire.jsonl`;
mkdirSync(`${root}.build`, { recursive: true });
rmSync(figures, { force: true });

const env = { ...process.env, SCOPELOG_FIRE_FIGURES: figures };
if (values.long) env.SCOPELOG_FIRE = "long";
if (values.seed !== undefined) env.SCOPELOG_FIRE_SEED = values.seed;

const started = Date.now();
/** Runs a program of the suite; whether it ended well. */
function ran(...args) {
  return spawnSync(process.execPath, args, { cwd: root, env, stdio: "inherit" }).status === 0;
}
const folders = positionals.length > 0 ? positionals.map((name) => `test/fire/${name}`) : ["test/fire"];
let passed = ran("node_modules/vitest/vitest.mjs", "run", ...folders);
if (values.long && positionals.length === 0) passed = ran("test/house/mutations.mjs") && passed;
const minutes = ((Date.now() - started) / 60_000).toFixed(1);

/** The figures of the run, by part and in the order in which they came; numbers of the same words are added up. */
function readFigures() {
  const found = new Map(parts.map((part) => [part, new Map()]));
  if (!existsSync(figures)) return found;
  for (const line of readFileSync(figures, "utf8").trim().split("\n")) {
    const { part, what, value } = JSON.parse(line);
    const known = found.get(part).get(what);
    found.get(part).set(what, typeof value === "number" && typeof known === "number" ? known + value : value);
  }
  return found;
}

const show = (value) => (typeof value === "number" ? value.toLocaleString("en-US") : value);
const rows = [...readFigures()].flatMap(([part, of]) => [...of].map(([what, value]) => [part, what, show(value)]));
const form = values.long ? "long" : "short";
const date = new Date().toISOString().slice(0, 10);
const table = [
  `The ${form} form, ${date}, Node ${process.versions.node}, ${minutes} minutes, ${passed ? "all passed" : "**with failures**"}:`,
  "",
  "| part | what | figure |",
  "|---|---|---|",
  ...rows.map((cells) => `| ${cells.join(" | ")} |`),
].join("\n");
console.log(`\n${table}`);

if (values.write) {
  const page = `${root}docs/under-fire.md`;
  const text = readFileSync(page, "utf8");
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${page} has no place for the table`);
  writeFileSync(page, `${text.slice(0, before)}${begin}\n${table}\n${text.slice(after)}`);
}
process.exitCode = passed ? 0 : 1;
