import type { MonitoredForgotten, MonitoredTransport } from "scopelog/node";
import { codes, paint } from "../../format/color.ts";
import { columns as cells } from "../chart/cells.ts";
import { roleCodes } from "../chart/role-codes.ts";
import { niceTop } from "../chart/scale.ts";
import { most } from "../chart/series.ts";
import { integer } from "../number-text.ts";
import { cut, padded, safe, width } from "./columns.ts";
import { linesLine, type Piece, programLine, scopesLine } from "./header.ts";
import { helpLines } from "./help.ts";
import { type Cell, type Column, TableLayout } from "./table.ts";
import { type ScopeRow, transportColumns, usedForgottenColumns, usedScopeColumns } from "./tables.ts";
import { type Tab, tabs, type View } from "./view.ts";

/** What there is to draw on. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
  readonly unicode: boolean;
}

const inverse = "7";
const strong = "1";
const leastRows = 6;
const sparklineRows = 18;
const levelKeys = "t race  d ebug  i nfo  w arn  e rror  f atal  o ff   u: take back   Esc: cancel";
const shortLevelKeys = "t d i w e f o   u: take back   Esc";
const keys = "↑↓ select   l level   / filter   o order   Tab next   s sweep   ? help   q quit";

/** The screen as lines, `screen.rows` of them, none wider than the screen. Scrolls the view so that what is selected is seen. */
export function drawFrame(view: View, screen: Screen): string[] {
  const frame = frameOf(view, screen);
  return screen.unicode ? frame : frame.map((line) => line.replaceAll("…", "~"));
}

function frameOf(view: View, screen: Screen): string[] {
  const draw = new Draw(screen);
  const { snapshot } = view;
  const { columns, rows } = screen;
  if (rows < leastRows) {
    const text = view.trouble || `${snapshot?.live ?? 0} scopes live; the window is too small`;
    return lines([cut(text, columns)], rows);
  }
  const foot = [draw.foot(view), draw.keys(view)];
  if (snapshot === undefined) return [...lines([draw.line([{ text: "scopelog top" }])], rows - foot.length), ...foot];
  const head = [
    draw.line(programLine(snapshot)),
    draw.line(scopesLine(snapshot)),
    draw.line(linesLine(snapshot, view.measure.total)),
    ...(rows >= sparklineRows ? [draw.history(view), ""] : []),
    draw.tabs(view),
  ];
  const room = rows - head.length - foot.length;
  const body = view.help ? helpLines.map((text) => cut(text, columns)) : draw.table(view, room);
  return [...head, ...lines(body, room), ...foot];
}

function lines(some: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => some[index] ?? "");
}

class Draw {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  line(pieces: readonly Piece[]): string {
    let left = this.#screen.columns;
    let line = "";
    for (const { text, color } of pieces) {
      if (left <= 0) break;
      const shown = cut(text, left);
      left -= width(shown);
      line += this.#paint(color, shown);
    }
    return line;
  }

