import { checkKeys } from "../port/check-object.ts";
import { processTrouble } from "../port/trouble.ts";
import { flushSync } from "./exit-flush.ts";
import { checkNumber, optionError } from "./options.ts";
import { checkSignals } from "./signal-options.ts";

/** What `flushOnSignals` takes. */
export interface FlushOnSignalsOptions {
  /** `SIGTERM`, `SIGINT` and `SIGHUP` if absent. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /** What is done before the process ends, such as `shutdown` for handlers that write to the network. */
  readonly finish?: (() => void | Promise<void>) | undefined;
  /** The longest time `finish` may take, in milliseconds; 5000 if absent. */
  readonly graceMs?: number | undefined;
}

/**
 * Brings out all lines when one of these signals is about to end the process, then lets the signal end it. Without
 * this a signal that nobody listens to ends a process at once, with no `exit` event, and the lines of the last
 * `flushMs` are lost. Where the program listens to the signal itself, lines are flushed and the end is left to it.
 * The same signal again ends the process at once.
 * @returns what stops it when it is disposed
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for a wrong option; `ERR_SCOPELOG_UNAVAILABLE` in a worker thread
 */
export function flushOnSignals(options: FlushOnSignalsOptions = {}): Disposable {
  const where = "flushOnSignals";
  checkKeys(where, options, ["signals", "finish", "graceMs"]);
  const { signals = ["SIGTERM", "SIGINT", "SIGHUP"], finish } = options;
  checkSignals(where, signals);
  if (finish !== undefined && typeof finish !== "function") throw optionError(where, "finish", "must be a function");
  const graceMs = checkNumber(where, "graceMs", options.graceMs, 5000);

  const entry: Entry = { finish, graceMs };
  for (const signal of signals) add(signal, entry);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) remove(signal, entry);
    },
  };
}

interface Entry {
  readonly finish: FlushOnSignalsOptions["finish"];
  readonly graceMs: number;
}

// One listener a signal, however often this is asked for: whoever counts listeners would otherwise take ours for one
// that sees to the end of the process.
const entries = new Map<NodeJS.Signals, Set<Entry>>();

function add(signal: NodeJS.Signals, entry: Entry): void {
  const known = entries.get(signal);
  if (known !== undefined) known.add(entry);
  else {
    entries.set(signal, new Set([entry]));
    process.on(signal, onSignal);
  }
}

function remove(signal: NodeJS.Signals, entry: Entry): void {
  const known = entries.get(signal);
  if (known?.delete(entry) && known.size === 0) forget(signal);
}

function forget(signal: NodeJS.Signals): void {
  entries.delete(signal);
  process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  flushSync();
  if (process.listenerCount(signal) > 1) return;
  const asked = [...(entries.get(signal) ?? [])];
  forget(signal);
  void Promise.all(asked.map(finishWithin)).then(() => {
    flushSync();
    // Nobody listens any more: the system's own answer to the signal ends the process, with its exit code.
    process.kill(process.pid, signal);
  });
}

async function finishWithin({ finish, graceMs }: Entry): Promise<void> {
  if (finish === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  try {
    await Promise.race([finish(), grace]);
  } catch (error) {
    processTrouble.report("SCOPELOG_WARN_CLOSE_FAILED", "What was to finish before the end threw an error.", {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
