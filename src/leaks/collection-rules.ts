import { keyText, tableEntry } from "./hash-table.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import type { Rule } from "./walk.ts";

/** The entries of a Map, and the members of a Set. */
export const tableContent: Rule = (walk) => {
  const { snapshot } = walk;
  if (!walk.is(0, "internal", "table") || walk.left < 2) return false;
  const index = Number(walk.name(1));
  if (!Number.isInteger(index)) return false;
  if (isA(snapshot, walk.node(), "Set")) walk.say(2, "member");
  else if (isA(snapshot, walk.node(), "Map")) {
    const { part, key } = tableEntry(snapshot, walk.node(1), index, 3);
    if (part === "key") walk.say(2, "key");
    else walk.say(2, `.get(${keyText(snapshot, key)})`, { code: true });
  } else return false;
  return true;
};

/** The value of an entry in a WeakMap, held together with the key. */
export function weakMapValue(tableOf: (edge: number) => number | undefined): Rule {
  return (walk) => {
    const table = tableOf(walk.edge());
    if (table === undefined) return false;
    const name = weakMapName(walk.snapshot, table);
    walk.say(1, `value in WeakMap${name === undefined ? "" : ` ${JSON.stringify(name)}`}`);
    return true;
  };
}

function isA(snapshot: HeapSnapshot, node: number, name: "Map" | "Set"): boolean {
  for (let at = node; at >= 0; at = snapshot.follow(at, "__proto__", "property")) {
    if (snapshot.name(at) === name) return true;
  }
  return false;
}

/** What the program calls the WeakMap with that table. */
function weakMapName(snapshot: HeapSnapshot, table: number): string | undefined {
  for (const edge of snapshot.retainers(table)) {
    if (snapshot.edgeName(edge) !== "table") continue;
    for (const holder of snapshot.retainers(snapshot.source(edge))) {
      const type = snapshot.edgeType(holder);
      if (type === "context" || type === "property") return snapshot.edgeName(holder);
    }
  }
  return undefined;
}