  history({ liveHistory, rateHistory }: View): string {
    // The names and the ends of the scales beside them.
    const room = Math.min(60, Math.floor((this.#screen.columns - 42) / 2));
    if (room < 8) return "";
    const live = this.#sparkline(liveHistory, room);
    const rate = this.#sparkline(rateHistory, room);
    return this.line([
      { text: "live   ", color: codes.dim },
      { text: live.line, color: roleCodes.accent },
      { text: `${live.scale.padEnd(11)}  lines/s `, color: codes.dim },
      { text: rate.line, color: roleCodes.accent },
      { text: rate.scale, color: codes.dim },
    ]);
  }

  /** The last `room` of the values, and what a full column stands for. */
  #sparkline(history: readonly number[], room: number): { readonly line: string; readonly scale: string } {
    const shown = history.slice(-room);
    const top = niceTop(most(shown));
    const [line = ""] = cells(shown, top, 1, this.#screen.unicode);
    return { line: line.padEnd(room), scale: ` of ${integer(top)}` };
  }

  tabs(view: View): string {
    const { snapshot } = view;
    const counts: Readonly<Record<Tab, number>> = {
      scopes: snapshot?.live ?? 0,
      transports: snapshot?.stats.transports ?? 0,
      forgotten: snapshot?.stats.collected ?? 0,
    };
    const pieces: Piece[] = [];
    for (const [index, tab] of tabs.entries()) {
      const chosen = tab === view.tab;
      const name = `${index + 1} ${tab} ${integer(counts[tab])}`;
      // Without colours the brackets tell which.
      pieces.push({ text: chosen ? `[${name}]` : ` ${name} `, color: chosen ? strong : codes.dim }, { text: " " });
    }
    if (view.tab === "scopes") pieces.push({ text: ` ${view.sort} first`.replace("name first", "by name") });
    if (view.filter !== "") {
      const found = view.tab === "scopes" ? (snapshot?.matching ?? 0) : view.rows.length;
      pieces.push({ text: `  /${safe(view.filter)} (${integer(found)})`, color: codes.warn });
    }
    if (view.paused) pieces.push({ text: "  paused", color: codes.warn });
    return this.line(pieces);
  }

  table(view: View, room: number): string[] {
    const { rows } = view;
    if (rows.length === 0) return ["", cut(emptyText(view), this.#screen.columns)];
    const visible = Math.max(1, room - 1);
    if (view.selected < view.top) view.top = view.selected;
    if (view.selected >= view.top + visible) view.top = view.selected - visible + 1;
    view.top = Math.max(0, Math.min(view.top, rows.length - visible));
    const to = view.top + visible;
    const now = view.snapshot?.time ?? 0;
    if (view.tab === "scopes") {
      const shown = view.scopeRows.slice(view.top, to);
      return this.#rows(usedScopeColumns(shown), shown as readonly ScopeRow[], view);
    }
    if (view.tab === "transports") {
      return this.#rows(transportColumns, view.transportRows.slice(view.top, to) as MonitoredTransport[], view);
    }
    return this.#rows(
      usedForgottenColumns(view.forgottenRows, now),
      view.forgottenRows.slice(view.top, to) as MonitoredForgotten[],
      view,
    );
  }

  #rows<Row>(columns: readonly Column<Row>[], shown: readonly Row[], view: View): string[] {
    const mark = 2;
    const room = Math.max(1, this.#screen.columns - mark);
    const layout = new TableLayout(columns, shown, room);
    const heading = this.#paint(codes.dim, cut(`  ${layout.heading}`, this.#screen.columns));
    return [
      heading,
      ...shown.map((row, index) => {
        const selected = view.top + index === view.selected;
        const cells = layout.row(row);
        if (!selected) return `  ${this.#cells(cells)}`;
        // A sign as well: without colours the selected row must be known too.
        const text = `> ${cells.map((cell) => cell.text).join("  ")}`;
        return this.#paint(inverse, padded(text, this.#screen.columns));
      }),
    ];
  }

  #cells(cells: readonly Cell[]): string {
    return cells.map(({ text, color }) => this.#paint(color, text)).join("  ");
  }

  /** What is typed in, what is wrong, or what came of the last command. */
  foot(view: View): string {
    const { prompt } = view;
    if (view.trouble !== "") return this.line([{ text: view.trouble, color: codes.error }]);
    if (prompt?.kind === "filter") return this.line([{ text: `/${safe(prompt.text)}_` }]);
    if (prompt?.kind === "level") {
      const target = safe(prompt.targets[prompt.index]);
      const next =
        prompt.targets.length > 1 ? `  (Tab: ${safe(prompt.targets[(prompt.index + 1) % prompt.targets.length])})` : "";
      return this.line([{ text: "level of " }, { text: target, color: strong }, { text: next, color: codes.dim }]);
    }
    if (view.message !== "") return this.line([{ text: view.message }]);
    const hidden = view.tab === "scopes" ? (view.snapshot?.matching ?? 0) - view.rows.length : 0;
    return hidden > 0
      ? this.line([{ text: `and ${integer(hidden)} more scopes that are not listed; / finds them`, color: codes.dim }])
      : "";
  }

  keys(view: View): string {
    const { unicode, columns } = this.#screen;
    const shown =
      view.prompt?.kind === "level"
        ? columns < levelKeys.length
          ? shortLevelKeys
          : levelKeys
        : view.prompt?.kind === "filter"
          ? "Enter keeps the filter   Esc takes it away"
          : unicode
            ? keys
            : keys.replace("↑↓", "j/k");
    return this.line([{ text: shown, color: codes.dim }]);
  }

  #paint(color: string | undefined, text: string): string {
    return this.#screen.color && color !== undefined && text !== "" ? paint(color, text) : text;
  }
}

function emptyText({ tab, filter, snapshot }: View): string {
  if (filter !== "") return `  nothing matches /${safe(filter)}`;
  if (tab === "scopes") return "  no scope is live";
  if (tab === "transports") return "  no socket or file is shared by handlers now";
  const collected = snapshot?.stats.collected ?? 0;
  return collected === 0
    ? "  no scope was forgotten"
    : `  ${integer(collected)} forgotten before the monitor was opened, or not reported`;
}
