import type { StringTable } from "./string-table.ts";

/** The columns of a snapshot, one entry a node or an edge. */
export interface SnapshotColumns {
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly nodeType: Uint8Array;
  readonly nodeName: Uint32Array;
  readonly nodeId: Uint32Array;
  readonly nodeSize: Uint32Array;
  /** The first edge of each node, and one entry more for the end. */
  readonly firstEdge: Uint32Array;
  readonly edgeType: Uint8Array;
  readonly edgeName: Uint32Array;
  readonly edgeTarget: Uint32Array;
  /** Node, line and column (from zero) of each function, three entries each. */
  readonly locations: Uint32Array;
  readonly strings: StringTable;
}

/** A heap as V8 describes it: nodes and edges by their numbers, in typed arrays, with the edges indexed both ways. */
export class HeapSnapshot {
  readonly columns: SnapshotColumns;
  readonly nodeCount: number;
  readonly strings: StringTable;
  readonly #nameIndices = new Map<string, number>();
  #firstRetainer: Uint32Array | undefined;
  #retainers: Uint32Array | undefined;

  constructor(columns: SnapshotColumns) {
    this.columns = columns;
    this.nodeCount = columns.nodeType.length;
    this.strings = columns.strings;
  }

  /** The kind of a node: `object`, `closure`, `string`, `hidden`, `synthetic`, ... */
  type(node: number): string {
    return this.columns.nodeTypes[this.columns.nodeType[node]!] ?? "";
  }

  /** The name of a node: an object's class, a function's name, a string's text. */
  name(node: number): string {
    return this.strings.get(this.columns.nodeName[node]!);
  }

  /** The number that developer tools show after `@`. */
  id(node: number): number {
    return this.columns.nodeId[node]!;
  }

  /** The node with that number, or -1. */
  nodeOf(id: number): number {
    return this.columns.nodeId.indexOf(id);
  }

  /** The nodes with those numbers, by number. */
  nodesOf(ids: ReadonlySet<number>): Map<number, number> {
    const nodes = new Map<number, number>();
    const { nodeId } = this.columns;
    for (let node = 0; node < nodeId.length && nodes.size < ids.size; node++) {
      const id = nodeId[node]!;
      if (ids.has(id)) nodes.set(id, node);
    }
    return nodes;
  }

  /** The bytes of the node itself. */
  size(node: number): number {
    return this.columns.nodeSize[node]!;
  }

  firstEdge(node: number): number {
    return this.columns.firstEdge[node]!;
  }

  /** One past the last edge of `node`. */
  endEdge(node: number): number {
    return this.columns.firstEdge[node + 1]!;
  }

  /** The kind of an edge: `property`, `element`, `context`, `internal`, `hidden`, `shortcut`, `weak`. */
  edgeType(edge: number): string {
    return this.columns.edgeTypes[this.columns.edgeType[edge]!] ?? "";
  }

  /** The name of an edge, as text; for elements and hidden edges the index. */
  edgeName(edge: number): string {
    const name = this.columns.edgeName[edge]!;
    const type = this.edgeType(edge);
    return type === "element" || type === "hidden" ? String(name) : this.strings.get(name);
  }

  target(edge: number): number {
    return this.columns.edgeTarget[edge]!;
  }

  /** The node an edge starts from. */
  source(edge: number): number {
    const { firstEdge } = this.columns;
    let low = 0;
    let high = this.nodeCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (firstEdge[middle]! <= edge) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The edges that lead to `node`. */
  retainers(node: number): Uint32Array {
    if (this.#firstRetainer === undefined) this.#indexRetainers();
    return this.#retainers!.subarray(this.#firstRetainer![node]!, this.#firstRetainer![node + 1]!);
  }

  /** The edge of `node` with that name, or -1. With `type`, only one of that kind. */
  edge(node: number, name: string, type?: string): number {
    const { edgeName, edgeType, edgeTypes } = this.columns;
    const wanted = this.#nameIndex(name);
    if (wanted < 0) return -1;
    for (let edge = this.firstEdge(node); edge < this.endEdge(node); edge++) {
      if (edgeName[edge] !== wanted) continue;
      const kind = edgeTypes[edgeType[edge]!]!;
      if (type === undefined ? kind !== "element" && kind !== "hidden" : kind === type) return edge;
    }
    return -1;
  }

  /** What the edge of that name leads to, or -1. */
  follow(node: number, name: string, type?: string): number {
    const edge = node < 0 ? -1 : this.edge(node, name, type);
    return edge < 0 ? -1 : this.target(edge);
  }

  /** The text or number that a string or number node stands for; undefined for anything else. */
  text(node: number): string | undefined {
    switch (this.type(node)) {
      case "string":
        return this.name(node);
      case "concatenated string": {
        const first = this.follow(node, "first");
        const second = this.follow(node, "second");
        const start = first < 0 ? undefined : this.text(first);
        const end = second < 0 ? undefined : this.text(second);
        return start === undefined || end === undefined ? undefined : start + end;
      }
      case "number": {
        const value = this.follow(node, "value");
        return value < 0 ? undefined : this.name(value);
      }
      default:
        return undefined;
    }
  }

  /** Where a function was written, line and column from 1; undefined if the snapshot does not tell. */
  location(node: number): { line: number; column: number } | undefined {
    const { locations } = this.columns;
    for (let at = 0; at < locations.length; at += 3) {
      if (locations[at] === node) return { line: locations[at + 1]! + 1, column: locations[at + 2]! + 1 };
    }
    return undefined;
  }

  // Many nodes are asked for the same few names; comparing numbers is all that is left to do then.
  #nameIndex(name: string): number {
    let index = this.#nameIndices.get(name);
    if (index === undefined) {
      index = this.strings.indexOf(name);
      this.#nameIndices.set(name, index);
    }
    return index;
  }

  #indexRetainers(): void {
    const { edgeTarget } = this.columns;
    const first = new Uint32Array(this.nodeCount + 1);
    for (const target of edgeTarget) first[target + 1]!++;
    for (let node = 0; node < this.nodeCount; node++) first[node + 1]! += first[node]!;
    const next = first.slice();
    const retainers = new Uint32Array(edgeTarget.length);
    for (let edge = 0; edge < edgeTarget.length; edge++) retainers[next[edgeTarget[edge]!]!++] = edge;
    this.#firstRetainer = first;
    this.#retainers = retainers;
  }
}
