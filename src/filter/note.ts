import { copyRecord, type LogRecord } from "../record/log-record.ts";

/** The record with one more field; a field that is there already keeps its name, the new one gets a `_`. */
export function withNote(record: LogRecord, key: string, value: unknown): LogRecord {
  const { fields, source } = record;
  let free = key;
  while ((fields !== undefined && free in fields) || free in source.bound) free += "_";
  return copyRecord(record, { fields: { ...fields, [free]: value } });
}
