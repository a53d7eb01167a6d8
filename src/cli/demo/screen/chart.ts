import type { ActResult, Sample } from "../measure/sample.ts";
import type { Style } from "./style.ts";
import { integer } from "./text.ts";

const panelWidth = 21;
const labelWidth = 7;

/** From nothing to a full cell. */
const blocks = " ▁▂▃▄▅▆▇█";
const ascii = { blocks: " .:#", wall: "|", corner: "+", floor: "-" };

/** What is drawn. */
export interface Chart {
  readonly title: string;
  /** In rows of text. */
  readonly height: number;
  readonly value: (sample: Sample) => number;
}

/** One panel for each act, side by side over the same scale, each from the start of its act to the end. */
export function drawChart(chart: Chart, acts: readonly ActResult[], style: Style): string[] {
  const { wall, corner, floor } = style.unicode ? { wall: "┤", corner: "┴", floor: "─" } : ascii;
  const series = acts.map(({ samples }) => resample(samples.map(chart.value)));
  const top = Math.max(1, ...series.flat());
  const lines = [style.strong(chart.title)];
  for (let row = chart.height - 1; row >= 0; row--) {
    const label = row === chart.height - 1 ? integer(top) : "";
    const panels = acts.map(({ number }, index) => {
      const values = series[index] as number[];
      const signs = values.map((value) => sign((value / top) * chart.height - row, row === 0 && value > 0, style));
      return `${style.faint(wall)}${style.act(number, signs.join(""))}`;
    });
    lines.push(`${label.padStart(labelWidth)} ${panels.join(" ")}`);
  }
  const axis = acts.map(() => `${corner}${floor.repeat(panelWidth)}`).join(floor);
  lines.push(`${"0".padStart(labelWidth)} ${style.faint(axis)}`);
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

/** The part of a bar that is in one cell; `level` is how far the bar goes over the cell's floor. */
function sign(level: number, visible: boolean, style: Style): string {
  const signs = style.unicode ? blocks : ascii.blocks;
  const last = signs.length - 1;
  const filled = Math.max(0, Math.min(last, Math.round(level * last)));
  // What is not nothing is seen, however small it is.
  return signs[visible ? Math.max(1, filled) : filled] as string;
}

/** As many values as the panel is wide; where there are more, the largest of each stretch. */
function resample(values: readonly number[]): number[] {
  return Array.from({ length: panelWidth }, (_, column) => {
    const from = Math.floor((column * values.length) / panelWidth);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / panelWidth));
    return Math.max(0, ...values.slice(from, to));
  });
}
