import { HeapSnapshot } from "./heap-snapshot.ts";
import { SnapshotError } from "./snapshot-error.ts";
import { EdgeRows, LocationRows, type Meta, NodeRows, type Rows } from "./snapshot-rows.ts";
import { StringTable } from "./string-table.ts";

interface Head {
  readonly snapshot: { readonly meta: Meta; readonly node_count: number; readonly edge_count: number };
}

const opening = '{"snapshot":';

// The description before the nodes is some 2 KB.
const headLimit = 1 << 20;

/**
 * Reads a `.heapsnapshot` piece by piece, straight into typed arrays: about 25 bytes a node and 9 an edge, and the
 * text of the strings. Snapshots are often larger than the longest string the runtime can hold.
 */
export class SnapshotParser {
  #state: "head" | "key" | "rows" | "skip" | "strings" | "done" = "head";
  #text = "";
  #head: Head["snapshot"] | undefined;
  #rows: Rows | undefined;
  #filled = 0;
  #number = 0;
  #inNumber = false;
  #depth = 0;

  #nodes: NodeRows | undefined;
  #edges: EdgeRows | undefined;
  readonly #locations: number[] = [];

  readonly #stringBytes: Buffer[] = [];
  #stringOffset = 0;
  #bounds = new Uint32Array(1 << 16);
  #boundCount = 0;
  #inString = false;
  #escaping = false;

