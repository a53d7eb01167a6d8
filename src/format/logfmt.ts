import { checkKeys } from "../port/check-object.ts";
import type { Formatter } from "../port/formatter.ts";
import { levelName } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";
import { errorLine, errorParts } from "./error.ts";
import { defaultLimits } from "./json-limits.ts";
import { cut } from "./json-string.ts";
import { recordFields } from "./record-fields.ts";
import { renameReserved } from "./reserved.ts";
import { messageValue } from "./text.ts";
import { isoTime } from "./time.ts";
import { valueText } from "./value-text.ts";

/** What the lines show. */
export interface LogfmtFormatterOptions {
  /** Whether the stack of an error is written, as `err.stack`. Default true. */
  readonly stack?: boolean;
}

const reserved: ReadonlySet<string> = new Set([
  ...["time", "level", "logger", "scope", "msg", "late"],
  ...["err", "err.code", "err.stack", "err.cause"],
]);

// How far causes are followed.
const maxCauses = 8;

/**
 * `key=value` pairs on one line, as go-logfmt and Go's `slog.TextHandler` write and read them: `time`, `level`,
 * `logger`, `scope`, `msg`, the fields, `err`, `err.code`, `err.cause`, `err.stack`, `late`, each only if there is one.
 *
 * A value is quoted if it is empty or has a space, a quote, `=`, or something that does not print; in quotes, escapes
 * are those of JSON. Nested values are JSON in quotes. In a key, what is not allowed becomes `_`; a key that is taken
 * gets a `_` at its end, so that none comes twice.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for options that are no object
 */
export function logfmtFormatter(options: LogfmtFormatterOptions = {}): Formatter {
  checkKeys("logfmtFormatter", options, ["stack"]);
  const { stack = true } = options;
  return {
    format(record) {
      const { source, error } = record;
      let line = `time=${isoTime(record.time) ?? "null"} level=${levelName(record.levelNumber)}`;
      if (source.logger !== "") line += ` logger=${logfmtValue(source.logger)}`;
      if (source.scope !== undefined) line += ` scope=${logfmtValue(source.scope)}`;
      line += ` msg=${logfmtValue(messageValue(record))}${fieldPairs(record)}`;
      if (error !== undefined) line += errorPairs(error, stack);
      return record.late ? `${line} late=true` : line;
    },
  };
}

function fieldPairs(record: LogRecord): string {
  const taken = new Set<string>();
  let text = "";
  for (const [name, value] of recordFields(record)) {
    if (text.length > defaultLimits.line) return `${text} ...=more`;
    const written = valueText(value, name);
    if (written === undefined) continue;
    let key = renameReserved(logfmtKey(name), reserved);
    while (taken.has(key)) key += "_";
    taken.add(key);
    text += ` ${key}=${logfmtValue(written)}`;
  }
  return text;
}

function errorPairs(error: unknown, withStack: boolean): string {
  const parts = errorParts(error);
  let text = ` err=${logfmtValue(errorLine(parts))}`;
  if (parts.code !== undefined) text += ` err.code=${logfmtValue(cut(String(parts.code), defaultLimits.string))}`;
  const causes: string[] = [];
  const seen = [error];
  for (let { cause } = parts; cause !== undefined && causes.length < maxCauses && !seen.includes(cause); ) {
    seen.push(cause);
    const inner = errorParts(cause);
    causes.push(errorLine(inner));
    cause = inner.cause;
  }
  if (causes.length > 0) text += ` err.cause=${logfmtValue(causes.join("; "))}`;
  if (!withStack || parts.stack === undefined) return text;
  return `${text} err.stack=${logfmtValue(cut(parts.stack, defaultLimits.string))}`;
}

// What ends a bare value or does not print; surrogates may be alone, and are with the flag `u`.
const unsafe = /[\s"=\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd\ud800-\udfff]/;
const unsafeInKey = new RegExp(unsafe.source, "gu");
// What JSON.stringify leaves as it is.
const unprintable = /[\u007f-\u009f\u00a0\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function logfmtKey(key: string): string {
  return key === "" ? "_" : cut(key, 256).replace(unsafeInKey, "_");
}

function logfmtValue(text: string): string {
  if (text !== "" && !unsafe.test(text)) return text;
  return JSON.stringify(text).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
