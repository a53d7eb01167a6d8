import type { HeapSnapshot } from "./heap-snapshot.ts";

/** An entry of a WeakMap: whoever holds the key and the table holds the value. */
export interface Ephemeron {
  /** The node of the WeakMap's table. */
  readonly table: number;
  /** The node of the key. */
  readonly key: number;
}

const entryName = /part of key \(.* @(\d+)\) -> value \(.* @\d+\) pair in WeakMap \(table @(\d+)\)$/s;

/**
 * The entries of all WeakMaps. V8 writes an entry as two edges to the value, one from the key and one from the table,
 * both with the same name that tells their numbers. Neither alone keeps the value.
 */
export class Ephemerons {
  readonly #snapshot: HeapSnapshot;
  // By the string that is the edge's name; the flags are what the search looks at for every edge.
  readonly #flags: Uint8Array;
  readonly #entries = new Map<number, Ephemeron>();

  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
    this.#flags = new Uint8Array(snapshot.strings.size);
    const named: [name: number, key: number, table: number][] = [];
    const ids = new Set<number>();
    for (const name of snapshot.strings.containing(" pair in WeakMap (table @")) {
      const match = entryName.exec(snapshot.strings.get(name));
      if (match === null) continue;
      const key = Number(match[1]);
      const table = Number(match[2]);
      named.push([name, key, table]);
      ids.add(key).add(table);
      this.#flags[name] = 1;
    }
    const nodes = snapshot.nodesOf(ids);
    for (const [name, key, table] of named) {
      this.#entries.set(name, { key: nodes.get(key) ?? -1, table: nodes.get(table) ?? -1 });
    }
  }

  /** The entry that `edge` is a part of; undefined for any other edge. */
  of(edge: number): Ephemeron | undefined {
    const { edgeName } = this.#snapshot.columns;
    const name = edgeName[edge]!;
    // The name of an element is a number of its own, which may be as large as any.
    if (this.#flags[name] !== 1) return undefined;
    const type = this.#snapshot.edgeType(edge);
    return type === "internal" ? this.#entries.get(name) : undefined;
  }
}
