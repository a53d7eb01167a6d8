import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Formatter } from "../port/formatter.ts";
import { escapeControls } from "../record/escape.ts";
import { messageOf } from "../record/fields.ts";
import { levelName } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";
import { codes, paint, wantsColor } from "./color.ts";
import { errorText } from "./error-text.ts";
import { defaultLimits } from "./json-limits.ts";
import { cut } from "./json-string.ts";
import { recordFields } from "./record-fields.ts";
import { isoTime } from "./time.ts";
import { type FieldText, fieldText } from "./value-text.ts";

/** How the lines look. */
export interface TextFormatterOptions {
  /**
   * Whether to write colour. Default `"auto"`: as the environment variables `FORCE_COLOR` and `NO_COLOR` say, else if
   * standard output is a terminal. Decided once, when the formatter is made.
   */
  readonly color?: "auto" | boolean;
  /** `"iso"`: date and time in UTC; `"clock"`: the local time of day; false: none. Default `"iso"`. */
  readonly time?: "iso" | "clock" | false;
}

// More fields than this are not readable on a line.
const maxFields = 200;

/**
 * Lines for people: `time LEVEL name message key=value`, where the name is the scope's id, or else the logger's name.
 * An error follows on lines of its own, indented, with its properties and causes; nothing else ever makes a second
 * line. Control characters and escape sequences in the data are shown (`\n`, `\x1b`), never obeyed.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an option of the wrong kind
 */
export function textFormatter(options: TextFormatterOptions = {}): Formatter {
  checkKeys("textFormatter", options, ["color", "time"]);
  const { color = "auto", time = "iso" } = options;
  if (color !== "auto" && typeof color !== "boolean") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", 'color must be true, false or "auto"');
  }
  if (time !== "iso" && time !== "clock" && time !== false) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", 'time must be "iso", "clock" or false');
  }
  const tint = (color === "auto" ? wantsColor() : color) ? paint : (_: string, text: string) => text;
  return {
    format(record) {
      const level = levelName(record.levelNumber);
      const stamp = time === false ? "" : `${tint(codes.dim, time === "iso" ? iso(record.time) : clock(record.time))} `;
      const name = record.source.scope ?? record.source.logger;
      const named = name === "" ? "" : `${tint(codes.name, escapeControls(name))} `;
      const late = record.late ? ` ${tint(codes.warn, "(late)")}` : "";
      let line = `${stamp}${tint(codes[level], level.toUpperCase().padEnd(5))} ${named}${escapeControls(messageValue(record))}${late}`;
      for (const { name, value } of fieldTexts(record)) line += ` ${tint(codes.key, `${name}=`)}${value}`;
      return record.error === undefined ? line : `${line}\n${errorText(record.error)}`;
    },
  };
}

/** The message, cut at the limit; not yet escaped. */
export function messageValue({ message }: LogRecord): string {
  return cut(typeof message === "string" ? message : messageOf(message), defaultLimits.string);
}

/** The fields as text, the first ones if there are very many. */
export function fieldTexts(record: LogRecord): FieldText[] {
  const fields = recordFields(record);
  const texts = fields.slice(0, maxFields).map(([key, value]) => fieldText(key, value));
  if (fields.length > maxFields) texts.push({ name: "...", value: `[${fields.length - maxFields} more]` });
  return texts.filter((text) => text !== undefined);
}

function iso(time: number): string {
  return isoTime(time) ?? "-";
}

function clock(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "-";
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}