  /** Takes the next piece. @throws {SnapshotError} if this cannot be a heap snapshot */
  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === "head") at = this.#readHead(chunk);
      else if (this.#state === "key") at = this.#readKey(chunk, at);
      else if (this.#state === "rows") at = this.#readRows(chunk, at);
      else if (this.#state === "skip") at = this.#skip(chunk, at);
      else if (this.#state === "strings") at = this.#readStrings(chunk, at);
      else return;
    }
  }

  /** The snapshot, once all was written. @throws {SnapshotError} if something is missing */
  end(): HeapSnapshot {
    if (this.#state === "head")
      throw this.#text === "" || this.#text.length < opening.length ? notOne(this.#text) : truncated();
    const nodes = this.#nodes;
    const edges = this.#edges;
    const head = this.#head;
    if (this.#state !== "done" || nodes === undefined || edges === undefined || head === undefined) {
      throw truncated();
    }
    if (nodes.count !== head.node_count || edges.count !== head.edge_count || nodes.edgeCount !== head.edge_count) {
      throw new SnapshotError("the heap snapshot is damaged: it has not as many nodes and edges as it says");
    }
    const strings = new StringTable(Buffer.concat(this.#stringBytes), this.#bounds.slice(0, this.#boundCount));
    return new HeapSnapshot({
      nodeTypes: head.meta.node_types[0],
      edgeTypes: head.meta.edge_types[0],
      nodeType: nodes.type,
      nodeName: nodes.name,
      nodeId: nodes.id,
      nodeSize: nodes.size,
      firstEdge: nodes.firstEdge,
      edgeType: edges.type,
      edgeName: edges.name,
      edgeTarget: edges.target,
      locations: Uint32Array.from(this.#locations),
      strings,
    });
  }

  #readHead(chunk: Buffer): number {
    const before = this.#text.length;
    this.#text += chunk.toString("latin1", 0, Math.min(chunk.length, headLimit));
    const text = this.#text;
    const start = text.slice(0, 200).replace(/\s/g, "").slice(0, opening.length);
    if (!opening.startsWith(start)) throw notOne(text);
    const end = text.search(/"nodes"\s*:\s*\[/);
    if (end < 0) {
      if (text.length >= headLimit) throw notOne(text);
      return chunk.length;
    }
    let head: Head;
    try {
      head = JSON.parse(`${text.slice(0, end).replace(/,\s*$/, "")}}`) as Head;
      if (head.snapshot.meta.node_types[0] === undefined) throw new TypeError("no node types");
    } catch (cause) {
      throw new SnapshotError("not a heap snapshot: its description cannot be read", { cause });
    }
    this.#head = head.snapshot;
    const { meta, node_count, edge_count } = head.snapshot;
    this.#nodes = new NodeRows(meta, node_count);
    this.#edges = new EdgeRows(meta, edge_count, node_count);
    this.#begin(this.#nodes);
    const opened = text.indexOf("[", end) + 1;
    this.#text = "";
    return opened - before;
  }

  #begin(rows: Rows): void {
    this.#state = "rows";
    this.#rows = rows;
    this.#filled = 0;
    this.#number = 0;
    this.#inNumber = false;
  }

  #readKey(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === closeBrace && !this.#text.includes('"')) {
        this.#state = "done";
        return chunk.length;
      }
      if (byte !== openBracket) {
        this.#text += String.fromCharCode(byte);
        if (this.#text.length > 200) throw new SnapshotError("the heap snapshot is damaged: a part has no name");
        continue;
      }
      const key = /"([^"]*)"/.exec(this.#text)?.[1];
      this.#text = "";
      if (key === "edges" && this.#edges !== undefined) this.#begin(this.#edges);
      else if (key === "locations" && this.#head?.meta.location_fields !== undefined) {
        this.#begin(new LocationRows(this.#head.meta, this.#locations));
      } else if (key === "strings") this.#state = "strings";
      else {
        this.#state = "skip";
        this.#depth = 1;
      }
      return at + 1;
    }
    return chunk.length;
  }

  #readRows(chunk: Buffer, start: number): number {
    const rows = this.#rows!;
    const { row } = rows;
    const width = row.length;
    let number = this.#number;
    let inNumber = this.#inNumber;
    let filled = this.#filled;
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte >= zero && byte <= nine) {
        number = number * 10 + byte - zero;
        inNumber = true;
        continue;
      }
      if (inNumber) {
        row[filled++] = number;
        if (filled === width) {
          rows.commit();
          filled = 0;
        }
        number = 0;
        inNumber = false;
      }
      if (byte === closeBracket) {
        if (filled !== 0) throw new SnapshotError("the heap snapshot is damaged: a row is not whole");
        this.#state = "key";
        return at + 1;
      }
    }
    this.#number = number;
    this.#inNumber = inNumber;
    this.#filled = filled;
    return chunk.length;
  }

  #skip(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === openBracket) this.#depth++;
      else if (byte === closeBracket && --this.#depth === 0) {
        this.#state = "key";
        return at + 1;
      }
    }
    return chunk.length;
  }

  #readStrings(chunk: Buffer, start: number): number {
    let inString = this.#inString;
    let escaping = this.#escaping;
    let end = chunk.length;
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (inString) {
        if (escaping) escaping = false;
        else if (byte === backslash) escaping = true;
        else if (byte === quote) {
          inString = false;
          this.#bound(this.#stringOffset + at - start);
        }
      } else if (byte === quote) {
        inString = true;
        this.#bound(this.#stringOffset + at - start + 1);
      } else if (byte === closeBracket) {
        this.#state = "key";
        end = at + 1;
        break;
      }
    }
    this.#inString = inString;
    this.#escaping = escaping;
    // A copy: the stream may use its buffer again.
    this.#stringBytes.push(Buffer.from(chunk.subarray(start, end)));
    this.#stringOffset += end - start;
    return end;
  }

  #bound(offset: number): void {
    if (this.#boundCount === this.#bounds.length) {
      const larger = new Uint32Array(this.#bounds.length * 2);
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    this.#bounds[this.#boundCount++] = offset;
  }
}

const zero = 48;
const nine = 57;
const quote = 34;
const backslash = 92;
const openBracket = 91;
const closeBracket = 93;
const closeBrace = 125;

function truncated(): SnapshotError {
  return new SnapshotError("the heap snapshot is truncated: it ends before its last part");
}

function notOne(text: string): SnapshotError {
  return text.trim() === ""
    ? new SnapshotError("not a heap snapshot: the file is empty")
    : new SnapshotError('not a heap snapshot: it does not begin with {"snapshot":');
}
