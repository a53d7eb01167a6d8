import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { integer } from "../../number-text.ts";
import { openFiles } from "./sockets.ts";

/** How many more sockets this process can open, and what stands in the way of more. */
export interface Room {
  readonly sockets: number;
  readonly because: string;
}

/** Files that stay free, so that the process does not die of the last one. */
const spare = 64;

/** How many connections can be open at the same time without taking more than half of the files there are. */
export function maxConcurrency(): number {
  return Math.max(1, Math.floor((fileLimit() - openFiles() - spare) / 2));
}

/**
 * The room for UDP sockets beside `connections` open connections. Each takes a file and, as nobody bound it to a port,
 * one of the ports that the system gives away; other programs need some of those too.
 */
export function roomForSockets(connections: number): Room {
  const limit = fileLimit();
  const files = Math.max(1, limit - openFiles() - connections - spare);
  const ports = Math.floor(temporaryPorts() * 0.9);
  return files <= ports
    ? { sockets: files, because: `the limit of open files is ${integer(limit)}` }
    : {
        sockets: ports,
        because: `each socket takes a UDP port, and the system gives away ${integer(temporaryPorts())}`,
      };
}

// Node has raised its soft limit to the hard one at its start, and a child inherits it.
function fileLimit(): number {
  try {
    const answer = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return Number.parseInt(answer, 10) || Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function temporaryPorts(): number {
  try {
    const [first, last] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
    return Number(last) - Number(first) + 1;
  } catch {
    // The range that IANA set aside, which the other systems use.
    return 65_535 - 49_152 + 1;
  }
}
