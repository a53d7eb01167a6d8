import { levelName } from "../record/level.ts";
import { type JsonProfile, jsonTime, SourceNames } from "./json-profile.ts";
import { quoted, traceContext } from "./trace-context.ts";

const names = new SourceNames("log.logger", "scopelog.scope", "scopelog.parent");

/**
 * Elastic Common Schema. The first three keys, their order and `log.level` as one dotted key are what the ECS logging
 * specification asks for (elastic/ecs-logging, spec.json); `log.logger`, `error.*`, `trace.id` and `span.id` are fields
 * of ECS itself. What ECS has no field for is below `scopelog`, as it wants of custom fields.
 */
export const ecsProfile: JsonProfile = {
  reserved: [
    ...["@timestamp", "log.level", "message", "ecs.version", "ecs", "log", "log.logger"],
    ...["error", "error.type", "error.message", "error.stack_trace", "error.code"],
    ...["scopelog", "scopelog.scope", "scopelog.parent", "scopelog.late"],
  ],
  known: traceContext(["trace.id", quoted], ["span.id", quoted]),
  head: (time, level) => `{"@timestamp":${jsonTime(time)},"log.level":"${levelName(level)}"`,
  before: () => "",
  message: ',"message":',
  after: (source) => `,"ecs.version":"8.11.0"${names.write(source)}`,
  errorNames: { type: "type", message: "message", stack: "stack_trace" },
  error: (thrown, values) => `,"error":${values.error(thrown)}`,
  late: ',"scopelog.late":true',
};
