import { isA, type Report } from "./data.ts";
import { flags } from "./format.ts";

/** A number that changes at some times, and stays between them. */
export interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** How many scopes were open, of all or of the marked ones. */
export function liveSeries(report: Report, marks?: Uint8Array): Series {
  const starts = new Float64Array(report.count);
  const ends = new Float64Array(report.count);
  let count = 0;
  for (let scope = 0; scope < report.count; scope++) {
    if ((marks !== undefined && marks[scope] === 0) || isA(report, scope, flags.logger)) continue;
    starts[count] = report.start[scope] as number;
    ends[count++] = report.until[scope] as number;
  }
  const opened = starts.subarray(0, count).sort();
  const ended = ends.subarray(0, count).sort();
  const times = new Float64Array(2 * count);
  const values = new Float64Array(2 * count);
  let [open, close, length] = [0, 0, 0];
  while (close < count) {
    // What begins when another ends has been open together with it for no time; it counts, or a short one would not.
    const begins = open < count && (opened[open] as number) <= (ended[close] as number);
    times[length] = (begins ? opened[open++] : ended[close++]) as number;
    values[length++] = open - close;
  }
  return { times, values };
}

export function gaugeSeries(points: readonly (readonly [time: number, value: number])[]): Series {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** The highest value in each of `count` equal parts of the time from 0 to `span`. */
export function highest({ times, values }: Series, span: number, count: number): Float64Array {
  const parts = new Float64Array(count);
  let at = 0;
  let value = 0;
  for (let part = 0; part < count; part++) {
    const stop = part === count - 1 ? Number.POSITIVE_INFINITY : ((part + 1) / count) * span;
    let high = value;
    while (at < times.length && (times[at] as number) < stop) {
      value = values[at++] as number;
      if (value > high) high = value;
    }
    parts[part] = high;
  }
  return parts;
}

/** How many errors were logged in each of `count` equal parts of the time, as far as lines are kept. */
export function errorCounts({ lineTime, lineLevel, head }: Report, count: number): Uint32Array {
  const parts = new Uint32Array(count);
  for (let line = 0; line < lineTime.length; line++) {
    if ((lineLevel[line] as number) < 50) continue;
    const part = Math.min(count - 1, Math.floor(((lineTime[line] as number) / (head.span || 1)) * count));
    parts[part] = (parts[part] as number) + 1;
  }
  return parts;
}
