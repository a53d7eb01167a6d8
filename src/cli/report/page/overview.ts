import { integer } from "../../number-text.ts";
import { durationOf, isA, isError, isScope, type Report, stateOf } from "./data.ts";
import { byId, el } from "./dom.ts";
import { flags } from "./format.ts";
import { duration, instant } from "./text.ts";

/** The title, what the log is, and its numbers. */
export function showOverview(report: Report): void {
  const { head } = report;
  byId("title").textContent = head.title;
  const about = [head.source, `${instant(head.start)} to ${instant(head.start + head.span)}`];
  byId("about").replaceChildren(...about.map((text) => el("span", {}, text)));

  let [scopes, failed, forgotten, open] = [0, 0, 0, 0];
  const durations = new Float64Array(report.count);
  let ended = 0;
  for (let scope = 0; scope < report.count; scope++) {
    if (!isScope(report, scope)) continue;
    scopes++;
    if (isError(report, scope)) failed++;
    if (isA(report, scope, flags.forgotten)) forgotten++;
    else if (stateOf(report, scope) === "open") open++;
    else durations[ended++] = durationOf(report, scope);
  }
  const told = head.forgotten.reduce((sum, { count }) => sum + count, 0);
  const sorted = durations.subarray(0, ended).sort();
  const tiles: (readonly [string, string, string?])[] = [
    ["Scopes", integer(scopes)],
    ["Lines", integer(head.records)],
    ["With errors", integer(failed), failed > 0 ? "bad" : ""],
    ["Forgotten", integer(Math.max(told, forgotten)), told > 0 ? "warned" : ""],
    ["No end in the log", integer(open)],
    ["Median duration", sorted.length === 0 ? "–" : duration(sorted[sorted.length >> 1] as number)],
    ["95 % are below", sorted.length === 0 ? "–" : duration(sorted[Math.floor(sorted.length * 0.95)] as number)],
    ["Time in the log", duration(head.span)],
  ];
  byId("tiles").replaceChildren(
    ...tiles.map(([name, value, kind = ""]) => el("div", { class: kind }, el("dt", {}, name), el("dd", {}, value))),
  );
  byId("notes").hidden = head.notes.length === 0;
  byId("notes").replaceChildren(...head.notes.map((note) => el("li", {}, note)));
}
