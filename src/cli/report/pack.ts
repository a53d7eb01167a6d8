import { escapeControls } from "../../record/escape.ts";
import type { Gatherer } from "./gatherer.ts";
import { separators } from "./line-text.ts";
import { type Column, flags, outcomes, type ReportHead } from "./page/format.ts";
import type { ScopeRow } from "./scope-row.ts";

const kinds = { f64: Float64Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array } as const;

/** What a report says of itself. */
export interface PackOptions {
  readonly title: string;
  readonly source: string;
  /** What was bad in the input, or left out; a sentence each. */
  readonly notes: readonly string[];
}

/** All that the page needs, in two pieces: what is seen at once does not wait for what is much more. */
export interface Packed {
  /**
   * The length of the head (4 bytes), the head as JSON, then the columns, each of one kind of number, and the ids of the
   * scopes. Everything begins at a multiple of eight, and numbers are little-endian.
   */
  readonly scopes: Buffer;
  /** The length of each line's text in characters, with its separator (4 bytes each), then the texts themselves. */
  readonly texts: Buffer;
}

export function pack(gathered: Gatherer, options: PackOptions): Packed {
  const { scopes, lines, forgotten, gauges, start, end } = gathered;
  forgotten.mark(scopes);
  const rows = [...scopes.rows].sort((a, b) => a.start - b.start || a.number - b.number);
  const places = new Uint32Array(rows.length);
  for (const [index, row] of rows.entries()) places[row.number] = index;

  const origins = new Map<string, number>();
  const names = new Map<string, number>();
  const columns = makeColumns(rows.length, lines.length);
  let ids = "";
  rows.forEach((row, index) => {
    columns.start.values[index] = row.start - start;
    columns.end.values[index] = row.end - start;
    columns.last.values[index] = row.last - start;
    columns.outcome.values[index] = row.outcome === undefined ? 0 : outcomes.indexOf(row.outcome);
    columns.flags.values[index] = flagsOf(row);
    columns.level.values[index] = Math.min(255, row.level);
    columns.lines.values[index] = row.lines;
    columns.kept.values[index] = row.kept;
    columns.errors.values[index] = row.errors;
    columns.dropped.values[index] = row.dropped;
    columns.parent.values[index] = row.parent === undefined ? -1 : (places[row.parent.number] as number);
    columns.origin.values[index] = row.origin === undefined ? -1 : indexOf(origins, escapeControls(row.origin));
    columns.name.values[index] = indexOf(names, escapeControls(row.name));
    const id = escapeControls(row.id) + separators.record;
    columns.idChars.values[index] = id.length;
    ids += id;
  });

  // The lines by scope, in the order in which they came: where the lines of each scope begin, then each to its place.
  const next = new Uint32Array(rows.length);
  for (let index = 1; index < rows.length; index++) {
    next[index] = (next[index - 1] as number) + (rows[index - 1] as ScopeRow).kept;
  }
  const order = new Uint32Array(lines.length);
  for (let line = 0; line < lines.length; line++) {
    const place = places[lines.scope(line)] as number;
    order[next[place] as number] = line;
    next[place] = (next[place] as number) + 1;
  }
  let bytes = 0;
  for (let line = 0; line < lines.length; line++) bytes += lines.bytes(line) + 1;
  const texts = Buffer.allocUnsafeSlow(4 * lines.length + bytes);
  let at = 4 * lines.length;
  for (const [place, line] of order.entries()) {
    columns.lineTime.values[place] = lines.time(line) - start;
    columns.lineLevel.values[place] = lines.level(line);
    texts.writeUInt32LE(lines.chars(line) + 1, 4 * place);
    lines.copy(line, texts, at);
    at += lines.bytes(line);
    at += texts.write(separators.record, at);
  }

  const head: ReportHead = {
    title: escapeControls(options.title),
    source: escapeControls(options.source),
    notes: options.notes.map(escapeControls),
    start,
    span: end - start,
    records: gathered.records,
    unlisted: scopes.unlisted,
    origins: [...origins.keys()],
    names: [...names.keys()],
    forgotten: forgotten.places.map(({ name, origin, count }) => ({
      name: escapeControls(name),
      origin: origin === undefined ? null : escapeControls(origin),
      count,
    })),
    gauges: gauges.all.map((gauge) => ({
      name: gauge.name,
      points: gauge.points.map(([time, value]) => [time - start, value]),
    })),
    columns: Object.entries(columns).map(([name, { kind, values }]) => ({ name, kind, length: values.length })),
    ids: Buffer.byteLength(ids),
  };
  return { scopes: join(head, columns, ids), texts };
}

interface PackedColumn {
  readonly kind: Column["kind"];
  readonly values: Float64Array | Uint32Array | Int32Array | Uint8Array;
}

function makeColumns(scopes: number, lines: number) {
  const column = (kind: Column["kind"], length: number): PackedColumn => ({ kind, values: new kinds[kind](length) });
  return {
    start: column("f64", scopes),
    end: column("f64", scopes),
    last: column("f64", scopes),
    outcome: column("u8", scopes),
    flags: column("u8", scopes),
    level: column("u8", scopes),
    lines: column("u32", scopes),
    kept: column("u32", scopes),
    errors: column("u32", scopes),
    dropped: column("u32", scopes),
    parent: column("i32", scopes),
    origin: column("i32", scopes),
    name: column("u32", scopes),
    /** The length of its id, with the separator. */
    idChars: column("u32", scopes),
    lineTime: column("f64", lines),
    lineLevel: column("u8", lines),
  };
}

function flagsOf(row: ScopeRow): number {
  return (
    (row.forgotten ? flags.forgotten : 0) |
    (row.late ? flags.late : 0) |
    (row.inferred ? flags.inferred : 0) |
    (row.kind === "group" ? flags.group : 0) |
    (row.kind === "logger" ? flags.logger : 0)
  );
}

function indexOf(table: Map<string, number>, text: string): number {
  const known = table.get(text);
  if (known !== undefined) return known;
  table.set(text, table.size);
  return table.size - 1;
}

function join(head: ReportHead, columns: Readonly<Record<string, PackedColumn>>, ids: string): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const parts: Buffer[] = [];
  let size = 0;
  const add = (part: Buffer): void => {
    const padding = -part.length & 7;
    parts.push(part, Buffer.alloc(padding));
    size += part.length + padding;
  };
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  add(length);
  add(json);
  for (const { values } of Object.values(columns)) {
    add(Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  }
  add(Buffer.from(ids));
  return Buffer.concat(parts, size);
}
