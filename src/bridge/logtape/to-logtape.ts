import { recordFields } from "../../format/record-fields.ts";
import { renameReserved } from "../../format/reserved.ts";
import { setField } from "../../record/fields.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { type LogtapeRecord, toLogtapeLevel } from "./logtape-like.ts";

const reserved: ReadonlySet<string> = new Set(["error", "scope", "late"]);

/**
 * A record of this library as one of LogTape: the logger's name as category, split at its dots, none for the root; the
 * message as one part, without placeholders; the fields as properties with their values as they are, and with them
 * `error`, as LogTape's own methods have it, `scope`, and `late: true` for a late line. A field with one of these three
 * names gets a `_` at its end. Never throws.
 */
export function toLogtape(record: LogRecord): LogtapeRecord {
  const { message, error, late, source } = record;
  const properties: Record<string, unknown> = {};
  for (const [key, value] of recordFields(record)) setField(properties, renameReserved(key, reserved), value);
  if (source.scope !== undefined) properties["scope"] = source.scope;
  if (error !== undefined) properties["error"] = error;
  if (late) properties["late"] = true;
  return {
    category: source.logger === "" ? [] : source.logger.split("."),
    level: toLogtapeLevel(record.level),
    message: [message],
    rawMessage: message,
    // Formatters throw at what is no date.
    timestamp: Math.abs(record.time) <= 8.64e15 ? record.time : Date.now(),
    properties,
  };
}
