import { parseArgs } from "node:util";
import { explainNode, explainScope } from "../leaks/explain-heap.ts";
import type { HeapSnapshot } from "../leaks/heap-snapshot.ts";
import { findRoles } from "../leaks/roles.ts";
import { idsOf, ScopeIndex } from "../leaks/scope-index.ts";
import { SnapshotError } from "../leaks/snapshot-error.ts";
import { readSnapshot } from "../leaks/snapshot-file.ts";
import { type Output, UsageError } from "./output.ts";

export const whyUsage = `scopelog why FILE.heapsnapshot            lists the live scopes in a heap snapshot
scopelog why FILE.heapsnapshot conn#17    says who holds that scope
scopelog why FILE.heapsnapshot conn       says who holds the live scopes of that name
scopelog why FILE.heapsnapshot @53745     says who holds the object that developer tools show as @53745

  --paths N   how many ways to show at most; 3 if absent
  --json      prints the report as JSON

Take the file with v8.writeHeapSnapshot(file, { exposeNumericValues: true }), with node --heapsnapshot-signal=SIGUSR2,
or with the developer tools. Without numbers a scope is known by its id only if it has logged or its id was asked for.
Ends with 0 if something holds it, 1 if nothing does or there is no such scope, 2 if the file cannot be read.`;

/** Says who holds a scope in a heap snapshot. Returns the exit code. */
export async function why(args: readonly string[], output: Output): Promise<number> {
  const { file, target, paths, json } = parse(args);
  let snapshot: HeapSnapshot;
  try {
    snapshot = await readSnapshot(file);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    output.error(`scopelog why: ${file}: ${error.message}`);
    return 2;
  }
  if (target === undefined) return list(snapshot, json, output);
  const number = /^@(\d+)$/.exec(target)?.[1];
  const report =
    number === undefined ? explainScope(snapshot, target, paths) : explainNode(snapshot, Number(number), paths);
  output.print(json ? JSON.stringify(report, undefined, 2) : report.text);
  return report.held ? 0 : 1;
}

function parse(args: readonly string[]) {
  let parsed: ReturnType<typeof parseWhy>;
  try {
    parsed = parseWhy(args);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  const { values, positionals } = parsed;
  const [file, target, ...more] = positionals;
  if (file === undefined) throw new UsageError("which heap snapshot? Give its file.");
  if (more.length > 0) throw new UsageError(`one scope at a time; not "${more[0]}" too`);
  const paths = values.paths === undefined ? undefined : Number(values.paths);
  if (paths !== undefined && !(Number.isInteger(paths) && paths >= 1)) {
    throw new UsageError("--paths must be a whole number from 1 on");
  }
  return { file, target, paths, json: values.json === true };
}

function parseWhy(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { paths: { type: "string" }, json: { type: "boolean" } },
  });
}

function list(snapshot: HeapSnapshot, json: boolean, output: Output): number {
  const index = new ScopeIndex(snapshot, findRoles(snapshot));
  const live = index.scopes.filter((scope) => scope.live);
  const names = [...new Set(live.map((scope) => scope.name))].sort();
  const groups = names.map((name) => {
    const named = live.filter((scope) => scope.name === name);
    const unknown = named.filter((scope) => scope.id === undefined).length;
    const ids = idsOf(named);
    return { name, live: ids.length + unknown, ids };
  });
  if (json) output.print(JSON.stringify(groups, undefined, 2));
  else if (groups.length === 0) output.print("No live scope is in this heap.");
  else {
    for (const { name, live, ids } of groups) {
      const unknown = live - ids.length;
      const rest = unknown > 0 ? `${ids.length > 0 ? " and " : ""}${unknown} without a known id` : "";
      output.print(`${name}: ${live} live: ${ids.join(" ")}${rest}`);
    }
  }
  return groups.length === 0 ? 1 : 0;
}
