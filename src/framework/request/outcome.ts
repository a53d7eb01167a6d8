import { isThenable } from "../../lifetime/thenable.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";

/**
 * Says how a request went, for the summary and the buffer: badly, if the status is 500 or above, if it was aborted
 * before the whole response was out, or if the handler said so itself.
 * @param cause what was thrown on the way, if anything; it may have been answered with a status below 500
 */
export function tellOutcome(log: ScopedLogger, status: number | undefined, aborted: boolean, cause?: unknown): void {
  if (log.disposed) return;
  const fields = aborted ? (status === undefined ? { aborted } : { status, aborted }) : { status };
  if (aborted || (status !== undefined && status >= 500) || log.outcome === "error") log.fail(cause, fields);
  else log.ok(fields);
}

/**
 * Calls `work`, inside `run()` if it is to be `ambient`. What it throws, or rejects with, is given to `failed`, which
 * fails the scope if it is absent, and is passed on: thrown, or as a rejection of what is returned.
 */
export function attempt<T>(
  log: ScopedLogger,
  ambient: boolean,
  work: () => T,
  failed: (error: unknown, log: ScopedLogger) => void = fail,
): T {
  try {
    const result = ambient ? log.run(work) : work();
    if (!isThenable(result)) return result;
    return result.then(undefined, (error: unknown) => {
      failed(error, log);
      throw error;
    }) as T;
  } catch (error) {
    failed(error, log);
    throw error;
  }
}

function fail(error: unknown, log: ScopedLogger): void {
  log.fail(error);
}
