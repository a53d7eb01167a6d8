import type { LogRecord } from "../record/log-record.ts";

/** Which records belong together: those for which it returns the same text. */
export type By = (record: LogRecord) => string | undefined;

/** How many keys are known at a time; beyond, the oldest is forgotten. */
export const maxKeys = 1000;

/** The key of a record; one key for all without `by`. */
export function keyOf(by: By | undefined, record: LogRecord): string {
  return by === undefined ? "" : String(by(record));
}
