import type { MonitorSnapshot } from "scopelog/node";
import { codes, paint } from "../../format/color.ts";
import { counted, integer } from "../number-text.ts";
import { type Piece, programLine, scopesLine } from "./header.ts";
import { type Column, TableLayout } from "./table.ts";
import { type ScopeRow, transportColumns, usedForgottenColumns, usedScopeColumns } from "./tables.ts";
import { type Sort, sortRows } from "./view.ts";

/** A snapshot as a text. Lines a second are the mean since a scope was opened: there is but one look. */
export function onceText(snapshot: MonitorSnapshot, sort: Sort, columns: number, color: boolean): string {
  const painted = (code: string | undefined, text: string): string =>
    color && code !== undefined && text !== "" ? paint(code, text) : text;
  const line = (pieces: readonly Piece[]): string =>
    pieces
      .map(({ text, color: code }) => painted(code, text))
      .join("")
      .trimEnd();
  const table = <Row>(columnsOfTable: readonly Column<Row>[], rows: readonly Row[]): string[] => {
    const layout = new TableLayout(columnsOfTable, rows, columns);
    return [
      painted(codes.dim, layout.heading.trimEnd()),
      ...rows.map((row) =>
        layout
          .row(row)
          .map(({ text, color: code }) => painted(code, text))
          .join("  ")
          .trimEnd(),
      ),
    ];
  };
  const { stats, scopes, matching, transports, forgotten, time } = snapshot;
  const rows: readonly ScopeRow[] = sortRows(
    scopes.map((scope) => ({ ...scope, rate: scope.age > 0 ? (scope.lines / scope.age) * 1000 : undefined })),
    sort,
  );
  const parts = [
    line(programLine(snapshot)),
    line(scopesLine(snapshot)),
    line([
      { text: "lines  ", color: codes.dim },
      { text: `${integer(stats.dropped)} dropped  ${integer(stats.failed)} failed  ${integer(stats.late)} late` },
      { text: `  ${counted(stats.transports, "transport")} for ${counted(stats.leases, "handler")}` },
    ]),
  ];
  if (rows.length > 0) parts.push("", ...table(usedScopeColumns(rows), rows));
  if (matching > rows.length) parts.push(`and ${counted(matching - rows.length, "more scope")} (--limit)`);
  if (transports.length > 0) parts.push("", ...table(transportColumns, transports));
  if (forgotten.length > 0) parts.push("", ...table(usedForgottenColumns(forgotten, time), forgotten));
  return parts.join("\n");
}
