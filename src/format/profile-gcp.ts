import { type LevelName, levelName } from "../record/level.ts";
import { errorParts } from "./error.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";
import { quoted, traceContext } from "./trace-context.ts";

const names = new SourceNames("logger", "scope", "parent");

// LogSeverity of the Cloud Logging API.
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
 * where Error Reporting looks first for a stack as V8 writes it. Other special fields, such as `httpRequest`, go through
 * as they are given.
 */
export const gcpProfile: JsonProfile = {
  reserved: [
    ...["severity", "time", "timestamp", "timestampSeconds", "timestampNanos", "message"],
    ...["logger", "scope", "parent", "stack_trace", "err", "late"],
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

/**
 * The same with the special fields for traces: the resource name of a trace of `project`, or without a project its id
 * alone, which the agents complete for what goes to stdout or stderr.
 */
export function gcpTraces(project: string | undefined): JsonProfile {
  const traceName = (id: string) => quoted(project === undefined ? id : `projects/${project}/traces/${id}`);
  const prefix = "logging.googleapis.com/";
  const known = traceContext([`${prefix}trace`, traceName], [`${prefix}spanId`, quoted], `${prefix}trace_sampled`);
  return { ...gcpProfile, known };
}
