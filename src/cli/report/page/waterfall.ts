import { counted, integer } from "../../number-text.ts";
import { drawAxis, drawGrid, drawScope, type Window } from "./bars.ts";
import { durationOf, idOf, isA, isEnded, isError, type Report, stateOf } from "./data.ts";
import { byId, type Canvas, type El, type Ev, el, onFrame, penOf, watchSize } from "./dom.ts";
import { flags } from "./format.ts";
import { duration } from "./text.ts";
import type { Rows } from "./tree.ts";

const rowHeight = 26;
// What is inside of more scopes than that is not put further to the right.
const maxIndent = 12;

const signs = { ok: "✓", error: "✕", unknown: "–", open: "…", forgotten: "!", logger: "·" } as const;
export const stateWords = {
  ok: "ok",
  error: "failed",
  unknown: "ended, outcome not told",
  open: "no end in the log",
  forgotten: "forgotten: collected, not disposed",
  logger: "lines outside of scopes",
} as const;

export interface WaterfallEvents {
  /** A scope was chosen, with the mouse or the keyboard. */
  onOpen(scope: number): void;
  onToggle(scope: number, rows: "one" | "all"): void;
  /** The window is to be moved or made wider or narrower. */
  onWindow(change: "in" | "out" | "left" | "right" | "all", at?: number): void;
}

/** The size of what shows the rows, the width of the drawing of their bars, and the size of the axis. */
interface Places {
  readonly width: number;
  readonly height: number;
  readonly bars: number;
  readonly axis: { readonly width: number; readonly height: number };
}

/** The rows of scopes, of which only those in sight are in the document. */
export class Waterfall {
  readonly #report: Report;
  readonly #events: WaterfallEvents;
  readonly #grid = byId("grid");
  readonly #scroller = byId("scroller");
  readonly #space = byId("space");
  readonly #view = byId("view");
  readonly #layer = byId("layer");
  readonly #bars = byId<Canvas>("bars");
  readonly #axis = byId<Canvas>("axis");
  readonly #pool: El[] = [];
  readonly #paintLater = onFrame(() => this.paint());
  /** Where all is, in CSS pixels; undefined when that has to be looked up again. */
  #places: Places | undefined;
  #rows: Rows = { scopes: new Uint32Array(0), depths: new Uint8Array(0) };
  #marks: Uint8Array = new Uint8Array(0);
  #closed: ReadonlySet<number> = new Set();
  #nested = true;
  #axisKind: Window | "fit" | "own" = "fit";
  #window: Window = { from: 0, to: 1 };
  /** The row that the keyboard is at. */
  #at = -1;
  #opened = -1;

