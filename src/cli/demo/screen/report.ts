import { relative } from "node:path";
import type { ForgottenReport } from "scopelog";
import { counted, integer } from "../../number-text.ts";
import type { Address, Options } from "../args.ts";
import { linesPerConnection } from "../connection.ts";
import type { ActResult } from "../measure/sample.ts";
import { openSockets, socketSource } from "../measure/sockets.ts";
import { failures } from "../verdict.ts";
import { type Chart, drawCaptions, drawChart } from "./chart.ts";
import { type Style, width } from "./style.ts";
import { drawSummary } from "./summary.ts";
import { wrap } from "./text.ts";

const loggersChart: Chart = { title: "Loggers alive, over the time of each act", height: 4, value: ({ live }) => live };
const socketsChart: Chart = { title: "Sockets open", height: 8, value: ({ sockets }) => sockets };

/** What is said before the first act. */
export function introduction(options: Options, syslog: Address, style: Style): string[] {
  const { connections, concurrency } = options;
  const load = `${counted(connections, "real TCP connection")} an act, at most ${concurrency} at a time`;
  const target =
    options.syslog === undefined
      ? `a syslog receiver on 127.0.0.1:${syslog.port} that counts every line.`
      : `${syslog.host}:${syslog.port}. What arrives at a real server is not counted, and not waited for.`;
  const counting =
    `Sockets are counted in ${socketSource}, without the ${openSockets() + 1} of the demo's own: ` +
    "the server that listens, the channels to the demo's helper processes, its output.";
  return [
    style.strong("One logger per connection, each with its own syslog handler and formatter"),
    ...wrap(`${load}, ${linesPerConnection} lines each, by UDP to ${target}`, width),
    ...wrap(counting, width).map(style.faint),
    "",
  ];
}

/** What is said after the last act. */
export function conclusion(
  acts: readonly ActResult[],
  forgotten: readonly ForgottenReport[],
  options: Options,
  style: Style,
): string[] {
  const failed = failures(acts);
  return [
    "",
    ...acts.flatMap((act) => notes(act, options, style)),
    ...places(forgotten),
    "",
    ...drawSummary(acts, style),
    "",
    ...drawChart(loggersChart, acts, style),
    ...drawChart(socketsChart, acts, style),
    drawCaptions(acts, style),
    "",
    ...(failed.length > 0 ? failed.map(style.bad) : [style.good(success(acts))]),
  ];
}

function notes({ number, title, planned, told, because }: ActResult, options: Options, style: Style): string[] {
  const lines = [...told];
  if (planned < options.connections) lines.unshift(`Stopped at ${counted(planned, "connection")}: ${because}.`);
  if (lines.length === 0) return [];
  return [
    style.act(number, `${number} ${title}`),
    ...lines.flatMap((line) => wrap(line, width - 2)).map((line) => `  ${line}`),
  ];
}

/** Where the forgotten scopes were opened, each place once. */
function places(forgotten: readonly ForgottenReport[]): string[] {
  const names = new Map<string, string>();
  for (const { origin, name } of forgotten) if (origin !== undefined) names.set(origin, name);
  return [...names].map(([origin, name]) => {
    return `  scopelog names the place where "${name}" was opened and forgotten:\n  ${relative(process.cwd(), origin)}`;
  });
}

function success(acts: readonly ActResult[]): string {
  const counting = acts.every(({ end }) => end.received !== undefined);
  const lines = acts.reduce((sum, { end }) => sum + end.logged, 0);
  return `Acts 2 and 3 left no socket open.${counting ? ` Every one of the ${integer(lines)} lines arrived, once.` : ""}`;
}
