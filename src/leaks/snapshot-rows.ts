import { SnapshotError } from "./snapshot-error.ts";

/** What the file says of its own arrays. */
export interface Meta {
  readonly node_fields: string[];
  readonly node_types: [string[], ...unknown[]];
  readonly edge_fields: string[];
  readonly edge_types: [string[], ...unknown[]];
  readonly location_fields?: string[];
}

/** Takes the rows of numbers of one array. */
export interface Rows {
  readonly row: Float64Array;
  commit(): void;
}

/** The nodes; a node's edges follow those of the node before. */
export class NodeRows implements Rows {
  readonly row: Float64Array;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly size: Uint32Array;
  readonly firstEdge: Uint32Array;
  count = 0;
  edgeCount = 0;
  readonly #type: number;
  readonly #name: number;
  readonly #id: number;
  readonly #size: number;
  readonly #edges: number;

  constructor(meta: Meta, count: number) {
    const fields = meta.node_fields;
    this.row = new Float64Array(fields.length);
    this.#type = field(fields, "type");
    this.#name = field(fields, "name");
    this.#id = field(fields, "id");
    this.#size = field(fields, "self_size");
    this.#edges = field(fields, "edge_count");
    this.type = new Uint8Array(count);
    this.name = new Uint32Array(count);
    this.id = new Uint32Array(count);
    this.size = new Uint32Array(count);
    this.firstEdge = new Uint32Array(count + 1);
  }

  commit(): void {
    const { row, count } = this;
    this.type[count] = row[this.#type]!;
    this.name[count] = row[this.#name]!;
    this.id[count] = row[this.#id]!;
    this.size[count] = row[this.#size]!;
    this.edgeCount += row[this.#edges]!;
    this.firstEdge[count + 1] = this.edgeCount;
    this.count++;
  }
}

/** The edges, in the order of the nodes they start from. */
export class EdgeRows implements Rows {
  readonly row: Float64Array;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly target: Uint32Array;
  count = 0;
  readonly #nodeWidth: number;
  readonly #nodeCount: number;
  readonly #type: number;
  readonly #name: number;
  readonly #target: number;

  constructor(meta: Meta, count: number, nodeCount: number) {
    const fields = meta.edge_fields;
    this.row = new Float64Array(fields.length);
    this.#nodeWidth = meta.node_fields.length;
    this.#nodeCount = nodeCount;
    this.#type = field(fields, "type");
    this.#name = field(fields, "name_or_index");
    this.#target = field(fields, "to_node");
    this.type = new Uint8Array(count);
    this.name = new Uint32Array(count);
    this.target = new Uint32Array(count);
  }

  commit(): void {
    const { row, count } = this;
    // A node is named by where its row begins.
    const target = row[this.#target]! / this.#nodeWidth;
    if (!(target < this.#nodeCount)) throw new SnapshotError("the heap snapshot is damaged: an edge leads nowhere");
    this.type[count] = row[this.#type]!;
    this.name[count] = row[this.#name]!;
    this.target[count] = target;
    this.count++;
  }
}

/** Where functions were written. */
export class LocationRows implements Rows {
  readonly row: Float64Array;
  readonly #into: number[];
  readonly #width: number;
  readonly #fields: readonly number[];

  constructor(meta: Meta, into: number[]) {
    const fields = meta.location_fields!;
    this.row = new Float64Array(fields.length);
    this.#into = into;
    this.#width = meta.node_fields.length;
    this.#fields = ["object_index", "line", "column"].map((name) => field(fields, name));
  }

  commit(): void {
    const [object, line, column] = this.#fields as [number, number, number];
    this.#into.push(this.row[object]! / this.#width, this.row[line]!, this.row[column]!);
  }
}

function field(fields: readonly string[], name: string): number {
  const index = fields.indexOf(name);
  if (index < 0) throw new SnapshotError(`the heap snapshot is of an unknown kind: it has no field "${name}"`);
  return index;
}