  constructor(report: Report, events: WaterfallEvents) {
    this.#report = report;
    this.#events = events;
    this.#scroller.addEventListener("scroll", this.#paintLater, { passive: true });
    this.#layer.addEventListener("click", (event) => this.#clicked(event));
    this.#grid.addEventListener("keydown", (event) => this.#pressed(event));
    this.#grid.addEventListener("focus", () => {
      if (this.#at < 0 && this.#rows.scopes.length > 0) this.#move(this.#first);
    });
    this.#scroller.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { left, width } = this.#bars.getBoundingClientRect();
        const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
        this.#events.onWindow(event.deltaY < 0 ? "in" : "out", share);
      },
      { passive: false },
    );
    watchSize(this.#scroller, (width, height) => {
      if (this.#places?.width === Math.round(width) && this.#places.height === Math.round(height)) return;
      this.#places = undefined;
      this.#paintLater();
    });
  }

  show(rows: Rows, marks: Uint8Array, closed: ReadonlySet<number>, nested: boolean): void {
    const before = this.#at >= 0 ? this.#rows.scopes[this.#at] : undefined;
    this.#rows = rows;
    this.#marks = marks;
    this.#closed = closed;
    this.#nested = nested;
    this.#at = before === undefined ? -1 : rows.scopes.indexOf(before);
    this.#grid.setAttribute("aria-rowcount", String(rows.scopes.length + 1));
    this.#space.style.setProperty("height", `${rows.scopes.length * rowHeight}px`);
    byId("nothing").hidden = rows.scopes.length > 0;
    this.#paintLater();
  }

  /** The time that is shown now. */
  get window(): Window {
    return this.#window;
  }

  /** What time to show: this, or that of the rows in sight, or each row's own from its start on. */
  setAxis(axis: Window | "fit" | "own"): void {
    this.#axisKind = axis;
    this.#paintLater();
  }

  /** Marks the scope whose lines are shown, and brings it into sight. Returns false if it is not among the rows. */
  open(scope: number): boolean {
    this.#opened = scope;
    const at = this.#rows.scopes.indexOf(scope);
    if (at >= 0) this.#move(at);
    else this.#paintLater();
    return at >= 0;
  }

  focus(): void {
    this.#grid.focus({ preventScroll: true });
  }

  paint(): void {
    const { scopes } = this.#rows;
    // All is measured before anything is changed: each measure of what has changed is a layout of the page.
    const top = this.#scroller.scrollTop;
    const { height, bars, axis } = (this.#places ??= this.#layOut());
    const first = Math.max(0, Math.floor(top / rowHeight));
    const last = Math.min(scopes.length, Math.ceil((top + height) / rowHeight));
    while (this.#pool.length < last - first) this.#pool.push(makeRow());
    for (let at = first; at < last; at++) this.#fill(this.#pool[at - first] as El, at, at * rowHeight - top);
    const seen = this.#pool.slice(0, last - first);
    if (seen.length !== this.#shown || seen.some((row) => !row.isConnected)) {
      this.#layer.replaceChildren(...seen);
      this.#shown = seen.length;
    }
    if (this.#at >= first && this.#at < last) this.#grid.setAttribute("aria-activedescendant", `row${this.#at}`);
    else this.#grid.removeAttribute("aria-activedescendant");
    const own = this.#axisKind === "own";
    this.#window =
      typeof this.#axisKind === "object" ? this.#axisKind : windowOf(this.#report, scopes.subarray(first, last), own);
    const pen = penOf(this.#bars, bars, height);
    if (pen !== undefined) {
      drawGrid(pen, this.#window, bars, Math.min(height, scopes.length * rowHeight - top));
      for (let at = first; at < last; at++) {
        const scope = scopes[at] as number;
        pen.globalAlpha = 1;
        const place = { width: bars, y: at * rowHeight - top, height: rowHeight };
        const { from, to } = this.#window;
        const shift = own ? (this.#report.start[scope] as number) : 0;
        drawScope(pen, this.#report, scope, { from: from + shift, to: to + shift }, place);
      }
    }
    const axisPen = penOf(this.#axis, axis.width, axis.height);
    if (axisPen !== undefined) drawAxis(axisPen, this.#window, axis.width, axis.height);
  }

  #shown = 0;

  /** Puts the drawing of the bars exactly below that of the axis, whatever a scroll bar takes. */
  #layOut(): Places {
    const { clientWidth, clientHeight } = this.#scroller;
    const grid = this.#grid;
    grid.style.setProperty("--bar-width", `${grid.clientWidth - clientWidth}px`);
    const axis = this.#axis.getBoundingClientRect();
    const left = axis.left - grid.getBoundingClientRect().left;
    grid.style.setProperty("--bars-left", `${left}px`);
    this.#view.style.setProperty("height", `${clientHeight}px`);
    return {
      width: clientWidth,
      height: clientHeight,
      bars: clientWidth - left,
      axis: { width: axis.width, height: axis.height },
    };
  }

  get #first(): number {
    return Math.min(this.#rows.scopes.length - 1, Math.ceil(this.#scroller.scrollTop / rowHeight));
  }

  #fill(row: El, at: number, y: number): void {
    const report = this.#report;
    const scope = this.#rows.scopes[at] as number;
    const depth = this.#rows.depths[at] as number;
    const folded = this.#closed.has(scope);
    const has = (report.innerAt[scope + 1] as number) > (report.innerAt[scope] as number);
    // Of what is inside, only what is wanted is among the rows.
    const open = this.#nested && has && !folded && (this.#rows.depths[at + 1] ?? 0) > depth;
    const inner = this.#nested && ((has && folded) || open);
    const state = stateOf(report, scope);
    row.style.setProperty("transform", `translateY(${y}px)`);
    const key = `${at} ${scope} ${depth} ${inner} ${open} ${this.#at === at} ${this.#opened === scope} ${this.#marks[scope]}`;
    if (row.dataset["key"] === key) return;
    row.dataset["key"] = key;
    row.dataset["at"] = String(at);
    row.setAttribute("id", `row${at}`);
    row.setAttribute("aria-rowindex", String(at + 2));
    row.setAttribute("aria-level", String(depth + 1));
    row.setAttribute("aria-selected", String(this.#opened === scope));
    if (inner) row.setAttribute("aria-expanded", String(open));
    else row.removeAttribute("aria-expanded");
    row.className = `row is-${state}${this.#at === at ? " current" : ""}${this.#marks[scope] === 1 ? "" : " around"}`;
    const [name, time, lines, more] = row.querySelectorAll("[role=gridcell]") as unknown as [El, El, El, El];
    const id = idOf(report, scope);
    name.style.setProperty("--depth", String(Math.min(depth, maxIndent)));
    const [twist, sign, text] = name.querySelectorAll("span") as unknown as [El, El, El];
    twist.textContent = inner ? (open ? "▾" : "▸") : "";
    sign.textContent = signs[state];
    text.textContent = id;
    name.setAttribute("title", id);
    time.textContent =
      state === "logger" ? "" : `${isEnded(report, scope) ? "" : "≥ "}${duration(durationOf(report, scope))}`;
    lines.textContent = integer(report.lines[scope] as number);
    (more.querySelector("span") as El).textContent = this.#words(scope);
  }

  /** What the bar shows, in words. */
  #words(scope: number): string {
    const report = this.#report;
    const errors = report.errors[scope] as number;
    const words = [stateWords[stateOf(report, scope)], `from +${duration(report.start[scope] as number)}`];
    if (isError(report, scope) && errors > 0) words.push(counted(errors, "error"));
    if (isA(report, scope, flags.late)) words.push("late lines");
    const origin = report.head.origins[report.origin[scope] as number];
    if (origin !== undefined) words.push(`opened at ${origin}`);
    return words.join(", ");
  }

  #clicked(event: Ev): void {
    const at = Number(event.target?.closest(".row")?.dataset["at"] ?? Number.NaN);
    const scope = this.#rows.scopes[at];
    if (scope === undefined) return;
    if (event.target?.classList.contains("twist") === true && event.target.textContent !== "") {
      this.#at = at;
      this.#events.onToggle(scope, event.altKey ? "all" : "one");
      return;
    }
    this.#move(at);
    this.#events.onOpen(scope);
  }

  #pressed(event: Ev): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const scope = this.#rows.scopes[this.#at];
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / rowHeight) - 1);
    const last = this.#rows.scopes.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#at + 1,
      ArrowUp: this.#at - 1,
      PageDown: this.#at + page,
      PageUp: this.#at - page,
      Home: 0,
      End: last,
    };
    const move = moves[event.key];
    if (move !== undefined && last >= 0) this.#move(Math.min(last, Math.max(0, move)));
    else if ((event.key === "Enter" || event.key === " ") && scope !== undefined) this.#events.onOpen(scope);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") this.#sideways(event, scope);
    else if (event.key === "+" || event.key === "=") this.#events.onWindow("in");
    else if (event.key === "-") this.#events.onWindow("out");
    else if (event.key === "0") this.#events.onWindow("all");
    else return;
    event.preventDefault();
  }

  #sideways({ key, shiftKey }: Ev, scope: number | undefined): void {
    if (shiftKey) this.#events.onWindow(key === "ArrowRight" ? "right" : "left");
    if (shiftKey || scope === undefined || !this.#nested) return;
    const { innerAt, parent } = this.#report;
    const inner = (innerAt[scope + 1] as number) > (innerAt[scope] as number);
    const closed = this.#closed.has(scope);
    if (key === "ArrowRight") {
      if (inner && closed) this.#events.onToggle(scope, "one");
      else if (inner && this.#rows.depths[this.#at + 1] === (this.#rows.depths[this.#at] as number) + 1) {
        this.#move(this.#at + 1);
      }
    } else if (inner && !closed) this.#events.onToggle(scope, "one");
    else {
      const around = this.#rows.scopes.indexOf(parent[scope] as number);
      if (around >= 0) this.#move(around);
    }
  }

  /** Puts the keyboard at a row, and the row into sight. */
  #move(at: number): void {
    this.#at = at;
    const top = at * rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (top + rowHeight > scrollTop + clientHeight) this.#scroller.scrollTop = top + rowHeight - clientHeight;
    this.#paintLater();
  }
}

/**
 * The time of some rows. A few may go on for much longer than the others: they run out of the picture, or those would
 * be seen no more.
 */
function windowOf(report: Report, scopes: Uint32Array, own: boolean): Window {
  const starts: number[] = [];
  const ends: number[] = [];
  for (const scope of scopes) {
    if (isA(report, scope, flags.logger)) continue;
    const start = report.start[scope] as number;
    starts.push(own ? 0 : start);
    ends.push((report.until[scope] as number) - (own ? start : 0));
  }
  if (starts.length === 0) return { from: 0, to: report.head.span || 1 };
  ends.sort((a, b) => a - b);
  const from = Math.min(...starts);
  const most = ends[ends.length - 1] as number;
  const usual = own ? most : (ends[Math.floor((ends.length - 1) * 0.9)] as number);
  const long = Math.max(usual, ...starts) - from || 1;
  return { from, to: from + Math.min(long * 1.05, Math.max(most - from, long)) };
}

function makeRow(): El {
  const cell = (name: string, ...children: El[]) => el("div", { role: "gridcell", class: name }, ...children);
  const hidden = (name: string) => el("span", { class: name, "aria-hidden": "true" });
  return el(
    "div",
    { role: "row", class: "row" },
    cell("c-name", hidden("twist"), hidden("sign"), el("span", { class: "id" })),
    cell("c-number"),
    cell("c-number c-lines"),
    cell("c-bar", el("span", { class: "unseen" })),
  );
}
