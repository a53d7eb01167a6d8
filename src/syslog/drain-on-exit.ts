import { existsSync } from "node:fs";
import type { Destination } from "./create-transport.ts";
import type { TransportSettings } from "./transport-settings.ts";

/** The settings that another thread can be told. */
export type DrainSettings = Omit<TransportSettings, "frame" | "notice" | "drainOnExit">;

/** What the worker is told. */
export interface DrainOrder {
  readonly settings: DrainSettings;
  readonly destination: Destination;
  /** Messages in their frames; one may be several. */
  readonly pieces: readonly Uint8Array[];
  readonly noticeBefore: string;
  readonly noticeAfter: string;
  /** Whether it is done, and how many pieces it has brought out. */
  readonly state: Int32Array;
}

const marker = "{}";

/**
 * Brings out `pieces` on a connection of a worker's, while this thread waits: at most the linger and a second for the
 * worker to start. Only for the end of the process, when nothing else can wait. Returns how many were brought out.
 */
export function drainInWorker(
  settings: DrainSettings,
  notice: (text: string) => string,
  destination: Destination,
  pieces: readonly Uint8Array[],
): number {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const [noticeBefore, noticeAfter] = notice(marker).split(marker) as [string, string];
  const workerData: DrainOrder = { settings, destination, pieces, noticeBefore, noticeAfter, state };
  try {
    const script = new URL("./exit-worker.js", import.meta.url);
    // A bundle has it only if it was put there: a worker that cannot start would be waited for all the same.
    if (!existsSync(script)) return 0;
    // Not imported: it is for this one moment.
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const worker = new Worker(script, { workerData, execArgv: [] });
    worker.unref();
  } catch {
    // TLS options that cannot be handed to another thread, or no more threads.
    return 0;
  }
  Atomics.wait(state, 0, 0, settings.lingerMs + 1_000);
  return Atomics.load(state, 1);
}
