import { seriesOf } from "../../chart/series.ts";
import { Chart } from "./chart.ts";
import { Controls, rangeText } from "./controls.ts";
import { durationOf, idOf, type Report, readReport } from "./data.ts";
import { Details } from "./details.ts";
import { browser, byId } from "./dom.ts";
import { ScopeFilter } from "./filter.ts";
import { showOverview } from "./overview.ts";
import { errorCounts, liveSeries } from "./series.ts";
import { Tables } from "./tables.ts";
import { readTexts, type Texts } from "./texts.ts";
import { watchTheme } from "./theme.ts";
import { rowsOf } from "./tree.ts";
import { Waterfall } from "./waterfall.ts";

type Range = readonly [from: number, to: number];

/** The page: holds what is chosen, and has the parts show it. */
class App {
  readonly #report: Report;
  readonly #filter: ScopeFilter;
  readonly #controls: Controls;
  readonly #charts: Chart[];
  readonly #waterfall: Waterfall;
  readonly #details: Details;
  readonly #tables: Tables;
  readonly #closed = new Set<number>();
  #marks: Uint8Array = new Uint8Array(0);
  #origin = -1;
  #range: Range | undefined;
  /** Whether the lines are still to come. */
  #reading = true;

  constructor(report: Report) {
    this.#report = report;
    this.#filter = new ScopeFilter(report);
    showOverview(report);
    this.#controls = new Controls(report.names, () => this.#update());
    this.#charts = this.#makeCharts();
    this.#waterfall = new Waterfall(report, {
      onOpen: (scope) => this.#open(scope),
      onToggle: (scope, rows) => this.#toggle(scope, rows === "all"),
      onWindow: (change, at) => this.#zoom(change, at),
    });
    this.#details = new Details(report, {
      onOpen: (scope) => this.#reveal(scope),
      onZoom: (scope) => this.#zoomTo(scope),
      onClose: () => this.#close(),
    });
    this.#details.clear();
    this.#tables = new Tables(report, {
      onOpen: (scope) => this.#reveal(scope),
      onForgotten: (name, origin) => this.#showForgotten(name, origin),
    });
    for (const change of ["in", "out", "all"] as const) {
      byId(`zoom-${change}`).addEventListener("click", () => this.#zoom(change));
    }
    byId("reset").addEventListener("click", () => {
      this.#controls.reset();
      this.#origin = -1;
      this.#range = undefined;
      this.#update();
    });
    byId("fold").addEventListener("click", () => this.#foldAll());
    browser.document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target?.closest("input, select, textarea") != null) return;
      event.preventDefault();
      byId("search").focus();
    });
    this.#update();
    watchTheme(() => this.#paint());
  }

  /** Has the lines from now on, or knows that they cannot be read: then only ids are searched. */
  take(texts: Texts | "failed"): void {
    this.#reading = false;
    this.#details.take(texts);
    if (texts !== "failed") this.#filter.take(texts);
    if (this.#controls.wanted.text.trim() !== "") this.#update();
  }

  get #span(): number {
    return this.#report.head.span || 1;
  }

  #makeCharts(): Chart[] {
    const report = this.#report;
    const { gauges, start } = report.head;
    const common = { span: this.#span, start, onRange: (range: Range | undefined) => this.#setRange(range) };
    const errors = (parts: number) => errorCounts(report, parts);
    const charts = [new Chart("live", liveSeries(report), { ...common, what: "live scopes", errors })];
    const gauge = gauges.find(({ name }) => name === "sockets") ?? gauges[0];
    if (gauge !== undefined) {
      byId("sockets-title").textContent = gauge.name === "sockets" ? "Open sockets" : "Open transports";
      charts.push(new Chart("sockets", seriesOf(gauge.points), { ...common, what: gauge.name }));
    }
    return charts;
  }

  /** Looks again for what is wanted, and shows it. */
  #update(): void {
    const report = this.#report;
    const { order: _order, axis, ...form } = this.#controls.wanted;
    if (this.#reading && form.text.trim() !== "") {
      this.#controls.sayReading();
      return;
    }
    const [from, to] = this.#range ?? [0, this.#span];
    const ranged = this.#range !== undefined;
    const { marks, count } = this.#filter.matches({
      ...form,
      origin: this.#origin,
      from: ranged ? from : Number.NEGATIVE_INFINITY,
      to: ranged ? to : Number.POSITIVE_INFINITY,
    });
    this.#marks = marks;
    const all = count === report.count;
    this.#controls.say(count, report.count);
    this.#chips();
    this.#waterfall.setAxis(axis === "own" || (axis === "fit" && !ranged) ? axis : { from, to });
    this.#showRows();
    for (const chart of this.#charts) chart.range = this.#range;
    // A choice of time is shown by the frame in the drawing.
    this.#charts[0]?.show(all || (ranged && this.#asksNothing()) ? undefined : liveSeries(report, marks));
    this.#charts[1]?.show(undefined);
    this.#tables.show(marks);
  }

  #asksNothing(): boolean {
    const { text, name, level, state, longer, errors, forgotten } = this.#controls.wanted;
    return text.trim() === "" && name < 0 && level === 0 && state === "" && longer === 0 && !errors && !forgotten;
  }

  #showRows(): void {
    const { order } = this.#controls.wanted;
    const rows = rowsOf(this.#report, this.#marks, order, this.#closed);
    this.#waterfall.show(rows, this.#marks, this.#closed, order === "start");
    byId("fold").hidden = order !== "start" || this.#report.inner.length === 0;
    byId("fold").textContent = this.#closed.size > 0 ? "Unfold all" : "Fold all";
  }

  #chips(): void {
    const chips: { text: string; onClear: () => void }[] = [];
    if (this.#range !== undefined) {
      chips.push({ text: rangeText(...this.#range), onClear: () => this.#setRange(undefined) });
    }
    const origin = this.#report.head.origins[this.#origin];
    if (origin !== undefined) {
      const onClear = () => {
        this.#origin = -1;
        this.#update();
      };
      chips.push({ text: `opened at ${origin}`, onClear });
    }
    this.#controls.chips(chips);
  }

  #setRange(range: Range | undefined): void {
    this.#range = range;
    this.#update();
  }

  #zoom(change: "in" | "out" | "left" | "right" | "all", at = 0.5): void {
    const span = this.#span;
    const { from, to } = this.#controls.wanted.axis === "own" ? { from: 0, to: span } : this.#waterfall.window;
    const long = to - from;
    const factor = change === "in" ? 0.5 : change === "out" ? 2 : 1;
    const shift = change === "left" ? -long / 4 : change === "right" ? long / 4 : (long - long * factor) * at;
    const wanted = Math.max(Math.min(long * factor, span), 0.01);
    const begin = Math.min(Math.max(0, from + shift), span - wanted);
    this.#setRange(change === "all" || (begin <= 0 && wanted >= span) ? undefined : [begin, begin + wanted]);
  }

  #zoomTo(scope: number): void {
    const start = this.#report.start[scope] as number;
    const long = Math.max(durationOf(this.#report, scope), this.#span / 1e6, 0.01);
    this.#setRange([Math.max(0, start - long / 10), Math.min(this.#span, start + long * 1.1)]);
    this.#waterfall.open(scope);
  }

  #toggle(scope: number, all: boolean): void {
    const close = !this.#closed.has(scope);
    const { innerAt, inner } = this.#report;
    const open = [scope];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (close) this.#closed.add(one);
      else this.#closed.delete(one);
      if (all)
        for (let at = innerAt[one] as number; at < (innerAt[one + 1] as number); at++) open.push(inner[at] as number);
    }
    this.#showRows();
  }

  #foldAll(): void {
    const { innerAt, count } = this.#report;
    if (this.#closed.size > 0) this.#closed.clear();
    else
      for (let scope = 0; scope < count; scope++)
        if ((innerAt[scope + 1] as number) > (innerAt[scope] as number)) this.#closed.add(scope);
    this.#showRows();
  }

  #open(scope: number): void {
    this.#details.show(scope, this.#controls.wanted.text);
    this.#waterfall.open(scope);
    byId("said").textContent = `Lines of ${idOf(this.#report, scope)} are shown beside.`;
  }

  /** Shows a scope that may not be among the rows: then nothing else is asked for any more. */
  #reveal(scope: number): void {
    const { parent } = this.#report;
    for (let one = parent[scope] as number; one >= 0; one = parent[one] as number) this.#closed.delete(one);
    if (this.#marks[scope] === 1) this.#showRows();
    else {
      this.#controls.reset();
      this.#origin = -1;
      this.#range = undefined;
      this.#update();
    }
    this.#open(scope);
    byId("waterfall").scrollIntoView({ block: "nearest" });
    this.#details.focus();
  }

  #close(): void {
    this.#details.clear();
    this.#waterfall.open(-1);
    this.#waterfall.focus();
  }

  #showForgotten(name: string, origin: number): void {
    this.#range = undefined;
    this.#origin = origin;
    this.#controls.onlyForgotten(this.#report.names.findIndex((one) => one.name === name));
    this.#update();
    byId("waterfall").scrollIntoView({ block: "start" });
    this.#waterfall.focus();
  }

  #paint(): void {
    for (const chart of this.#charts) chart.paint();
    this.#waterfall.paint();
  }
}

