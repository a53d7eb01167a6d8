import { integer } from "../../number-text.ts";
import type { ActResult, Sample } from "../measure/sample.ts";
import { lostLines } from "../verdict.ts";
import type { Style } from "./style.ts";

const nameWidth = 26;
const cellWidth = 16;

/** What the acts came to, an act a column. */
export function drawSummary(acts: readonly ActResult[], style: Style): string[] {
  const head = acts.map(({ number, title }) => style.act(number, `${number} ${title}`.padStart(cellWidth)));
  const row = (name: string, value: (act: ActResult) => number | undefined): string => {
    const cells = acts.map((act) => cell(value(act)));
    return `${name.padEnd(nameWidth)}${cells.join("")}`;
  };
  return [
    `${" ".repeat(nameWidth)}${head.join("")}`,
    row("connections", ({ end }) => end.connections),
    row("lines logged", ({ end }) => end.logged),
    row("lines received", ({ end }) => end.received),
    row("lines lost", (act) => (act.end.received === undefined ? undefined : lostLines(act))),
    row("lines received twice", (act) => (act.end.received === undefined ? undefined : act.duplicates)),
    row("most loggers at once", (act) => most(act, ({ live }) => live)),
    row("most sockets at once", (act) => most(act, ({ sockets }) => sockets)),
    row("loggers left", ({ end }) => end.live),
    style.strong(row("sockets left", ({ end }) => end.sockets)),
  ];
}

function cell(value: number | undefined): string {
  return (value === undefined ? "not known" : integer(value)).padStart(cellWidth);
}

function most({ samples, end }: ActResult, value: (sample: Sample) => number): number {
  return Math.max(value(end), ...samples.map(value));
}
