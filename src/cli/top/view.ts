import type { MonitoredForgotten, MonitoredTransport, MonitorOrder, MonitorSnapshot } from "scopelog/node";
import { type Measure, Rates } from "./rates.ts";
import type { ScopeRow } from "./tables.ts";

export const tabs = ["scopes", "transports", "forgotten"] as const;
export type Tab = (typeof tabs)[number];

export const sorts = ["oldest", "newest", "busiest", "most lines", "name"] as const;
export type Sort = (typeof sorts)[number];

/** In what order the monitor lists the scopes, so that those that matter are among the listed. */
export const orders: Readonly<Record<Sort, MonitorOrder>> = {
  oldest: "oldest",
  newest: "newest",
  busiest: "lines",
  "most lines": "lines",
  name: "oldest",
};

const historyLength = 120;

/** What is typed in at the moment. */
export type Prompt =
  | { readonly kind: "filter"; text: string }
  | { readonly kind: "level"; readonly targets: readonly string[]; index: number };

/** What is looked at, and how; nothing of the terminal. */
export class View {
  snapshot: MonitorSnapshot | undefined;
  measure: Measure = { byScope: new Map(), total: undefined };
  readonly liveHistory: number[] = [];
  readonly rateHistory: number[] = [];
  tab: Tab = "scopes";
  sort: Sort = "oldest";
  filter = "";
  prompt: Prompt | undefined;
  help = false;
  paused = false;
  /** What came of the last command. */
  message = "";
  /** What is wrong with the process or the way to it; shown instead of the message. */
  trouble = "";
  /** The first row that is shown. */
  top = 0;
  #rates = new Rates();
  #selected = 0;
  /** What was selected, so that it stays selected when rows come and go. */
  #key: string | undefined;

  /** What to ask the monitor for. */
  get query(): { readonly order: MonitorOrder; readonly filter: string; readonly limit: number } {
    return { order: orders[this.sort], filter: this.tab === "scopes" ? this.filter : "", limit: 500 };
  }

  take(snapshot: MonitorSnapshot): void {
    this.snapshot = snapshot;
    this.measure = this.#rates.take(snapshot);
    push(this.liveHistory, snapshot.live);
    if (this.measure.total !== undefined) push(this.rateHistory, this.measure.total);
    this.#follow();
  }

  /** The rows of the tab, in order. */
  get rows(): readonly (ScopeRow | MonitoredTransport | MonitoredForgotten)[] {
    if (this.tab === "scopes") return this.scopeRows;
    return this.tab === "transports" ? this.transportRows : this.forgottenRows;
  }

  get scopeRows(): readonly ScopeRow[] {
    const rows = (this.snapshot?.scopes ?? []).map((scope) => ({
      ...scope,
      rate: this.measure.byScope.get(scope.id),
    }));
    return sortRows(rows, this.sort);
  }

  get transportRows(): readonly MonitoredTransport[] {
    return this.#matching(this.snapshot?.transports ?? [], ({ destination }) => destination);
  }

  get forgottenRows(): readonly MonitoredForgotten[] {
    return this.#matching(this.snapshot?.forgotten ?? [], ({ name, origin }) => `${name} ${origin ?? ""}`);
  }

  get selected(): number {
    return this.#selected;
  }

  /** The id of the scope that is selected, and its name. */
  get selectedScope(): ScopeRow | undefined {
    return this.tab === "scopes" ? this.scopeRows[this.#selected] : undefined;
  }

  /** Selects the row `by` further down, as far as there are rows. */
  move(by: number): void {
    const { rows } = this;
    this.#selected = Math.max(0, Math.min(rows.length - 1, this.#selected + by));
    this.#key = keyOf(rows[this.#selected]);
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.#reset();
  }

  sortNext(by: number): void {
    const next = (sorts.indexOf(this.sort) + by + sorts.length) % sorts.length;
    this.sort = sorts[next] as Sort;
    this.#reset();
  }

  setFilter(filter: string): void {
    this.filter = filter;
    this.#reset();
  }

  #reset(): void {
    this.#selected = 0;
    this.#key = undefined;
    this.top = 0;
  }

  /** Whoever is first in the list stays first; whoever was chosen stays chosen. */
  #follow(): void {
    const { rows } = this;
    const index = this.#key === undefined ? -1 : rows.findIndex((row) => keyOf(row) === this.#key);
    if (index >= 0) this.#selected = index;
    else {
      this.#selected = Math.max(0, Math.min(rows.length - 1, this.#selected));
      if (this.#key !== undefined) this.#key = keyOf(rows[this.#selected]);
    }
  }

  #matching<Row>(rows: readonly Row[], textOf: (row: Row) => string): readonly Row[] {
    const wanted = this.filter.toLowerCase();
    return wanted === "" ? rows : rows.filter((row) => String(textOf(row)).toLowerCase().includes(wanted));
  }
}

/** Sorts what the monitor cannot: it only counts. */
export function sortRows(rows: ScopeRow[], sort: Sort): ScopeRow[] {
  if (sort === "busiest") rows.sort((a, b) => (b.rate ?? 0) - (a.rate ?? 0) || b.lines - a.lines);
  if (sort === "name") rows.sort((a, b) => String(a.id).localeCompare(String(b.id), "en", { numeric: true }));
  return rows;
}

function push(history: number[], value: number): void {
  history.push(value);
  if (history.length > historyLength) history.shift();
}

function keyOf(row: ScopeRow | MonitoredTransport | MonitoredForgotten | undefined): string | undefined {
  if (row === undefined) return undefined;
  if ("age" in row) return row.id;
  return "destination" in row ? row.destination : `${row.name} ${row.origin ?? ""}`;
}
