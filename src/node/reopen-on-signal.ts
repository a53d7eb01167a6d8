import { reopenAll } from "./file-handler.ts";
import { optionError } from "./options.ts";
import { checkSignals } from "./signal-options.ts";

/** A handler that can open its file anew. */
export interface Reopenable {
  reopen(): void;
}

/**
 * Opens log files anew when a signal comes: what logrotate's `postrotate` script sends after it has renamed them. The
 * process no longer ends from that signal.
 * @param signal `SIGHUP` if absent
 * @param handlers the handlers to reopen, held weakly; all log files of the process if absent
 * @returns what stops it when it is disposed
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is no signal, or a handler cannot be opened anew;
 * `ERR_SCOPELOG_UNAVAILABLE` in a worker thread
 */
export function reopenOnSignal(signal: NodeJS.Signals = "SIGHUP", handlers?: readonly Reopenable[]): Disposable {
  checkSignals("reopenOnSignal", [signal]);
  for (const [index, handler] of handlers?.entries() ?? []) {
    if (typeof handler?.reopen !== "function") {
      throw optionError("reopenOnSignal", `handlers[${index}]`, "has no reopen() method");
    }
  }
  const reopen = handlers === undefined ? reopenAll : reopener(handlers.map((handler) => new WeakRef(handler)));
  process.on(signal, reopen);
  return { [Symbol.dispose]: () => void process.off(signal, reopen) };
}

// Built apart, so that the process holds the handlers weakly: its closure does not know `handlers`.
function reopener(handlers: readonly WeakRef<Reopenable>[]): () => void {
  return () => {
    for (const handler of handlers) handler.deref()?.reopen();
  };
}
