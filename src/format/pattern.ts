import { ScopelogError } from "../port/codes.ts";
import type { Formatter } from "../port/formatter.ts";
import { escapeControls } from "../record/escape.ts";
import { levelName } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";
import { errorLine, errorParts } from "./error.ts";
import { errorText } from "./error-text.ts";
import { nativeValues } from "./json-values.ts";
import { recordFields } from "./record-fields.ts";
import { fieldTexts, messageValue } from "./text.ts";
import { isoTime } from "./time.ts";

type Piece = (record: LogRecord) => string;

const pieces: Readonly<Record<string, Piece>> = {
  __proto__: null as never,
  time: ({ time }) => isoTime(time) ?? "-",
  ms: ({ time }) => String(time),
  level: ({ levelNumber }) => levelName(levelNumber),
  LEVEL: ({ levelNumber }) => levelName(levelNumber).toUpperCase(),
  name: ({ source }) => escapeControls(source.logger),
  scope: ({ source }) => escapeControls(source.scope ?? ""),
  id: ({ source }) => escapeControls(source.scope ?? source.logger),
  message: (record) => escapeControls(messageValue(record)),
  fields: (record) =>
    fieldTexts(record)
      .map(({ name, value }) => `${name}=${value}`)
      .join(" "),
  json: (record) => escapeControls(nativeValues.value(new Map(recordFields(record)), "") ?? "{}"),
  error: ({ error }) => (error === undefined ? "" : escapeControls(errorLine(errorParts(error)))),
  stack: ({ error }) => (error === undefined ? "" : `\n${errorText(error)}`),
  late: ({ late }) => (late ? "late" : ""),
  pid: () => String((globalThis as { process?: { pid?: number } }).process?.pid ?? ""),
};

// log4j, printf: `-` is left-justified, the number is the least width.
const placeholder = /%(?:(%)|(-?)([0-9]{0,3})([A-Za-z]+)|(-?)([0-9]{0,3})\{([A-Za-z]+)\}|)/g;

/**
 * Lines by a pattern, such as `%time %-5level %name %message %fields`.
 *
 * `%time` ISO 8601 in UTC, `%ms` milliseconds since 1970, `%level` and `%LEVEL`, `%name` the logger's name, `%scope` the
 * scope's id, `%id` the scope's id or else the logger's name, `%message`, `%fields` as `key=value`, `%json` the fields as
 * one JSON object, `%error` as `type: message`, `%stack` the error on lines of its own, with its causes, `%late` the
 * word `late` for a record logged after the end of its scope, `%pid`, and `%%` for a percent sign. `%{level}` is
 * `%level` where letters follow. `%5level` pads to 5 characters on the left, `%-5level` on the right.
 *
 * An error that the pattern has no place for (neither `%error` nor `%stack`) follows as with `%stack`. Control
 * characters in the data are shown escaped, as by `textFormatter`.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for a placeholder that is not one of these
 */
export function patternFormatter(pattern: string): Formatter {
  if (typeof pattern !== "string") throw new ScopelogError("ERR_SCOPELOG_OPTION", "pattern must be a string");
  const parts: Piece[] = [];
  let end = 0;
  let tellsError = false;
  for (const match of pattern.matchAll(placeholder)) {
    const literal = pattern.slice(end, match.index) + (match[1] ?? "");
    if (literal !== "") parts.push(() => literal);
    end = match.index + match[0].length;
    if (match[1] !== undefined) continue;
    const name = match[4] ?? match[7];
    const piece = name === undefined ? undefined : pieces[name];
    if (piece === undefined) {
      const known = Object.keys(pieces).join(", %");
      throw new ScopelogError("ERR_SCOPELOG_OPTION", `pattern has "${match[0]}"; there are %${known}, and %% for %`);
    }
    tellsError ||= name === "error" || name === "stack";
    parts.push(padded(piece, Number(match[3] ?? match[6] ?? 0), (match[2] ?? match[5]) === "-"));
  }
  const rest = pattern.slice(end);
  if (rest !== "") parts.push(() => rest);
  if (!tellsError) parts.push(pieces["stack"] as Piece);
  return { format: (record) => parts.reduce((line, part) => line + part(record), "") };
}

function padded(piece: Piece, width: number, left: boolean): Piece {
  if (width === 0) return piece;
  return left ? (record) => piece(record).padEnd(width) : (record) => piece(record).padStart(width);
}
