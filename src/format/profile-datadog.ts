import { levelName } from "../record/level.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";

const names = new SourceNames("name", "scope");

/**
 * Datadog: `timestamp`, `status` and `message` are the first of the attributes that its date, status and message
 * remappers look for; `logger.name` and `error.kind`, `error.message`, `error.stack` are standard attributes. `status`
 * is the level's name, which the remapper knows, but `critical` for `fatal`, which it would take for an emergency.
 */
export const datadogProfile: JsonProfile = {
  reserved: [
    ...["timestamp", "status", "message", "logger", "logger.name", "logger.scope"],
    ...["error", "error.kind", "error.message", "error.stack", "late"],
  ],
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
