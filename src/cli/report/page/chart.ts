import { niceTop, timeMark, timeStep, valueMarks } from "../../chart/scale.ts";
import { highest, most, type Series } from "../../chart/series.ts";
import { integer } from "../../number-text.ts";
import { byId, type Canvas, type El, type Ev, el, onFrame, type Pen, penOf, watchSize } from "./dom.ts";
import { duration, instant } from "./text.ts";
import { palette } from "./theme.ts";

export interface ChartOptions {
  /** What is counted, such as `live scopes`. */
  readonly what: string;
  /** From 0 to here, in milliseconds; the first point is at `start`. */
  readonly span: number;
  readonly start: number;
  /** Errors by parts of the time, drawn at the foot. */
  readonly errors?: (parts: number) => Uint32Array;
  /** Is told which time the user chose; undefined for all of it. */
  readonly onRange: (range: readonly [from: number, to: number] | undefined) => void;
}

const margin = { left: 44, right: 12, top: 10, bottom: 20 };
const tableRows = 20;

/** A number over time as an area, in which a time can be chosen. The same is there as a table. */
export class Chart {
  range: readonly [from: number, to: number] | undefined;
  readonly #figure: El;
  readonly #canvas: Canvas;
  readonly #marker: El;
  readonly #tip: El;
  readonly #options: ChartOptions;
  readonly #paintLater = onFrame(() => this.paint());
  readonly #all: Series;
  /** The part of it that is wanted; undefined if that is all. */
  #part: Series | undefined;
  #drag: { from: number; to: number } | undefined;
  #dragged = false;
  /** What was drawn last, a value a pixel, and the errors. */
  #drawn: Float64Array = new Float64Array(0);
  #errors: Uint32Array | undefined;
  #width = 0;
  #height = 0;