/** The text of an element that holds data, which the page then need not keep. */
function taken(id: string): string {
  const element = byId(id);
  const text = element.textContent ?? "";
  element.textContent = "";
  return text;
}

/** Resolves when the page is drawn, and there in whole: the lines come last in it. */
async function drawn(): Promise<void> {
  const { document } = browser;
  const frame = () => new Promise<void>((resolve) => browser.requestAnimationFrame(resolve));
  await frame();
  await frame();
  // Safari has no such call.
  const { requestIdleCallback: whenIdle = (work: () => void) => setTimeout(work, 50) } = browser;
  await new Promise<void>((resolve) => whenIdle(resolve, { timeout: 300 }));
  if (document.readyState !== "loading") return;
  await new Promise<void>((resolve) => document.addEventListener("DOMContentLoaded", () => resolve()));
}

function say(text: string, error: unknown): void {
  byId("loading").hidden = false;
  byId("loading").textContent = `${text} ${error instanceof Error ? error.message : String(error)}`;
}

async function start(): Promise<void> {
  const { documentElement } = browser.document;
  const report = await readReport(taken("scopes"));
  byId("loading").hidden = true;
  byId("report").hidden = false;
  const app = new App(report);
  documentElement.setAttribute("data-ready", "scopes");
  await drawn();
  try {
    app.take(await readTexts(taken("texts"), report));
  } catch (error) {
    say("The lines of this report cannot be shown.", error);
    app.take("failed");
  }
  documentElement.setAttribute("data-ready", "all");
}

start().catch((error: unknown) => say("This report cannot be shown.", error));
