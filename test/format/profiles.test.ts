import { hostname } from "node:os";
import pino from "pino";
import pretty from "pino-pretty";
import { describe, expect, test } from "vitest";
import { type JsonProfileName, jsonFormatter } from "../../src/format/json.ts";
import { createRecord, type RecordInit } from "../../src/record/log-record.ts";
import { parseLine } from "./strict-json.ts";

const time = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const iso = "2026-01-31T12:00:00.007Z";
const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

const full: RecordInit = {
  time,
  levelNumber: 50,
  message: "it failed",
  logger: "net.conn",
  scope: "conn#17",
  bound: { peer: "10.0.0.1" },
  fields: { bytes: 5 },
  error: Object.assign(new TypeError("boom", { cause: new Error("inner") }), { code: "E_BOOM" }),
  late: true,
};

function read(profile: JsonProfileName, init: RecordInit): Record<string, unknown> {
  const line = jsonFormatter({ profile }).format(createRecord({ time, ...init }));
  parseLine(line);
  return JSON.parse(line) as Record<string, unknown>;
}

describe("pino", () => {
  test("writes what pino writes for the same record", () => {
    const lines: string[] = [];
    const logger = pino({ name: "net.conn", level: "trace" }, { write: (line: string) => void lines.push(line) });
    const child = logger.child({ peer: "10.0.0.1" });
    const error = Object.assign(new TypeError("boom"), { code: "E_BOOM" });
    child.warn({ bytes: 5, nested: { a: [1, "x"] }, nan: Number.NaN, date: new Date(0), none: null }, "it\nfailed");
    child.error(error, "threw");
    const theirs = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const shared = { logger: "net.conn", bound: { peer: "10.0.0.1" } };
    const fields = { bytes: 5, nested: { a: [1, "x"] }, nan: Number.NaN, date: new Date(0), none: null };
    const ours = [
      read("pino", { ...shared, time: theirs[0]?.["time"] as number, levelNumber: 40, message: "it\nfailed", fields }),
      read("pino", { ...shared, time: theirs[1]?.["time"] as number, levelNumber: 50, message: "threw", error }),
    ];
    expect(ours).toEqual(theirs);
  });

  test("has pid and hostname, or what `base` says", () => {
    expect(read("pino", {})).toEqual({ level: 30, time, pid: process.pid, hostname: hostname(), msg: "" });
    const line = (base: Record<string, unknown> | null) =>
      jsonFormatter({ profile: "pino", base }).format(
        createRecord({ time, levelNumber: 35, fields: { pid: 1, app: 2 } }),
      );
    expect(line(null)).toBe(`{"level":35,"time":${time},"msg":"","pid":1,"app":2}`);
    expect(line({ app: "x" })).toBe(`{"level":35,"time":${time},"app":"x","msg":"","pid":1,"app_":2}`);
  });

  test("pino-pretty reads it", () => {
    const print = pretty.prettyFactory({ colorize: false, translateTime: "UTC:yyyy-mm-dd HH:MM:ss.l" });
    const text = print(jsonFormatter({ profile: "pino" }).format(createRecord(full)));
    expect(text).toContain("[2026-01-31 12:00:00.007] ERROR (net.conn/");
    expect(text).toContain("it failed");
    expect(text).toContain('peer: "10.0.0.1"');
    expect(text).toContain("TypeError: boom");
  });
});

describe("ecs", () => {
  // elastic/ecs-logging, spec/spec.json: the fields, their types, and the place of the first three.
  const specification: Readonly<Record<string, { type: string; required: boolean; index?: number }>> = {
    "@timestamp": { type: "datetime", required: true, index: 0 },
    "log.level": { type: "string", required: true, index: 1 },
    message: { type: "string", required: true, index: 2 },
    "ecs.version": { type: "string", required: true },
  };

  test("has the required fields, of their types, in their places", () => {
    for (const init of [{}, full]) {
      const line = read("ecs", init);
      const keys = Object.keys(line);
      for (const [key, { type, index }] of Object.entries(specification)) {
        expect(keys).toContain(key);
        expect(typeof line[key]).toBe("string");
        if (type === "datetime") expect(new Date(line[key] as string).toISOString()).toBe(line[key]);
        if (index !== undefined) expect(keys[index]).toBe(key);
      }
    }
  });

  test("has the fields of ECS for names and errors", () => {
    const { error, ...line } = read("ecs", full);
    expect(line).toEqual({
      "@timestamp": iso,
      "log.level": "error",
      message: "it failed",
      "ecs.version": "8.11.0",
      "log.logger": "net.conn",
      "scopelog.scope": "conn#17",
      peer: "10.0.0.1",
      bytes: 5,
      "scopelog.late": true,
    });
    expect(error).toMatchObject({ type: "TypeError", message: "boom", code: "E_BOOM", cause: { type: "Error" } });
    expect((error as { stack_trace: string }).stack_trace).toMatch(/^TypeError: boom\n {4}at /);
  });

  test("keeps fields from meeting those of ECS, nested or dotted", () => {
    const fields = { log: { level: "x" }, "log.level": 1, error: "text", "error.type": 2, message: 3, ecs: 4, time: 5 };
    expect(read("ecs", { ...full, fields })).toMatchObject({
      log_: { level: "x" },
      "log.level_": 1,
      error_: "text",
      "error.type_": 2,
      message_: 3,
      ecs_: 4,
      time: 5,
    });
  });
});

