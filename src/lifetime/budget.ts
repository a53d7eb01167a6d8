import { WeakCrowd } from "./weak-crowd.ts";

/** Something that has dead weight to throw off when the process runs out of sockets and files. */
export interface Relief {
  /** Ends what is collected already. Returns how many. */
  sweep(): number;
  /** Is told that there was pressure, after what could be thrown off was. */
  pressed(cause: string): void;
}

// Weak: a registry that is forgotten must not be kept by wanting to help.
const reliefs = new WeakCrowd<Relief>();
const idleClosers = new Set<() => number>();
let limit: number | undefined;
let asking = false;
let askedAt = Number.NEGATIVE_INFINITY;
let toldAt = Number.NEGATIVE_INFINITY;

// Pressure comes in floods, one for every line: it is told, and a collection asked for, no more often than this.
const quietMs = 10_000;
const askAgainMs = 1_000;
const fractionOfLimit = 0.8;

/** Has `relief` throw off dead weight under pressure; held weakly. */
export function relieve(relief: Relief): void {
  reliefs.add(relief);
}

/** Has `closeIdle` called under pressure; it is kept for the life of the process. */
export function relieveIdle(closeIdle: () => number): void {
  idleClosers.add(closeIdle);
}

/**
 * How many transports may be open: what was set, else four fifths of the files that could be opened beside those that
 * are open when it is first asked, else no limit.
 */
export function transportBudget(): number {
  limit ??= Math.max(1, Math.floor(freeFiles() * fractionOfLimit));
  return limit;
}

/** Sets how many transports may be open; undefined goes back to the limit of open files. */
export function setTransportBudget(transports: number | undefined): void {
  limit = transports;
}

// A sweep looks at every live scope, and pressure comes with every line: only a collection makes something dead, so
// until this is gone as well there is nothing to find.
let witness: WeakRef<object> | undefined;

/** Whether there was a collection since this was last true. */
function hasCollected(): boolean {
  if (witness?.deref() !== undefined) return false;
  witness = new WeakRef({});
  return true;
}

/**
 * Meets pressure: the budget is reached, or the system has refused another file (EMFILE, ENFILE). Sweeps what is
 * already dead, closes what is idle, and asks the runtime for a collection if it lets us; never blocks.
 * @returns how many sockets and files may have come free by this; more may follow the collection
 */
export function meetPressure(cause: string): number {
  let freed = 0;
  for (const closeIdle of idleClosers) freed += closeIdle();
  const helpers = [...reliefs];
  if (hasCollected()) for (const relief of helpers) freed += relief.sweep();
  askForCollection();
  const now = Date.now();
  if (Math.abs(now - toldAt) >= quietMs) {
    toldAt = now;
    for (const relief of helpers) relief.pressed(cause);
  }
  return freed;
}

/** Meets pressure if `error` says that the system refuses another file or socket: `EMFILE`, `ENFILE`. */
export function meetShortage(error: unknown, destination: string): void {
  const { code } = Object(error) as { code?: unknown };
  if (code === "EMFILE" || code === "ENFILE") meetPressure(`nothing more can be opened for ${destination}: ${code}`);
}

type Collector = (options?: { type: "major"; execution: "async" }) => unknown;

/** Asks for a collection, unless one was asked for that is still to come, or a moment ago. */
function askForCollection(): void {
  const { gc, Bun } = globalThis as { gc?: Collector; Bun?: { gc(now: boolean): unknown } };
  if (typeof gc !== "function" && typeof Bun?.gc !== "function") return;
  const now = Date.now();
  if (asking || Math.abs(now - askedAt) < askAgainMs) return;
  asking = true;
  askedAt = now;
  // Later and asynchronously: the line that met the pressure must not wait for it.
  setTimeout(() => {
    try {
      const begun = typeof gc === "function" ? gc({ type: "major", execution: "async" }) : Bun?.gc(false);
      Promise.resolve(begun).then(asked, asked);
    } catch {
      asked();
    }
  });
}

function asked(): void {
  asking = false;
}

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
  readdirSync(path: string): readonly string[];
}

// Node itself holds about 20 files; under a limit of 100 that decides whether the application can still open one.
function freeFiles(): number {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  try {
    const fs = process?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
    const soft = fs?.readFileSync("/proc/self/limits", "utf8").match(/^Max open files\s+(\d+)/m)?.[1];
    if (fs === undefined || soft === undefined) return Number.POSITIVE_INFINITY;
    return Number(soft) - fs.readdirSync("/proc/self/fd").length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
