import { writeSync } from "node:fs";

/** Holds lines that must be out before the process, or the worker thread, is gone. */
export interface Drainable {
  /** Brings out, without the event loop and within a bounded time, everything that was taken. Never throws. */
  drainAtExit(): void;
}

// Only what is open: a transport leaves when it is closed. It holds no handler, so nothing else is kept from here.
const open = new Set<Drainable>();
let exiting = false;

// Deno has no `exit` event for an uncaught error and for `Deno.exit()`, but tells of them in these ways. An error may yet
// be caught, so nothing is over for certain then.
const deno = "Deno" in globalThis ? (globalThis as unknown as EventTarget) : undefined;

/**
 * Has `drainable` drained when the process exits: at its natural end, after `process.exit()`, an uncaught exception or
 * an unhandled rejection. All of them share one `exit` listener, which is there only while something is open.
 * In a worker thread it is the thread's own exit; `worker.terminate()` gives no notice.
 */
export function drainOnExit(drainable: Drainable): void {
  if (open.size === 0) {
    process.on("exit", drainAll);
    if (deno !== undefined) process.on("uncaughtExceptionMonitor", flushSync);
    deno?.addEventListener("unload", flushSync);
  }
  open.add(drainable);
}

/** Takes `drainable` out again. */
export function stopDrainOnExit(drainable: Drainable): void {
  if (!open.delete(drainable) || open.size > 0) return;
  process.off("exit", drainAll);
  if (deno !== undefined) process.off("uncaughtExceptionMonitor", flushSync);
  deno?.removeEventListener("unload", flushSync);
}

/** Whether the process is past its last turn of the event loop: no timer fires any more, lines must be written at once. */
export function isExiting(): boolean {
  return exiting;
}

/**
 * Brings out now, without waiting for the event loop, what the file and stream handlers of this thread have taken: the
 * synchronous `flush()` of them all, for a crash handler of your own. Never throws.
 */
export function flushSync(): void {
  for (const drainable of [...open]) drainable.drainAtExit();
}

/** Tells of lines that are lost at the exit: `process.emitWarning` would speak in a next turn of the event loop, and there is none. */
export function tellAtExit(text: string): void {
  try {
    writeSync(2, `scopelog: ${text} lost at exit\n`);
  } catch {
    // Nobody is left who could be told.
  }
}

function drainAll(): void {
  exiting = true;
  flushSync();
}
