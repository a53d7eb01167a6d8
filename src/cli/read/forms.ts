import { datadogProfile } from "../../format/profile-datadog.ts";
import { ecsProfile } from "../../format/profile-ecs.ts";
import { gcpProfile } from "../../format/profile-gcp.ts";
import { nativeProfile } from "../../format/profile-native.ts";
import { pinoProfile } from "../../format/profile-pino.ts";
import { datadogTraces, ecsTraces, gcpTraces, type TraceFields } from "./trace-fields.ts";

/** A JSON object as it was read. */
export type Line = Readonly<Record<string, unknown>>;

/** What a key of a line means. */
export type Role =
  | "time"
  | "level"
  | "logger"
  | "loggerObject"
  | "logObject"
  | "scope"
  | "parent"
  | "message"
  | "error"
  | "stack"
  | "late"
  | "constant";

/** Which keys a family of writers uses. */
export interface Form {
  readonly roles: ReadonlyMap<string, Role>;
  /** The names for which a field got one `_` more at its end, which is taken away again. */
  readonly reserved: ReadonlySet<string>;
  /** What it has names of its own for. */
  readonly traces: TraceFields | undefined;
}

function form(roles: Readonly<Record<string, Role>>, reserved: readonly string[] = [], traces?: TraceFields): Form {
  return { roles: new Map(Object.entries(roles)), reserved: new Set(reserved), traces };
}

const scoped = { scope: "scope", parent: "parent", late: "late" } as const;
const native = form(
  { time: "time", level: "level", logger: "logger", msg: "message", err: "error", ...scoped },
  nativeProfile.reserved,
);
const pinoReserved = pinoProfile({ pid: 0, hostname: "" }).reserved;
const pino = form(
  { time: "time", level: "level", name: "logger", msg: "message", err: "error", ...scoped },
  pinoReserved,
);
// What names its message otherwise, as pino does with `messageKey`.
const pinoMessage = form({ ...Object.fromEntries(pino.roles), message: "message" }, pinoReserved);
const bunyan = form({ time: "time", level: "level", name: "logger", msg: "message", err: "error", v: "constant" });
const ecs = form(
  {
    "@timestamp": "time",
    "log.level": "level",
    "log.logger": "logger",
    "ecs.version": "constant",
    "scopelog.scope": "scope",
    "scopelog.parent": "parent",
    "scopelog.late": "late",
    message: "message",
    error: "error",
    ecs: "constant",
    log: "logObject",
  },
  ecsProfile.reserved,
  ecsTraces,
);
const gcp = form(
  {
    severity: "level",
    time: "time",
    timestamp: "time",
    logger: "logger",
    message: "message",
    stack_trace: "stack",
    err: "error",
    ...scoped,
  },
  gcpProfile.reserved,
  gcpTraces,
);
const datadog = form(
  {
    timestamp: "time",
    status: "level",
    message: "message",
    logger: "loggerObject",
    "logger.name": "logger",
    "logger.scope": "scope",
    "logger.parent": "parent",
    error: "error",
    late: "late",
  },
  datadogProfile.reserved,
  datadogTraces,
);
// winston and many others.
const common = form({
  time: "time",
  timestamp: "time",
  ts: "time",
  level: "level",
  severity: "level",
  logger: "logger",
  name: "logger",
  message: "message",
  msg: "message",
  err: "error",
  error: "error",
  stack: "stack",
  ...scoped,
});

/** Who wrote a line; undefined if it is no log record: it has neither a level nor a time nor a message. */
export function formOf(line: Line): Form | undefined {
  const { level, message } = line;
  const first = firstKey(line);
  // Ours begin with these, and may have any other key as a field.
  if (first === "@timestamp") return ecs;
  if (first === "severity" && typeof line[first] === "string") return gcp;
  if (first === "timestamp" && typeof line["status"] === "string" && typeof message === "string") return datadog;
  if (typeof level === "number") {
    if (line["v"] === 0 && typeof line["name"] === "string") return bunyan;
    return line["msg"] === undefined && typeof message === "string" ? pinoMessage : pino;
  }
  if (level !== undefined && line["time"] !== undefined && (line["msg"] !== undefined || message === undefined)) {
    // pino that writes the names of levels.
    return first === "level" ? pino : native;
  }
  if (line["@timestamp"] !== undefined) return ecs;
  if (level === undefined && typeof line["severity"] === "string") return gcp;
  const told = level ?? message ?? line["msg"] ?? line["time"] ?? line["timestamp"] ?? line["ts"];
  return typeof told === "string" || typeof told === "number" ? common : undefined;
}

function firstKey(line: Line): string | undefined {
  for (const key in line) return key;
  return undefined;
}
