import { fstatSync, readdirSync } from "node:fs";

// Linux lists the open files of a process in the first, macOS in the second.
const listing = ["/proc/self/fd", "/dev/fd"].find((path) => list(path) !== undefined);

/** How this platform is asked. */
export const socketSource = listing ?? "process.getActiveResourcesInfo()";

/** How many sockets this process has open, whoever opened them. */
export function openSockets(): number {
  const files = listing === undefined ? undefined : list(listing);
  return files === undefined ? activeSockets() : files.filter(isSocket).length;
}

/** How many files this process has open, sockets included; asks the kernel once, not once for each file. */
export function openFiles(): number {
  const files = listing === undefined ? undefined : list(listing);
  return files === undefined ? activeSockets() : files.length;
}

/** Counts the sockets that were opened since it was made; those open before are the demo's own. */
export class SocketMeter {
  /** The demo's own sockets: the server that listens, and the channels to its helpers. */
  readonly own = openSockets();
  readonly #ownFiles = openFiles();

  /** How many there are, on the ground that nothing but sockets is opened: fast enough to ask while others are at it. */
  glance(): number {
    return Math.max(0, openFiles() - this.#ownFiles);
  }

  /** How many there are, every one looked at. */
  count(): number {
    return Math.max(0, openSockets() - this.own);
  }
}

function list(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}

function isSocket(descriptor: string): boolean {
  try {
    return fstatSync(Number(descriptor)).isSocket();
  } catch {
    // The listing itself was open while it was read.
    return false;
  }
}

function activeSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^(TCP|UDP|Pipe)/.test(kind)).length;
}
