import { EdgeCosts, longest } from "./edge-costs.ts";
import { Ephemerons } from "./ephemerons.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import { findStarts, type StartKind } from "./starts.ts";

/** What a search goes to, and what it must not go through. */
export interface SearchBounds {
  /** The objects that are asked about; paths end there and never go through one. */
  readonly targets: ReadonlySet<number>;
  /** Nodes that do not count as holders. */
  readonly excluded: ReadonlySet<number>;
}

const reached = 1;
const barred = 2;
const far = 0xffffffff;
// More than the cost of any edge, and than that of a start.
const bucketCount = longest + 1;

/**
 * What is held strongly without the help of the targets, and how far it is from where a reader would start. A weak
 * edge is no edge; the value of a WeakMap's entry is held once both its key and its table are.
 */
export class StrongGraph {
  readonly snapshot: HeapSnapshot;
  readonly starts: ReadonlyMap<number, StartKind>;
  readonly #bounds: SearchBounds;
  readonly #ephemerons: Ephemerons;
  readonly #weak: number;
  readonly #reached: Uint8Array;
  readonly #distance: Uint32Array;
  readonly #costs: EdgeCosts;

  constructor(snapshot: HeapSnapshot, bounds: SearchBounds) {
    this.snapshot = snapshot;
    this.#bounds = bounds;
    this.#ephemerons = new Ephemerons(snapshot);
    this.#weak = snapshot.columns.edgeTypes.indexOf("weak");
    this.#costs = new EdgeCosts(snapshot);
    this.#reached = new Uint8Array(snapshot.nodeCount);
    this.#reach();
    this.starts = findStarts(snapshot, (node) => this.held(node));
    this.#distance = new Uint32Array(snapshot.nodeCount).fill(far);
    this.#measure();
  }

  /** Whether `node` is held, other than through a target. */
  held(node: number): boolean {
    return this.#reached[node] === reached;
  }

  /** The least cost of a way from a start, or from the root, to `node`. */
  distance(node: number): number {
    return this.#distance[node]!;
  }

  /** Whether a way by `edge` is only another view of one by the edges beside it, such as of an array's store. */
  isDouble(edge: number, source: number): boolean {
    return this.#costs.isDouble(edge, source);
  }

  /** The cost of `edge` on a way, or undefined if it does not hold its target. */
  cost(edge: number, source: number): number | undefined {
    if (!this.held(source) || !this.#holds(edge, source)) return undefined;
    return this.#costs.of(edge, source);
  }

  /** Whether `edge` is the part of a WeakMap's entry that leads from the key to the value. Returns the table. */
  tableOf(edge: number): number | undefined {
    return this.#ephemerons.of(edge)?.table;
  }

  #holds(edge: number, source: number): boolean {
    if (this.snapshot.columns.edgeType[edge] === this.#weak) return false;
    const entry = this.#ephemerons.of(edge);
    // From the table alone nothing is held; the way goes by the key, whose holder is who could let go.
    return entry === undefined || (entry.key === source && this.held(entry.table));
  }

  #reach(): void {
    const { snapshot } = this;
    const { edgeTarget, edgeType } = snapshot.columns;
    // Values whose key is held, by the table that is not held yet.
    const waiting = new Map<number, number[]>();
    const stack = [0];
    this.#reached[0] = reached;
    for (const node of this.#bounds.excluded) this.#reached[node] = barred;
    for (const node of this.#bounds.targets) this.#reached[node] = barred;
    const enter = (target: number) => {
      if (this.#reached[target] !== 0) return;
      this.#reached[target] = reached;
      stack.push(target);
    };
    while (stack.length > 0) {
      const node = stack.pop()!;
      const values = waiting.get(node);
      if (values !== undefined) {
        waiting.delete(node);
        values.forEach(enter);
      }
      for (let edge = snapshot.firstEdge(node); edge < snapshot.endEdge(node); edge++) {
        if (edgeType[edge] === this.#weak) continue;
        const target = edgeTarget[edge]!;
        const entry = this.#ephemerons.of(edge);
        if (entry === undefined) enter(target);
        else if (entry.key === node) {
          if (this.held(entry.table)) enter(target);
          else {
            const others = waiting.get(entry.table);
            if (others === undefined) waiting.set(entry.table, [target]);
            else others.push(target);
          }
        }
      }
    }
  }

  #measure(): void {
    const { snapshot } = this;
    const { edgeTarget } = snapshot.columns;
    const distance = this.#distance;
    const buckets: number[][] = Array.from({ length: bucketCount }, () => []);
    let waiting = 0;
    const enter = (node: number, cost: number) => {
      if (cost >= distance[node]!) return;
      distance[node] = cost;
      buckets[cost % bucketCount]!.push(node);
      waiting++;
    };
    enter(0, startCosts.root);
    for (const [node, kind] of this.starts) enter(node, startCosts[kind]);
    for (let cost = 0; waiting > 0; cost++) {
      const bucket = buckets[cost % bucketCount]!;
      while (bucket.length > 0) {
        const node = bucket.pop()!;
        waiting--;
        if (distance[node] !== cost) continue;
        for (let edge = snapshot.firstEdge(node); edge < snapshot.endEdge(node); edge++) {
          const target = edgeTarget[edge]!;
          if (this.#reached[target] !== reached || !this.#holds(edge, node)) continue;
          enter(target, cost + this.#costs.of(edge, node));
        }
      }
    }
  }
}

// A variable of a module says more than a property of the global object, and anything more than the runtime's roots.
const startCosts: Readonly<Record<StartKind | "root", number>> = {
  module: 0,
  exports: 1,
  script: 0,
  global: 3,
  timer: 0,
  immediate: 0,
  handle: 2,
  "cached-module": 3,
  process: 2,
  root: 60,
};
