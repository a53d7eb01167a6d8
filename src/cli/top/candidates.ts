import { listMonitors, type MonitorAddress, type MonitorInfo, monitorFolder } from "scopelog/node";
import { integer } from "../number-text.ts";
import { MonitorClient } from "./client.ts";
import { safe } from "./columns.ts";
import { duration } from "./format.ts";
import { TableLayout } from "./table.ts";

/** A program that can be looked at. */
export interface Candidate extends MonitorAddress {
  readonly info: MonitorInfo;
}

const askMs = 2_000;

/** The programs of this user that answer now; those that are gone have left a socket behind, or nothing. */
export async function findCandidates(): Promise<Candidate[]> {
  const found = await Promise.all(
    listMonitors().map(async (address) => {
      try {
        using client = await MonitorClient.connect(address.path, askMs);
        return [{ ...address, info: await client.info(askMs) }];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** Where to look for `target`, the number of a process or a path. */
export function pathsOf(target: string): readonly string[] {
  if (!/^\d+$/.test(target)) return [target];
  return listMonitors()
    .filter(({ pid }) => pid === Number(target))
    .map(({ path }) => path);
}

/** The list to choose from. */
export function candidatesText(candidates: readonly Candidate[]): string {
  const several = new Set(
    candidates.filter(({ pid }, index) => candidates.findIndex((one) => one.pid === pid) !== index),
  );
  const layout = new TableLayout<Candidate>(
    [
      { title: "pid", value: ({ pid }) => String(pid), align: "right", rank: 0 },
      { title: "program", value: ({ info }) => safe(info.program), rank: 1 },
      { title: "up", value: ({ info }) => duration(info.uptime), align: "right", rank: 3 },
      { title: "live scopes", value: ({ info }) => integer(info.live), align: "right", rank: 2 },
      // Of one process with several monitors the number does not tell which.
      { title: several.size > 0 ? "path" : "", value: ({ path }) => (several.size > 0 ? safe(path) : ""), rank: 4 },
    ],
    candidates,
    200,
  );
  const rows = candidates.map((one) =>
    layout
      .row(one)
      .map(({ text }) => text)
      .join("  ")
      .trimEnd(),
  );
  return [layout.heading.trimEnd(), ...rows].join("\n");
}

/** What to say if there is nobody. */
export function nobodyText(target: string | undefined): string {
  if (target !== undefined && !/^\d+$/.test(target)) return `nobody listens at ${safe(target)}`;
  const who =
    target === undefined ? "no program that can be looked at is running" : `process ${target} cannot be looked at`;
  return (
    `${who}: there is no socket of it in ${safe(monitorFolder())}.\n` +
    'A program opts in with  import { serveMonitor } from "scopelog/node"; using _monitor = serveMonitor();\n' +
    "It must run as the same user, with the same folder for temporary files; else give the path of its socket."
  );
}
