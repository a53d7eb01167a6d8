import { codes, createRecord, jsonFormatter } from "scopelog";
import { LogRecord } from "../../../src/record/log-record.ts";
import { filesBelow, textOf } from "../../support/repo.ts";

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name as string);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

/** The names that an index file lists, types and values. */
function namesOf(file: string): string[] {
  return all(textOf(file), /export\s+(?:type\s+)?\{([^}]*)\}/g)
    .flatMap((list) => list.split(","))
    .map((entry) =>
      entry
        .trim()
        .replace(/^type\s+/, "")
        .replace(/^.*\bas\s+/, ""),
    )
    .filter((name) => name !== "");
}

/** The keys of a record with everything, as `jsonFormatter()` writes it. */
function nativeLine(): Record<string, unknown> {
  const error = Object.assign(new AggregateError([new Error("one of them")], "broken", { cause: new Error("why") }), {
    code: "EBROKEN",
  });
  const record = createRecord({ logger: "conn", scope: "conn#17", message: "text", late: true, error });
  return JSON.parse(jsonFormatter().format(record)) as Record<string, unknown>;
}

/** The environment variables that a source reads: `env["A"]`, `env.A`, `const { A: name } = env`. */
function variablesOf(text: string): string[] {
  const taken = all(text, /\{([^{}]*)\} = env\b/g).flatMap((names) => all(names, /\b([A-Z][A-Z0-9_]+)\b/g));
  return [...taken, ...all(text, /\benv(?:\?\.)?(?:\[["']|\.)([A-Z][A-Z0-9_]*)\b/g)];
}

/** What the next version must not change, as it is today: the sets that docs/promises.md lists, by heading. */
export function promised(): Record<string, string[]> {
  const sources = filesBelow("src", ".ts");
  const core = sources.filter((file) => !/^src\/(?:testing|cli)\//.test(file)).map(textOf);
  const { exports } = JSON.parse(textOf("package.json")) as { exports: Record<string, string | { default: string }> };
  const line = nativeLine();
  const record = createRecord();
  const getters = Object.getOwnPropertyDescriptors(LogRecord.prototype);
  const sets: Record<string, string[]> = {
    Codes: sorted(codes),
    "Environment variables": sorted(core.flatMap(variablesOf)),
    "Diagnostic channels": sorted(core.flatMap((text) => all(text, /channel(?:Named)?\(\s*"(scopelog:[a-z:]+)"/g))),
    "The record": sorted([
      ...Object.keys(record),
      ...Object.keys(getters).filter((name) => getters[name as keyof typeof getters]?.get !== undefined),
    ]),
    "JSON keys": sorted(Object.keys(line)),
    "JSON keys of an error": sorted(Object.keys(line["err"] as object)),
  };
  for (const [subPath, target] of Object.entries(exports)) {
    if (typeof target === "string") continue;
    const file = target.default.replace("./dist/", "src/").replace(/js$/, "ts");
    sets[`scopelog${subPath.slice(1)}`] = sorted(namesOf(file));
  }
  return sets;
}
