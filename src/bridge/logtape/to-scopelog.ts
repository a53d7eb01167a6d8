import { readKey } from "../../format/record-fields.ts";
import { valueText } from "../../format/value-text.ts";
import { type Fields, isArray, isError, setField } from "../../record/fields.ts";
import { levelNumber } from "../../record/level.ts";
import { createRecord, type LogRecord } from "../../record/log-record.ts";
import { foreignFields } from "../shared/foreign-fields.ts";
import { itemsOf } from "../shared/items-of.ts";
import { fromLogtapeLevel, type LogtapeRecord } from "./logtape-like.ts";

// No template and no category has as many.
const maxParts = 1000;

/**
 * A record of LogTape as one of this library: the category, joined with dots, as the logger's name; the message with its
 * values filled in; an `error` or `err` among the properties as the error, if it is one; the other properties, and
 * `sourceLocation` if there is one, as fields. Functions among the properties are left out. Never throws.
 */
export function toScopelog(record: LogtapeRecord): LogRecord {
  const { time, ...parts } = partsOf(record);
  return createRecord({ ...parts, ...(time === undefined ? {} : { time }), logger: categoryName(record) });
}

/** What a record says, but for its category. */
export function partsOf(record: LogtapeRecord): {
  levelNumber: number;
  message: string;
  error: unknown;
  fields: Fields | undefined;
  time: number | undefined;
} {
  const properties = readKey(record, "properties");
  let error: unknown;
  let fields: Fields | undefined;
  if (typeof properties === "object" && properties !== null) {
    const errorKey = ["error", "err"].find((key) => isError(readKey(properties, key)));
    if (errorKey !== undefined) error = readKey(properties, errorKey);
    fields = foreignFields(properties, (key) => key === errorKey);
  }
  const location = readKey(record, "sourceLocation");
  if (typeof location === "object" && location !== null && fields?.["sourceLocation"] === undefined) {
    const more: Record<string, unknown> = { ...fields };
    setField(more, "sourceLocation", location);
    fields = more;
  }
  const timestamp = readKey(record, "timestamp");
  return {
    levelNumber: levelNumber(fromLogtapeLevel(readKey(record, "level"))),
    message: messageOf(record),
    error,
    fields,
    time: typeof timestamp === "number" && Number.isFinite(timestamp) ? timestamp : undefined,
  };
}

/** The category with dots. */
export function categoryName(record: LogtapeRecord): string {
  const category = readKey(record, "category");
  try {
    return isArray(category) ? itemsOf(category, maxParts).join(".") : "";
  } catch {
    // A part that is no text, and does not become one.
    return "";
  }
}

function messageOf(record: LogtapeRecord): string {
  // What LogTape writes for an object of properties alone: all of them, which are fields here.
  if (readKey(record, "rawMessage") === "{*}") return "";
  const parts = readKey(record, "message");
  if (!isArray(parts)) return typeof parts === "string" ? parts : "";
  let text = "";
  for (const part of itemsOf(parts, maxParts)) {
    text += typeof part === "string" ? part : (valueText(part, "") ?? odd(part));
  }
  return text;
}

// What JSON leaves out: undefined, a symbol, a function.
function odd(value: unknown): string {
  return typeof value === "function" ? "[function]" : String(value);
}
