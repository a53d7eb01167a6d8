import type { RecordEntry } from "../read/entry.ts";
import { groupOf } from "./group.ts";
import { OpenScopes } from "./open-scopes.ts";
import { type RowKind, ScopeRow } from "./scope-row.ts";

/** The rows of the report: one a scope. */
export class ScopeTable {
  readonly rows: ScopeRow[] = [];
  /** How many lines are of scopes beyond the limit. */
  unlisted = 0;
  readonly #limit: number;
  readonly #by: readonly (readonly string[])[];
  /** By what tells them apart. After a new start of the program the same ids come again: the latest is meant. */
  readonly #latest = new Map<string, ScopeRow>();
  readonly #open = new OpenScopes();
  /** How often each process was started anew. */
  readonly #runs = new Map<string, number>();

  /** @param by the paths of the fields that group lines without a scope */
  constructor(limit: number, by: readonly (readonly string[])[]) {
    this.#limit = limit;
    this.#by = by;
  }

  /** The row of a line, with what the line tells of it taken down; undefined if it is one too many. */
  take(entry: RecordEntry, time: number): ScopeRow | undefined {
    const row = this.#rowOf(entry, time);
    if (row === undefined) {
      this.unlisted++;
      return undefined;
    }
    if (entry.parent !== undefined && row.parent === undefined && row.kind === "scope") {
      const parent = this.#scope(entry.parent, processOf(entry), time, true);
      if (parent !== undefined) row.putInside(parent, false);
    }
    if (row.lines === 0 && row.parent === undefined && row.kind === "scope") {
      const parent = this.#open.around(row, entry.fields);
      if (parent !== undefined) row.putInside(parent, true);
    }
    row.learn(entry.fields);
    this.#count(row, entry, time);
    return row;
  }

  /** The latest scope with the id that a line names, if it is known. */
  find(id: string, entry: RecordEntry): ScopeRow | undefined {
    return this.#latest.get(id + processOf(entry));
  }

  #count(row: ScopeRow, { level, error, late, summary }: RecordEntry, time: number): void {
    row.lines++;
    // An error that was logged as information is none.
    if (level >= 50 || (Number.isNaN(level) && error !== undefined)) row.errors++;
    if (level > row.level) row.level = level;
    if (late) {
      row.late = true;
      return;
    }
    if (time > row.last) row.last = time;
    if (time < row.start) row.start = time;
    widenSilent(row.parent, row.start, time);
    if (summary === undefined) return;
    row.end = time;
    row.start = Math.min(row.start, time - Math.max(0, summary.durationMs));
    row.outcome = summary.outcome;
    row.dropped = summary.dropped;
    row.common = [];
    this.#open.delete(row);
  }

  #rowOf(entry: RecordEntry, time: number): ScopeRow | undefined {
    if (entry.scope !== undefined) return this.#scope(entry.scope, processOf(entry), time, entry.late);
    const group = groupOf(entry.fields, this.#by);
    if (group !== undefined) return this.#row("group", group, `group ${group}`, time);
    return this.#row("logger", entry.logger === "" ? "(root)" : entry.logger, `logger ${entry.logger}`, time);
  }

  /**
   * A scope that logs again after its end is another one: the program was started anew, and begins with the same ids.
   * Then scopes of before that have not ended are others too.
   *
   * @param after whether it may have ended already
   */
  #scope(id: string, process: string, time: number, after: boolean): ScopeRow | undefined {
    const key = id + process;
    const known = this.#latest.get(key);
    let run = this.#runs.get(process) ?? 0;
    if (known !== undefined && known.run === run) {
      if (after || !known.ended) return known;
      this.#runs.set(process, ++run);
    }
    const row = this.#add("scope", id, key, run, time);
    if (row !== undefined) this.#open.add(row);
    return row;
  }

  #row(kind: RowKind, id: string, key: string, time: number): ScopeRow | undefined {
    // No id of a scope begins so.
    const own = `\0${key}`;
    return this.#latest.get(own) ?? this.#add(kind, id, own, 0, time);
  }

  #add(kind: RowKind, id: string, key: string, run: number, time: number): ScopeRow | undefined {
    if (this.rows.length >= this.#limit) return undefined;
    const row = new ScopeRow(id, kind, this.rows.length, run, time);
    this.rows.push(row);
    this.#latest.set(key, row);
    return row;
  }
}

/** A scope that has no lines of its own is known from those inside of it alone. */
function widenSilent(row: ScopeRow | undefined, start: number, last: number): void {
  for (let one = row; one !== undefined && one.lines === 0; one = one.parent) {
    one.start = Math.min(one.start, start);
    one.last = Math.max(one.last, last);
  }
}

/** What tells processes apart that write into one log, if they say it: their scopes have the same ids. */
function processOf({ fields }: RecordEntry): string {
  let text = "";
  for (const [key, value] of fields) {
    if ((key === "pid" || key === "hostname") && (typeof value === "number" || typeof value === "string")) {
      text += `\0${value}`;
    }
  }
  return text;
}
