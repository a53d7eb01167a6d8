import { constants } from "node:os";
import { ScopelogError } from "../port/codes.ts";
import { optionError } from "./options.ts";

/** Refuses what is no signal of this system, and worker threads, which get none. */
export function checkSignals(where: string, signals: readonly NodeJS.Signals[]): void {
  // Not imported: it is loaded by nothing else here.
  if (!process.getBuiltinModule("node:worker_threads").isMainThread) {
    const message = `${where}: worker threads get no signals; call it in the main thread`;
    throw new ScopelogError("ERR_SCOPELOG_UNAVAILABLE", message);
  }
  if (!Array.isArray(signals)) throw optionError(where, "signals", "must be an array of signal names");
  for (const signal of signals) {
    if (!(signal in constants.signals)) throw optionError(where, "signals", `has ${signal}, which is no signal here`);
    if (signal === "SIGKILL" || signal === "SIGSTOP")
      throw optionError(where, "signals", `has ${signal}: nobody can catch it`);
  }
}
