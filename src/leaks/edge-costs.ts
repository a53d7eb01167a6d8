import type { HeapSnapshot } from "./heap-snapshot.ts";

const step = 2;
const hiddenStep = 3;
const machinery = 24;
// Only for want of anything else: what running code holds is mostly held elsewhere too.
const stackStep = 4000;
// Only if V8 left out the edge that says it better.
const doubleStep = 6000;

/** No edge costs more. */
export const longest = 16_384;

/** How little an edge tells a reader. Shortest is best, but a way through the compiler's own notes is no answer. */
export class EdgeCosts {
  readonly #snapshot: HeapSnapshot;
  // By node type, for what is entered.
  readonly #nodeCosts: Uint8Array;
  readonly #hidden: number;
  readonly #synthetic: number;
  readonly #proto: number;
  readonly #internal: number;
  /** What is in a store has an edge of its own from the object, and so have a prototype and a generator's scope. */
  readonly #stores: ReadonlySet<number>;
  readonly #onceParts: ReadonlySet<number>;
  readonly #plain: ReadonlySet<number>;
  readonly #stacks: ReadonlySet<number>;

  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
    const { nodeTypes, edgeTypes } = snapshot.columns;
    this.#nodeCosts = Uint8Array.from(nodeTypes, (type) =>
      type === "code" || type === "hidden" || type === "object shape" ? machinery : 0,
    );
    const named = (names: string[]) => new Set(names.map((name) => snapshot.strings.indexOf(name)));
    this.#hidden = edgeTypes.indexOf("hidden");
    this.#internal = edgeTypes.indexOf("internal");
    this.#stores = named(["elements", "properties", "function", "map"]);
    this.#onceParts = named(["bound_this", "context"]);
    this.#synthetic = nodeTypes.indexOf("synthetic");
    this.#proto = snapshot.strings.indexOf("__proto__");
    this.#plain = named(["system / PromiseReaction", "system / Cell", "system / SourceTextModule"]);
    this.#stacks = named(["(Stack roots)", "(Handle scope)"]);
  }

  isDouble(edge: number, source: number): boolean {
    const snapshot = this.#snapshot;
    const { edgeType, edgeName } = snapshot.columns;
    if (edgeType[edge] !== this.#internal) return false;
    const name = edgeName[edge]!;
    if (this.#stores.has(name)) return true;
    // What once() of an emitter registers has the listener as a property, and leads to it also as it works.
    return this.#onceParts.has(name) && snapshot.edge(source, "listener", "property") >= 0;
  }

  of(edge: number, source: number): number {
    const { edgeTarget, edgeType, edgeName, nodeType, nodeName } = this.#snapshot.columns;
    const target = edgeTarget[edge]!;
    const kind = edgeType[edge]!;
    let cost = kind === this.#hidden ? hiddenStep : step;
    const extra = this.#nodeCosts[nodeType[target]!]!;
    if (extra > 0 && !this.#plain.has(nodeName[target]!)) cost += extra;
    if (this.isDouble(edge, source)) cost += doubleStep;
    if (nodeType[source] === this.#synthetic && this.#stacks.has(nodeName[source]!)) cost += stackStep;
    if (edgeName[edge] === this.#proto && this.#snapshot.edgeType(edge) === "property") cost += machinery;
    return cost;
  }
}
