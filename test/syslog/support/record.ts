import { createRecord, type LogRecord, type RecordInit } from "scopelog";

/** A record with `message`. */
export function record(message: string, init: RecordInit = {}): LogRecord {
  return createRecord({ message, ...init });
}

let made = 0;

/** A name that no other handler of this process has, to know its messages by. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${process.pid}-${++made}`;
}
