import type { MonitorSnapshot } from "scopelog/node";
import { codes } from "../../format/color.ts";
import { counted, integer } from "../number-text.ts";
import { safe } from "./columns.ts";
import { bytes, duration, rate } from "./format.ts";

/** A piece of a line, with its colour, if any. */
export interface Piece {
  readonly text: string;
  readonly color?: string | undefined;
}

const strong = "1";

/** Which process it is. */
export function programLine({ program, pid, uptime }: MonitorSnapshot): Piece[] {
  return [
    { text: safe(program), color: strong },
    { text: `  pid ${pid}`, color: codes.dim },
    { text: `  up ${duration(uptime)}`, color: codes.dim },
  ];
}

/** The counts of the registry: what became of the scopes. */
export function scopesLine({ stats, live }: MonitorSnapshot): Piece[] {
  return [
    label("scopes "),
    { text: `${integer(live)} live`, color: strong },
    ...finding(stats.collected, "forgotten", codes.error),
    { text: `  ${integer(stats.opened)} opened  ${integer(stats.disposed)} disposed` },
    { text: stats.shutdown > 0 ? `  ${integer(stats.shutdown)} shut down` : "" },
  ];
}

/** What became of the lines, and where they go. */
export function linesLine({ stats }: MonitorSnapshot, total: number | undefined): Piece[] {
  return [
    label("lines  "),
    { text: total === undefined ? "-/s" : `${rate(total)}/s`, color: strong },
    ...finding(stats.dropped, "dropped", codes.error),
    ...finding(stats.failed, "failed", codes.error),
    ...finding(stats.late, "late", codes.warn),
    { text: stats.buffered > 0 ? `  ${bytes(stats.buffered)} buffered` : "" },
    { text: `  ${counted(stats.transports, "transport")} for ${counted(stats.leases, "handler")}` },
  ];
}

/** A count that should be zero. */
function finding(count: number, what: string, color: string): Piece[] {
  return [{ text: "  " }, { text: `${integer(count)} ${what}`, color: count > 0 ? color : undefined }];
}

function label(text: string): Piece {
  return { text, color: codes.dim };
}
