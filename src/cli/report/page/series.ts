import { roleOfLevel } from "../../chart/role.ts";
import type { Series } from "../../chart/series.ts";
import { isA, type Report } from "./data.ts";
import { flags } from "./format.ts";

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
  // Scopes are in the order of their starts.
  const opened = starts.subarray(0, count);
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

/** How many errors were logged in each of `count` equal parts of the time, as far as lines are kept. */
export function errorCounts({ lineTime, lineLevel, head }: Report, count: number): Uint32Array {
  const parts = new Uint32Array(count);
  for (let line = 0; line < lineTime.length; line++) {
    if (roleOfLevel(lineLevel[line] as number) !== "error") continue;
    const part = Math.min(count - 1, Math.floor(((lineTime[line] as number) / (head.span || 1)) * count));
    parts[part] = (parts[part] as number) + 1;
  }
  return parts;
}
