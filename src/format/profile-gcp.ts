import { type LevelName, levelName } from "../record/level.ts";
import { errorParts } from "./error.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";

// LogSeverity of the Cloud Logging API.
const names = new SourceNames("logger", "scope");

const severities: Readonly<Record<LevelName, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};

/**
 * Google Cloud Logging: `severity`, `message`, `time` are special fields of structured logging, and `stack_trace` is
 * where Error Reporting looks for a stack as V8 writes it. Other special fields, such as `httpRequest` or
 * `logging.googleapis.com/trace`, go through as they are given.
 */
export const gcpProfile: JsonProfile = {
  reserved: [
    ...["severity", "time", "timestamp", "timestampSeconds", "timestampNanos", "message"],
    ...["logger", "scope", "stack_trace", "err", "late"],
  ],
  head: (time, level) => `{"severity":"${severities[levelName(level)]}","time":${jsonTime(time)}`,
  before: (source) => names.write(source),
  message: ',"message":',
  after: () => "",
  errorNames: { type: "type", message: "message", stack: "stack" },
  error(thrown, values) {
    const { stack } = errorParts(thrown);
    const text = stack === undefined ? undefined : values.value(stack, "stack_trace");
    return `${text === undefined ? "" : `,"stack_trace":${text}`},"err":${values.error(thrown, true)}`;
  },
  late: ',"late":true',
};
