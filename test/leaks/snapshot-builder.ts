import type { HeapSnapshot } from "../../src/leaks/heap-snapshot.ts";
import { SnapshotParser } from "../../src/leaks/snapshot-parser.ts";

const nodeTypes = ["hidden", "array", "string", "object", "code", "closure", "synthetic", "object shape", "number"];
const edgeTypes = ["context", "element", "property", "internal", "hidden", "shortcut", "weak"];

interface Edge {
  readonly type: string;
  readonly name: string | number;
  readonly to: number;
}

/** Writes heap snapshots that no engine would: the rules of the search are tried one by one on them. */
export class SnapshotBuilder {
  readonly #nodes: { readonly type: string; readonly name: string; readonly edges: Edge[] }[] = [];
  readonly #strings: string[] = [];

  constructor() {
    this.node("synthetic", "");
  }

  /** Adds a node and returns its index; its number is twice that plus one. The root is there as 0. */
  node(type: string, name: string): number {
    this.#nodes.push({ type, name, edges: [] });
    return this.#nodes.length - 1;
  }

  edge(from: number, type: string, name: string | number, to: number): void {
    this.#nodes[from]!.edges.push({ type, name, to });
  }

  /** An entry of a WeakMap, in the way of V8. */
  ephemeron(table: number, key: number, value: number): void {
    const name = `1 / part of key (Key (a) @${idOf(key)}) -> value (Value @${idOf(value)}) pair in WeakMap (table @${idOf(table)})`;
    this.edge(table, "weak", "0", key);
    this.edge(table, "weak", "1", value);
    this.edge(key, "internal", name, value);
    this.edge(table, "internal", name.replace("1 /", "2 /"), value);
  }

  /** The text of the file. */
  text(): string {
    const nodes = this.#nodes.map(({ type, name, edges }, index) =>
      [nodeTypes.indexOf(type), this.#string(name), idOf(index), 8, edges.length, 0].join(","),
    );
    const edges = this.#nodes.flatMap((node) =>
      node.edges.map(({ type, name, to }) =>
        [edgeTypes.indexOf(type), typeof name === "number" ? name : this.#string(name), to * 6].join(","),
      ),
    );
    const meta = {
      node_fields: ["type", "name", "id", "self_size", "edge_count", "detachedness"],
      node_types: [nodeTypes, "string", "number", "number", "number", "number"],
      edge_fields: ["type", "name_or_index", "to_node"],
      edge_types: [edgeTypes, "string_or_number", "node"],
      location_fields: ["object_index", "script_id", "line", "column"],
    };
    const head = JSON.stringify({ meta, node_count: nodes.length, edge_count: edges.length });
    return [
      `{"snapshot":${head},`,
      `"nodes":[${nodes.join("\n,")}\n],`,
      `"edges":[${edges.join("\n,")}\n],`,
      `"trace_function_infos":[],\n"trace_tree":[1,0,[2,3,[]]],\n"samples":[],`,
      `"locations":[6,1,4,2],`,
      `"strings":[${this.#strings.map((text) => JSON.stringify(text)).join(",\n")}]}`,
    ].join("\n");
  }

  build(): HeapSnapshot {
    const parser = new SnapshotParser();
    parser.write(Buffer.from(this.text()));
    return parser.end();
  }

  #string(text: string): number {
    const index = this.#strings.indexOf(text);
    return index < 0 ? this.#strings.push(text) - 1 : index;
  }
}

function idOf(index: number): number {
  return index * 2 + 1;
}
