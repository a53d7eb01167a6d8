import { columns } from "../../chart/cells.ts";
import { niceTop, valueMarks } from "../../chart/scale.ts";
import { highest, most, seriesOf } from "../../chart/series.ts";
import { integer } from "../../number-text.ts";
import type { ActResult, Sample } from "../measure/sample.ts";
import type { Style } from "./style.ts";

const panelWidth = 21;
const labelWidth = 7;

const ascii = { wall: "|", corner: "+", floor: "-" };

/** What is drawn. */
export interface Chart {
  readonly title: string;
  /** In rows of text; even, so that the middle of the scale has a row. */
  readonly height: number;
  readonly value: (sample: Sample) => number;
}

/** One panel for each act, side by side over the same scale, each from the start of its act to the end. */
export function drawChart({ title, height, value }: Chart, acts: readonly ActResult[], style: Style): string[] {
  const { wall, corner, floor } = style.unicode ? { wall: "┤", corner: "┴", floor: "─" } : ascii;
  const panels = acts.map(({ samples, seconds }) => {
    return highest(seriesOf(samples.map((sample) => [sample.time, value(sample)])), seconds * 1000, panelWidth);
  });
  const top = niceTop(Math.max(0, ...panels.map(most)));
  const labels = new Map(valueMarks(top).map((mark) => [height - (mark / top) * height, integer(mark)]));
  const drawn = panels.map((values) => columns(values, top, height, style.unicode));
  const lines = [style.strong(title)];
  for (let row = 0; row < height; row++) {
    const cells = acts.map(({ number }, act) => style.faint(wall) + style.act(number, drawn[act]?.[row] as string));
    lines.push(`${(labels.get(row) ?? "").padStart(labelWidth)} ${cells.join(" ")}`);
  }
  const axis = acts.map(() => `${corner}${floor.repeat(panelWidth)}`).join(floor);
  lines.push(`${(labels.get(height) ?? "").padStart(labelWidth)} ${style.faint(axis)}`);
  return lines;
}

/** What stands below the charts: the acts, and how long each took. */
export function drawCaptions(acts: readonly ActResult[], style: Style): string {
  const captions = acts.map(({ number, title, seconds }) => {
    const name = `${number} ${title}`;
    return style.act(number, name) + style.faint(`${seconds.toFixed(1)} s`.padStart(panelWidth - name.length));
  });
  return `${" ".repeat(labelWidth + 2)}${captions.join("  ")}`;
}
