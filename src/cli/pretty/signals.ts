/** Until when to go on. */
export interface Stop extends Disposable {
  /** Aborted when the user has asked for the end. */
  readonly signal: AbortSignal;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Hears the signals that end a program, for as long as it is not disposed, so that the terminal is left as it was.
 *
 * Ctrl-C goes to every program of a pipeline. Where a program is piped in, the first is meant for that one: what it
 * still has to say on its way out is shown, and its end is ours. The second ends this one at once.
 */
export function untilSignal(color: boolean, piped: boolean): Stop {
  const controller = new AbortController();
  let patient = piped;
  const heard = (signal: NodeJS.Signals) => {
    if (signal === "SIGINT" && patient) {
      patient = false;
      return;
    }
    controller.abort();
    for (const one of signals) process.off(one, heard);
    // What is read from a pipe may never end, so this does not wait for it. By the signal itself, so that the shell
    // sees what it was.
    if (color && process.stdout.isTTY) process.stdout.write("\u001b[0m");
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, heard);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, heard);
    },
  };
}
