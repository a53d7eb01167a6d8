import { type Role, roleOfLevel } from "../../chart/role.ts";
import { timeMark, timeStep } from "../../chart/scale.ts";
import { isEnded, type Report, stateOf } from "./data.ts";
import type { Pen } from "./dom.ts";
import { palette } from "./theme.ts";

/** The time that is shown. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Place {
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

const barHeight = 12;
const inset = 8;

/** Where a time is drawn. */
export function xOf(time: number, { from, to }: Window, width: number): number {
  return inset + ((time - from) / (to - from || 1)) * (width - 2 * inset);
}

/** Lines through all rows at even times. */
export function drawGrid(pen: Pen, window: Window, width: number, height: number): void {
  pen.strokeStyle = palette().grid;
  pen.lineWidth = 1;
  pen.beginPath();
  eachStep(window, width, (x) => {
    pen.moveTo(Math.round(x) + 0.5, 0);
    pen.lineTo(Math.round(x) + 0.5, height);
  });
  pen.stroke();
}

/** The times at the head of the rows. */
export function drawAxis(pen: Pen, window: Window, width: number, height: number): void {
  const colors = palette();
  pen.font = colors.font;
  pen.fillStyle = colors.muted;
  pen.textBaseline = "middle";
  eachStep(window, width, (x, label) => {
    pen.textAlign = x < 30 ? "left" : x > width - 30 ? "right" : "center";
    pen.fillText(label, x < 30 ? Math.max(x, 2) : x > width - 30 ? Math.min(x, width - 2) : x, height / 2);
  });
}

function eachStep(window: Window, width: number, draw: (x: number, label: string) => void): void {
  const step = timeStep(window.to - window.from, width / 100);
  if (!(step > 0)) return;
  for (let time = Math.ceil(window.from / step) * step; time <= window.to; time += step) {
    draw(xOf(time, window, width), timeMark(time, step));
  }
}

/** One scope: its life as a bar, its lines as ticks. */
export function drawScope(pen: Pen, report: Report, scope: number, window: Window, place: Place): void {
  const { width, y, height } = place;
  const colors = palette();
  const state = stateOf(report, scope);
  const left = Math.max(-4, xOf(report.start[scope] as number, window, width));
  const right = Math.min(width + 4, xOf(report.until[scope] as number, window, width));
  const middle = y + height / 2;
  const top = middle - barHeight / 2;
  const long = Math.max(2, right - left);
  if (state === "logger") {
    pen.fillStyle = colors.logger;
    pen.fillRect(left, middle - 1, long, 2);
  } else if (state === "forgotten") drawHatched(pen, left, top, Math.max(10, long));
  else {
    pen.fillStyle = colors[state];
    pen.globalAlpha = state === "open" ? 0.45 : 0.85;
    pen.fillRect(left, top, long, barHeight);
    pen.globalAlpha = 1;
    if (!isEnded(report, scope)) drawOpenEnd(pen, left + long, top, colors.open);
  }
  drawTicks(pen, report, scope, window, { width, y: middle, height: barHeight });
}

// The log does not tell how long it went on.
function drawOpenEnd(pen: Pen, x: number, top: number, color: string): void {
  pen.fillStyle = color;
  for (let dot = 0; dot < 3; dot++) pen.fillRect(x + 2 + dot * 4, top + barHeight / 2 - 1, 2, 2);
}

// Wide enough for its stripes to be seen.
function drawHatched(pen: Pen, left: number, top: number, long: number): void {
  const { forgotten, card } = palette();
  pen.save();
  pen.beginPath();
  pen.rect(left, top, long, barHeight);
  pen.fillStyle = card;
  pen.fill();
  pen.clip();
  pen.strokeStyle = forgotten;
  pen.lineWidth = 2;
  pen.beginPath();
  // From a fixed place, so that the stripes of one bar do not move when only a part of it is seen.
  for (let x = left - barHeight - 1; x < left + long + 1; x += 6) {
    pen.moveTo(x, top + barHeight + 1);
    pen.lineTo(x + barHeight + 2, top - 1);
  }
  pen.stroke();
  pen.restore();
  pen.strokeStyle = forgotten;
  pen.lineWidth = 1;
  pen.strokeRect(left + 0.5, top + 0.5, long - 1, barHeight - 1);
}

function drawTicks(pen: Pen, report: Report, scope: number, window: Window, place: Place): void {
  const { lineAt, lineTime, lineLevel } = report;
  const colors = palette();
  const { width, y, height } = place;
  const strokes: readonly (readonly [role: Role | undefined, color: string, half: number])[] = [
    [undefined, colors.tick, height / 2 - 2],
    ["forgotten", colors.forgotten, height / 2 + 1],
    ["error", colors.error, height / 2 + 3],
  ];
  // Errors last, above the others.
  for (const [role, color, half] of strokes) {
    let before = Number.NaN;
    pen.fillStyle = color;
    for (let line = lineAt[scope] as number; line < (lineAt[scope + 1] as number); line++) {
      if (roleOfLevel(lineLevel[line] as number) !== role) continue;
      const x = Math.round(xOf(lineTime[line] as number, window, width));
      if (x < 0 || x > width || x === before) continue;
      before = x;
      if (role === undefined) pen.fillRect(x, y - half, 1, 2 * half);
      else pen.fillRect(x - 0.5, y - half, 2, 2 * half);
    }
  }
}
