import { progress } from "../../chart/cells.ts";
import { integer } from "../../number-text.ts";
import type { Sample } from "../measure/sample.ts";
import type { Style } from "./style.ts";

const columns = [
  { title: "act", width: 14 },
  { title: "connections", width: 11 },
  { title: "loggers", width: 7 },
  { title: "sockets", width: 7 },
  { title: "heap MB", width: 7 },
  { title: "logged", width: 9 },
  { title: "received", width: 9 },
] as const;

/** On an output that cannot be written over: a line so often. */
const plainEveryMs = 2_000;

const barWidth = 40;

/** The row of an act, and how far it is. */
export interface Row {
  readonly number: number;
  readonly title: string;
  readonly planned: number;
  readonly sample: Sample;
}

/**
 * The table that shows how the acts get on: written over in place on a terminal, and a line now and then elsewhere.
 */
export class LiveTable {
  readonly #out: NodeJS.WritableStream;
  readonly #style: Style;
  readonly #clock: () => number;
  readonly #rows = new Map<number, Row>();
  #drawn = 0;
  #headed = false;
  #plainAt: number;

  constructor(out: NodeJS.WritableStream, style: Style, clock: () => number = Date.now) {
    this.#out = out;
    this.#style = style;
    this.#clock = clock;
    this.#plainAt = clock();
  }

  /** Shows the row of an act that is going on. */
  show(row: Row): void {
    this.#rows.set(row.number, row);
    if (this.#style.redraw) this.#redraw(this.#bar(row));
    else if (this.#clock() - this.#plainAt >= plainEveryMs) this.#plain(row);
  }

  /** Shows the row of an act that is over. */
  settle(row: Row): void {
    this.#rows.set(row.number, row);
    if (this.#style.redraw) this.#redraw();
    else this.#plain(row);
  }

  #redraw(...below: string[]): void {
    const lines = [header(this.#style), ...[...this.#rows.values()].map((row) => this.#line(row)), ...below];
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : "";
    // Each line is cleared behind its end, and what is below the last one too.
    this.#out.write(`${up}${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
    this.#drawn = lines.length;
  }

  #plain(row: Row): void {
    if (!this.#headed) this.#out.write(`${header(this.#style)}\n`);
    this.#headed = true;
    this.#plainAt = this.#clock();
    this.#out.write(`${this.#line(row)}\n`);
  }

  #line({ number, title, sample }: Row): string {
    const cells = [
      `${number} ${title}`,
      integer(sample.connections),
      integer(sample.live),
      integer(sample.sockets),
      (sample.heapBytes / 1e6).toFixed(1),
      integer(sample.logged),
      sample.received === undefined ? "-" : integer(sample.received),
    ];
    const [first = "", ...rest] = align(cells);
    return [this.#style.act(number, first), ...rest].join("  ").trimEnd();
  }

  #bar({ number, planned, sample }: Row): string {
    const share = sample.connections / planned;
    const [done, left] = progress(share, barWidth, this.#style.unicode);
    const percent = Math.floor(share * 100);
    const bar = this.#style.act(number, done) + this.#style.faint(left);
    return `${bar}  act ${number}, ${percent}% of ${integer(planned)}`;
  }
}

function header(style: Style): string {
  return style.faint(align(columns.map(({ title }) => title)).join("  "));
}

/** Words to the left, numbers to the right. */
function align(cells: readonly string[]): string[] {
  return cells.map((cell, index) => {
    const { width } = columns[index] as (typeof columns)[number];
    return index === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
}