  constructor(id: string, all: Series, options: ChartOptions) {
    this.#figure = byId(id);
    this.#all = all;
    this.#options = options;
    const find = (selector: string) => this.#figure.querySelector(selector) as El;
    this.#canvas = find("canvas") as Canvas;
    this.#marker = find(".marker");
    this.#tip = find(".tip");
    this.#figure.hidden = false;
    const { what, span } = options;
    this.#canvas.setAttribute(
      "aria-label",
      `${what} over ${duration(span)}: at most ${integer(most(all.values))}. The numbers are in the table below.`,
    );
    find("details").addEventListener("toggle", () => this.#fillTable(find("details > div")));
    this.#listen();
    // In the frame in which its size is known.
    watchSize(this.#canvas, (width, height) => {
      this.#width = width;
      this.#height = height;
      this.paint();
    });
  }

  show(part: Series | undefined): void {
    this.#part = part;
    this.#paintLater();
  }

  paint(): void {
    const [width, height] = [this.#width, this.#height];
    const pen = penOf(this.#canvas, width, height);
    if (pen === undefined) return;
    const { span, errors } = this.#options;
    const colors = palette();
    const plot = { width: Math.max(1, Math.floor(width - margin.left - margin.right)), foot: height - margin.bottom };
    if (this.#drawn.length !== plot.width) {
      this.#drawn = highest(this.#all, span, plot.width);
      this.#errors = errors?.(plot.width);
    }
    const all = this.#drawn;
    const top = niceTop(most(all));
    const y = (value: number) => plot.foot - (value / top) * (plot.foot - margin.top);
    pen.font = colors.font;
    pen.lineWidth = 1;
    this.#axes(pen, plot, top, y);
    const area = (values: Float64Array, fill: string, alpha: number) => {
      pen.beginPath();
      pen.moveTo(margin.left, plot.foot);
      values.forEach((value, x) => {
        pen.lineTo(margin.left + x, y(value));
        pen.lineTo(margin.left + x + 1, y(value));
      });
      pen.lineTo(margin.left + values.length, plot.foot);
      pen.closePath();
      pen.globalAlpha = alpha;
      pen.fillStyle = fill;
      pen.fill();
      pen.globalAlpha = 1;
    };
    area(all, colors.accent, this.#part === undefined ? 0.32 : 0.14);
    if (this.#part !== undefined) area(highest(this.#part, span, plot.width), colors.accent, 0.45);
    pen.beginPath();
    for (const [x, value] of all.entries()) pen.lineTo(margin.left + x + 0.5, y(value));
    pen.globalAlpha = this.#part === undefined ? 1 : 0.5;
    pen.strokeStyle = colors.accent;
    pen.lineWidth = 1.25;
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = colors.error;
    this.#errors?.forEach((count, x) => {
      if (count > 0)
        pen.fillRect(margin.left + x - 0.5, plot.foot - Math.min(10, 3 + count), 2, Math.min(10, 3 + count));
    });
    this.#shade(pen, plot);
  }

  /** What is outside of the chosen time is dimmed. */
  #shade(pen: Pen, plot: { width: number; foot: number }): void {
    const drag = this.#drag;
    const range =
      drag === undefined ? this.range : ([Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] as const);
    if (range === undefined) return;
    const colors = palette();
    const x = (time: number) => margin.left + (time / this.#options.span) * plot.width;
    const [from, to] = [x(range[0]), Math.max(x(range[1]), x(range[0]) + 1)];
    pen.fillStyle = colors.card;
    pen.globalAlpha = 0.7;
    pen.fillRect(margin.left, 0, from - margin.left, plot.foot);
    pen.fillRect(to, 0, margin.left + plot.width - to, plot.foot);
    pen.globalAlpha = 1;
    pen.strokeStyle = colors.accent;
    pen.lineWidth = 1;
    pen.strokeRect(Math.round(from) + 0.5, 0.5, Math.max(1, Math.round(to - from)), plot.foot - 1);
  }

  #axes(pen: Pen, plot: { width: number; foot: number }, top: number, y: (value: number) => number): void {
    const colors = palette();
    const { span } = this.#options;
    pen.fillStyle = colors.muted;
    pen.strokeStyle = colors.grid;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.beginPath();
    for (const value of valueMarks(top)) {
      pen.fillText(integer(value), margin.left - 8, y(value));
      pen.moveTo(margin.left, Math.round(y(value)) + 0.5);
      pen.lineTo(margin.left + plot.width, Math.round(y(value)) + 0.5);
    }
    pen.stroke();
    pen.textBaseline = "alphabetic";
    const step = timeStep(span, plot.width / 110);
    for (let time = 0; time <= span; time += step) {
      const x = margin.left + (time / span) * plot.width;
      pen.textAlign = time === 0 ? "left" : x > margin.left + plot.width - 24 ? "right" : "center";
      pen.fillText(timeMark(time, step), x, this.#height - 5);
    }
  }

  #listen(): void {
    const canvas = this.#canvas;
    const { span, onRange } = this.#options;
    const timeAt = (event: Ev) => {
      const { left, width } = canvas.getBoundingClientRect();
      const share = (event.clientX - left - margin.left) / (width - margin.left - margin.right);
      return Math.min(1, Math.max(0, share)) * span;
    };
    let pressed = 0;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      pressed = event.clientX;
      this.#drag = { from: timeAt(event), to: timeAt(event) };
      this.#dragged = false;
    });
    canvas.addEventListener("pointermove", (event) => {
      this.#point(event);
      if (this.#drag === undefined) return;
      if (Math.abs(event.clientX - pressed) > 3) this.#dragged = true;
      this.#drag.to = timeAt(event);
      if (this.#dragged) this.#paintLater();
    });
    canvas.addEventListener("pointerup", () => {
      const drag = this.#drag;
      this.#drag = undefined;
      if (drag === undefined) return;
      onRange(this.#dragged ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : undefined);
    });
    canvas.addEventListener("pointercancel", () => {
      this.#drag = undefined;
      this.#paintLater();
    });
    canvas.addEventListener("pointerleave", () => {
      this.#tip.hidden = true;
      this.#marker.hidden = true;
    });
  }

  /** Says the value below the pointer. */
  #point(event: Ev): void {
    const { left, width } = this.#canvas.getBoundingClientRect();
    const x = event.clientX - left;
    const at = Math.floor(x - margin.left);
    const value = this.#drawn[at];
    this.#tip.hidden = value === undefined;
    this.#marker.hidden = value === undefined;
    if (value === undefined) return;
    const { span, what } = this.#options;
    const time = (at / this.#drawn.length) * span;
    this.#tip.textContent = `${integer(value)} ${what} at +${duration(time)}`;
    this.#tip.style.setProperty("left", `${x}px`);
    this.#tip.classList.toggle("before", x > width / 2);
    this.#marker.style.setProperty("left", `${x}px`);
  }

  /** The same for those who do not see the drawing; made when it is first asked for. */
  #fillTable(target: El): void {
    if (target.textContent !== "") return;
    const { what, span, start } = this.#options;
    const rows = [...highest(this.#all, span, tableRows)].map((value, index) => {
      const time = (index / tableRows) * span;
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, `+${duration(time)}`),
        el("td", {}, instant(start + time)),
        el("td", { class: "number" }, integer(value)),
      );
    });
    const heads = ["From", "Time", `Most ${what}`].map((text) => el("th", { scope: "col" }, text));
    target.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
  }
}
