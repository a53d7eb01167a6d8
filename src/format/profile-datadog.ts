import { levelName } from "../record/level.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";
import { quoted, traceContext } from "./trace-context.ts";

const names = new SourceNames("name", "scope", "parent");

/**
 * Datadog: `timestamp`, `status` and `message` are the first of the attributes that its date, status and message
 * remappers look for; `logger.name` and `error.kind`, `error.message`, `error.stack` are standard attributes. `status`
 * is the level's name, which the remapper knows, but `critical` for `fatal`, which it would take for an emergency.
 * `dd.trace_id` and `dd.span_id` are what Datadog's tracers write: 32 hexadecimal digits, and a decimal number as text.
 */
export const datadogProfile: JsonProfile = {
  reserved: [
    // Where there is an `@timestamp`, the date is that.
    ...["@timestamp", "timestamp", "status", "message", "logger", "logger.name", "logger.scope", "logger.parent"],
    ...["error", "error.kind", "error.message", "error.stack", "late"],
  ],
  known: traceContext(["dd.trace_id", quoted], ["dd.span_id", (id) => quoted(String(BigInt(`0x${id}`)))]),
  head: (time, level) => `{"timestamp":${jsonTime(time)},"status":"${level >= 60 ? "critical" : levelName(level)}"`,
  before(source) {
    const text = names.write(source);
    return text === "" ? "" : `,"logger":{${text.slice(1)}}`;
  },
  message: ',"message":',
  after: () => "",
  errorNames: { type: "kind", message: "message", stack: "stack" },
  error: (thrown, values) => `,"error":${values.error(thrown)}`,
  late: ',"late":true',
};
