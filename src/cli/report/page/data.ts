import { embedded } from "./embedded.ts";
import { flags, type ReportHead } from "./format.ts";

/** The scopes and the times of their lines, as columns. Scopes are known by their index, in the order of their starts. */
export interface Report {
  readonly head: ReportHead;
  readonly count: number;
  readonly start: Float64Array;
  /** When it ended, as its summary tells; NaN if it does not. */
  readonly end: Float64Array;
  /** When it ended, else its last line. */
  readonly until: Float64Array;
  readonly outcome: Uint8Array;
  readonly flags: Uint8Array;
  /** The gravest level. */
  readonly level: Uint8Array;
  readonly lines: Uint32Array;
  readonly errors: Uint32Array;
  readonly dropped: Uint32Array;
  readonly parent: Int32Array;
  readonly origin: Int32Array;
  /** Where the kept lines of a scope begin; one more than there are scopes. */
  readonly lineAt: Uint32Array;
  readonly lineTime: Float64Array;
  readonly lineLevel: Uint8Array;
  /** The ids of the scopes, each with a separator after it. */
  readonly ids: string;
  /** Where the id of a scope begins; one more than there are scopes. */
  readonly idAt: Uint32Array;
  /** The different names, and which of them each scope has. */
  readonly names: readonly { readonly name: string; readonly count: number }[];
  readonly name: Uint32Array;
  /** The scopes inside of each: where they begin in `inner`; one more than there are scopes. */
  readonly innerAt: Uint32Array;
  readonly inner: Uint32Array;
}

/** Reads what the page has of the scopes. */
export async function readReport(base64: string): Promise<Report> {
  const buffer = await embedded(base64);
  const decoder = new TextDecoder();
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(decoder.decode(new Uint8Array(buffer, 8, length))) as ReportHead;
  let at = 8 + padded(length);
  const columns: Record<string, unknown> = {};
  for (const { name, kind, length } of head.columns) {
    const make = { f64: Float64Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array }[kind];
    columns[name] = new make(buffer, at, length);
    at += padded(length * make.BYTES_PER_ELEMENT);
  }
  return derive(head, columns as unknown as Columns, decoder.decode(new Uint8Array(buffer, at, head.ids)));
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

type Columns = Pick<
  Report,
  "start" | "end" | "outcome" | "flags" | "level" | "lines" | "errors" | "dropped" | "parent" | "origin"
> &
  Pick<Report, "lineTime" | "lineLevel" | "name"> & {
    readonly last: Float64Array;
    readonly kept: Uint32Array;
    readonly idChars: Uint32Array;
  };

function derive(head: ReportHead, columns: Columns, ids: string): Report {
  const { start, end, last, kept, idChars, parent, name } = columns;
  const count = start.length;
  const until = new Float64Array(count);
  const lineAt = new Uint32Array(count + 1);
  const idAt = new Uint32Array(count + 1);
  const innerAt = new Uint32Array(count + 1);
  const names = head.names.map((name) => ({ name, count: 0 }));
  for (let scope = 0; scope < count; scope++) {
    const known = end[scope] as number;
    until[scope] = Number.isNaN(known) ? (last[scope] as number) : known;
    lineAt[scope + 1] = (lineAt[scope] as number) + (kept[scope] as number);
    idAt[scope + 1] = (idAt[scope] as number) + (idChars[scope] as number);
    const around = parent[scope] as number;
    if (around >= 0) innerAt[around + 1] = (innerAt[around + 1] as number) + 1;
    (names[name[scope] as number] as { count: number }).count++;
  }
  for (let scope = 0; scope < count; scope++) {
    innerAt[scope + 1] = (innerAt[scope + 1] as number) + (innerAt[scope] as number);
  }
  const inner = new Uint32Array(innerAt[count] as number);
  const next = innerAt.slice();
  for (let scope = 0; scope < count; scope++) {
    const around = parent[scope] as number;
    if (around < 0) continue;
    inner[next[around] as number] = scope;
    next[around] = (next[around] as number) + 1;
  }
  return { head, count, ...columns, until, lineAt, ids, idAt, innerAt, inner, names };
}

export function idOf({ ids, idAt }: Report, scope: number): string {
  return ids.slice(idAt[scope], (idAt[scope + 1] as number) - 1);
}

export function isA(report: Report, scope: number, flag: number): boolean {
  return ((report.flags[scope] as number) & flag) !== 0;
}

/** Whether it has an id of its own, or is all that a logger wrote outside of scopes. */
export function isScope(report: Report, scope: number): boolean {
  return !isA(report, scope, flags.logger);
}

export function isError(report: Report, scope: number): boolean {
  return report.outcome[scope] === 2 || (report.errors[scope] as number) > 0;
}

/** Whether the log tells its end. */
export function isEnded(report: Report, scope: number): boolean {
  return !Number.isNaN(report.end[scope] as number);
}

export function durationOf(report: Report, scope: number): number {
  return (report.until[scope] as number) - (report.start[scope] as number);
}

/** How it ended, in a word. */
export function stateOf(report: Report, scope: number): "ok" | "error" | "unknown" | "open" | "forgotten" | "logger" {
  if (isA(report, scope, flags.logger)) return "logger";
  if (isA(report, scope, flags.forgotten)) return "forgotten";
  const outcome = report.outcome[scope];
  if (outcome === 1) return "ok";
  if (outcome === 2) return "error";
  return outcome === 3 ? "unknown" : "open";
}
