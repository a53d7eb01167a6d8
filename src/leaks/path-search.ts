import { MinHeap } from "./min-heap.ts";
import type { StrongGraph } from "./strong-graph.ts";

/** A way from a start to a target: the edges in order. */
export interface EdgePath {
  readonly start: number;
  readonly edges: readonly number[];
}

// So much more than any detour that a way which shares an edge with an earlier one is only taken for want of another.
const sharedCost = 400;

// Ways that differ only inside the runtime's own tables are found and passed over; there are never many in a row.
const triesPerPath = 8;

// Of ways of the same length those nearer to the target go first: at a fork all its branches are then known. It is more
// than the cost of any way that is found.
const tieScale = 2 ** 24;

/**
 * The shortest ways to `targets`, one after another: each next one shares as few edges with the earlier ones as it can,
 * and one of its objects is held by another object than in all of them.
 */
export function findPaths(graph: StrongGraph, targets: ReadonlySet<number>, limit: number): EdgePath[] {
  const paths: EdgePath[] = [];
  const penalties = new Map<number, number>();
  const known = new Set<string>();
  for (let tries = 0; paths.length < limit && tries < limit * triesPerPath; tries++) {
    const path = findPath(graph, targets, penalties);
    if (path === undefined) break;
    const first = lastHub(graph, path);
    const holds = holdings(graph, path, first);
    if (paths.length === 0 || holds.some((hold) => !known.has(hold))) paths.push(path);
    for (const hold of holds) known.add(hold);
    for (const edge of path.edges.slice(first)) penalties.set(edge, (penalties.get(edge) ?? 0) + sharedCost);
  }
  return paths;
}

/** Which object holds which on a path, from its edge `first` on; tables and cells in between are passed over. */
function holdings(graph: StrongGraph, path: EdgePath, first: number): string[] {
  const { snapshot } = graph;
  const holds: string[] = [];
  let holder = first === 0 ? path.start : snapshot.source(path.edges[first]!);
  for (const edge of path.edges.slice(first)) {
    const node = snapshot.target(edge);
    const type = snapshot.type(node);
    if (type === "hidden" || type === "array" || type === "code" || type === "synthetic") continue;
    holds.push(`${holder} ${node}`);
    holder = node;
  }
  // Everything is also on the stack for a while, and exports are also in the cache: who holds it is what comes after.
  if (first === 0 && (path.start === 0 || graph.starts.get(path.start) === "cached-module")) holds.shift();
  return holds;
}

/**
 * Backwards from the targets, led by the distances from the starts: where nothing is penalised they are exact, and
 * only the nodes of the shortest ways are looked at. At a fork into ways of the same length the one that is first by
 * name is taken, so that two snapshots, whose order is the memory's, are told of in the same words.
 */
function findPath(
  graph: StrongGraph,
  targets: ReadonlySet<number>,
  penalties: ReadonlyMap<number, number>,
): EdgePath | undefined {
  const { snapshot } = graph;
  const cost = new Map<number, number>();
  const next = new Map<number, number>();
  const done = new Set<number>();
  const open = new MinHeap();
  for (const target of targets) {
    cost.set(target, 0);
    open.push(target, 0);
  }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (done.has(node)) continue;
    done.add(node);
    if (!targets.has(node) && (node === 0 || graph.starts.has(node))) return collect(graph, node, next);
    const behind = cost.get(node)!;
    for (const edge of snapshot.retainers(node)) {
      const source = snapshot.source(edge);
      const length = graph.cost(edge, source);
      if (length === undefined || done.has(source)) continue;
      if (penalties.size > 0 && graph.isDouble(edge, source)) continue;
      const total = behind + length + (penalties.get(edge) ?? 0);
      const known = cost.get(source) ?? Number.POSITIVE_INFINITY;
      if (total < known) {
        cost.set(source, total);
        next.set(source, edge);
        open.push(source, (total + graph.distance(source)) * tieScale + total);
      } else if (total === known && snapshot.edgeName(edge) < snapshot.edgeName(next.get(source)!)) {
        next.set(source, edge);
      }
    }
  }
  return undefined;
}

function collect(graph: StrongGraph, start: number, next: ReadonlyMap<number, number>): EdgePath {
  const edges: number[] = [];
  for (let edge = next.get(start); edge !== undefined; edge = next.get(graph.snapshot.target(edge))) edges.push(edge);
  return { start, edges };
}

/**
 * Where the telling part of a path begins: after the outermost scope of a file, which is held by every function in it.
 * Another function of the same file is no other holder.
 */
function lastHub(graph: StrongGraph, path: EdgePath): number {
  const { snapshot } = graph;
  for (let index = path.edges.length - 1; index > 0; index--) {
    const node = snapshot.source(path.edges[index]!);
    if (snapshot.name(node) !== "system / Context") continue;
    const outer = snapshot.follow(node, "previous", "internal");
    if (outer >= 0 && snapshot.name(outer) === "system / NativeContext") return index;
  }
  return 0;
}
