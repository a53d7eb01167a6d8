import { type HeapRole, heapRole } from "../lifetime/heap-role.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";

/** The nodes of each role. */
export type Roles = Readonly<Record<HeapRole, ReadonlySet<number>>>;

/** Finds the nodes of each role. */
export function findRoles(snapshot: HeapSnapshot): Roles {
  const roles: Record<HeapRole, Set<number>> = { scope: new Set(), slot: new Set(), question: new Set() };
  const name = snapshot.strings.indexOf(heapRole);
  if (name < 0) return roles;
  const { edgeName } = snapshot.columns;
  for (let edge = 0; edge < edgeName.length; edge++) {
    if (edgeName[edge] !== name || snapshot.edgeType(edge) !== "property") continue;
    const nodes = roles[snapshot.text(snapshot.target(edge)) as HeapRole];
    if (nodes === undefined) continue;
    // The prototype that bears it is no such object itself.
    addHeirs(snapshot, snapshot.source(edge), nodes);
  }
  return roles;
}

function addHeirs(snapshot: HeapSnapshot, prototype: number, nodes: Set<number>): void {
  for (const edge of snapshot.retainers(prototype)) {
    if (snapshot.edgeType(edge) !== "property" || snapshot.edgeName(edge) !== "__proto__") continue;
    const heir = snapshot.source(edge);
    if (nodes.has(heir)) continue;
    nodes.add(heir);
    addHeirs(snapshot, heir, nodes);
  }
}