describe("gcp", () => {
  test("has the severities of LogSeverity", () => {
    const severities = Object.values(levels).map((levelNumber) => read("gcp", { levelNumber })["severity"]);
    expect(severities).toEqual(["DEBUG", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]);
  });

  test("has the special fields of structured logging, and the stack where Error Reporting looks", () => {
    const { stack_trace, err, ...line } = read("gcp", full);
    expect(line).toEqual({
      severity: "ERROR",
      time: iso,
      logger: "net.conn",
      scope: "conn#17",
      message: "it failed",
      peer: "10.0.0.1",
      bytes: 5,
      late: true,
    });
    expect(stack_trace).toBe((full.error as Error).stack);
    expect(err).toMatchObject({ type: "TypeError", message: "boom", code: "E_BOOM", cause: { message: "inner" } });
    expect(err).not.toHaveProperty("stack");
    expect(read("gcp", { error: "text" })).not.toHaveProperty("stack_trace");
  });

  test("lets special fields through that the user gives, but those for time and severity", () => {
    const given = {
      "logging.googleapis.com/trace": "projects/p/traces/t",
      "logging.googleapis.com/spanId": "s",
      "logging.googleapis.com/trace_sampled": true,
      "logging.googleapis.com/labels": { a: "b" },
      "logging.googleapis.com/insertId": "i",
      httpRequest: { status: 200 },
    };
    const fields = { ...given, timestamp: { seconds: 1, nanos: 0 }, severity: "x", time: 1, message: 2 };
    const line = read("gcp", { fields });
    expect(line).toMatchObject(given);
    expect(line).toMatchObject({ severity: "INFO", time: iso, message: "", severity_: "x", time_: 1, message_: 2 });
    expect(line).not.toHaveProperty("timestamp");
  });
});

describe("datadog", () => {
  // How the status remapper reads a text: by its first letters.
  const remap = (status: string): string => {
    if (/^(emerg|f)/i.test(status)) return "emergency";
    if (/^a/i.test(status)) return "alert";
    if (/^c/i.test(status)) return "critical";
    if (/^err/i.test(status)) return "error";
    if (/^w/i.test(status)) return "warning";
    if (/^n/i.test(status)) return "notice";
    if (/^i/i.test(status)) return "info";
    if (/^(d|t|v|trace|verbose)/i.test(status)) return "debug";
    return "ok or info";
  };

  test("has a status that the remapper knows", () => {
    const statuses = Object.values(levels).map((levelNumber) =>
      remap(read("datadog", { levelNumber })["status"] as string),
    );
    expect(statuses).toEqual(["debug", "debug", "info", "warning", "error", "critical"]);
  });

  test("has the default attributes of the remappers, and the standard ones for logger and error", () => {
    const { error, ...line } = read("datadog", full);
    expect(line).toEqual({
      timestamp: iso,
      status: "error",
      logger: { name: "net.conn", scope: "conn#17" },
      message: "it failed",
      peer: "10.0.0.1",
      bytes: 5,
      late: true,
    });
    expect(error).toMatchObject({ kind: "TypeError", message: "boom", stack: (full.error as Error).stack });
  });

  test("lets the reserved attributes of the user through", () => {
    const given = { service: "shop", host: "h", source: "nodejs", trace_id: "1", span_id: "2", ddtags: "env:x" };
    expect(read("datadog", { fields: { ...given, error: 1, status: 2 } })).toMatchObject({
      ...given,
      error_: 1,
      status_: 2,
    });
  });
});

test.each<[JsonProfileName, string]>([
  ["native", '"logger":"conn.query","scope":"conn.query#18","parent":"conn#17"'],
  ["pino", '"name":"conn.query","scope":"conn.query#18","parent":"conn#17"'],
  ["ecs", '"log.logger":"conn.query","scopelog.scope":"conn.query#18","scopelog.parent":"conn#17"'],
  ["gcp", '"logger":"conn.query","scope":"conn.query#18","parent":"conn#17"'],
  ["datadog", '"logger":{"name":"conn.query","scope":"conn.query#18","parent":"conn#17"}'],
])("%s tells the scope around", (profile, text) => {
  const init = { logger: "conn.query", scope: "conn.query#18", time };
  const line = (more: RecordInit) => jsonFormatter({ profile }).format(createRecord({ ...init, ...more }));
  expect(line({ parent: "conn#17" })).toContain(text);
  expect(line({})).not.toContain("parent");
  // A field of that name is written under another one.
  if (profile !== "datadog" && profile !== "ecs") expect(line({ fields: { parent: 5 } })).toContain('"parent_":5');
});
