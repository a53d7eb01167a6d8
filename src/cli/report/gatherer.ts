import type { Entry, RecordEntry } from "../read/entry.ts";
import { ForgottenTable } from "./forgotten-table.ts";
import { Gauges } from "./gauge.ts";
import type { Limits } from "./limits.ts";
import { LineStore } from "./line-store.ts";
import { lineText } from "./line-text.ts";
import type { ScopeRow } from "./scope-row.ts";
import { ScopeTable } from "./scope-table.ts";

/** Takes the entries of a log, one after the other, and keeps what the report shows, within its limits. */
export class Gatherer {
  readonly scopes: ScopeTable;
  readonly lines = new LineStore();
  readonly forgotten = new ForgottenTable();
  readonly gauges = new Gauges();
  /** How many records were taken. */
  records = 0;
  /** The first and the last time. */
  start = Number.POSITIVE_INFINITY;
  end = Number.NEGATIVE_INFINITY;
  readonly #limits: Limits;
  #now = Number.NaN;

  constructor(limits: Limits, by: readonly (readonly string[])[]) {
    this.#limits = limits;
    this.scopes = new ScopeTable(limits.scopes, by);
  }

  /** How many lines were not kept. */
  get left(): number {
    return this.records - this.lines.length;
  }

  take(entry: Entry): void {
    // A line without a time is where it stands.
    const time = entry.kind === "text" || Number.isNaN(entry.time) ? this.#now : entry.time;
    this.forgotten.take(entry, time, this.scopes);
    if (entry.kind === "text") return;
    this.records++;
    // Before the first time there is nowhere to put it.
    if (Number.isNaN(time)) return;
    this.#now = time;
    this.gauges.take(entry.fields, time);
    const row = this.scopes.take(entry, time);
    if (row === undefined) return;
    if (row.start < this.start) this.start = row.start;
    if (time > this.end) this.end = time;
    this.#keep(row, entry, time);
  }

  #keep(row: ScopeRow, entry: RecordEntry, time: number): void {
    const { lines, linesPerScope, text } = this.#limits;
    const grave = entry.level >= 40 || entry.error !== undefined || entry.summary !== undefined || entry.late;
    const share = grave ? 1 : 0.9;
    if (row.kept >= (grave ? 2 * linesPerScope : linesPerScope)) return;
    if (this.lines.length >= lines * share || this.lines.characters >= text * share) return;
    row.kept++;
    this.lines.add(
      row.number,
      time,
      Number.isNaN(entry.level) ? 0 : Math.min(255, Math.max(1, entry.level)),
      lineText(entry),
    );
  }
}
