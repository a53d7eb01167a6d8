import { padded, width } from "./columns.ts";

/** A column of a table of `Row`s. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: "left" | "right";
  /** It takes the room that is left, and is cut. */
  readonly flexible?: boolean;
  /** Of what is too long, the end is shown. */
  readonly start?: boolean;
  /** No wider than this. */
  readonly max?: number;
  /** Where there is no room, the columns with the highest number go first. */
  readonly rank: number;
  /** The colour of a cell, as the parameter of Select Graphic Rendition. */
  readonly color?: (row: Row) => string | undefined;
}

/** A cell as it is shown. */
export interface Cell {
  readonly text: string;
  readonly color: string | undefined;
}

const gap = 2;
const leastFlexible = 12;
// The end of a path: a file's name, the line and the column.
const leastPath = 20;

/** Lays a table out on `columns` columns of a terminal: its heading, and what makes a row. */
export class TableLayout<Row> {
  readonly #columns: { readonly column: Column<Row>; readonly width: number }[];

  /** @param rows those whose widths count: what is shown */
  constructor(columns: readonly Column<Row>[], rows: readonly Row[], room: number) {
    let natural = columns.map((column) => {
      const widths = rows.map((row) => width(column.value(row)));
      return { column, width: Math.min(column.max ?? 200, Math.max(width(column.title), ...widths)) };
    });
    const least = ({ column, width: wanted }: { column: Column<Row>; width: number }): number =>
      column.flexible === true ? Math.min(wanted, column.start === true ? leastPath : leastFlexible) : wanted;
    const taken = (): number => natural.reduce((sum, one) => sum + least(one) + gap, -gap);
    while (natural.length > 1 && taken() > room) {
      const last = Math.max(...natural.map(({ column }) => column.rank));
      natural = natural.filter(({ column }) => column.rank !== last);
    }
    let left = room - taken();
    this.#columns = natural.map((one) => {
      const wanted = least(one);
      const more = one.column.flexible === true ? Math.max(0, Math.min(left, one.width - wanted)) : 0;
      left -= more;
      return { column: one.column, width: Math.min(wanted + more, room) };
    });
  }

  get heading(): string {
    return this.#columns.map(({ column, width }) => padded(column.title, width, column.align)).join(" ".repeat(gap));
  }

  row(row: Row): Cell[] {
    return this.#columns.map(({ column, width }) => ({
      text: padded(column.value(row), width, column.align, column.start),
      color: column.color?.(row),
    }));
  }
}
