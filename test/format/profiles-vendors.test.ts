import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonFormatterOptions, jsonFormatter } from "../../src/format/json.ts";
import { createRecord, type RecordInit } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";
import { parseLine } from "./strict-json.ts";

type Line = Readonly<Record<string, unknown>>;

/** What a vendor documents of one key. */
interface Row {
  /** A type of JSON, or the form of a text. */
  readonly is: "string" | "number" | "boolean" | "object" | RegExp | readonly unknown[];
  readonly required?: true;
  /** Its place in the line. */
  readonly index?: number;
  /** Must be one key with a dot, not an object in an object. */
  readonly flat?: true;
  /** A key that the user gives: it need not appear in our lines. */
  readonly given?: true;
}

type Table = Readonly<Record<string, Row>>;

const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const traceId = /^[\da-f]{32}$/;
const spanId = /^[\da-f]{16}$/;
const v8Stack = /^\S+(: [\s\S]*)?\n {4}at /;

// elastic/ecs-logging, spec/spec.json of 2026-04-08: types, required, index and top_level_field; `datetime` in the form
// of ECS. `span.id` and `error.code` are in the ECS reference 8.17 and 9.2, "Tracing fields" and "Error fields".
const ecs: Table = {
  "@timestamp": { is: utc, required: true, index: 0 },
  "log.level": { is: "string", required: true, index: 1, flat: true },
  message: { is: "string", index: 2 },
  "ecs.version": { is: /^\d+\.\d+\.\d+$/, required: true, flat: true },
  labels: { is: "object", given: true },
  "trace.id": { is: traceId },
  "span.id": { is: spanId },
  "transaction.id": { is: "string", given: true },
  "service.name": { is: "string" },
  "service.node.name": { is: "string", given: true },
  "service.version": { is: "string", given: true },
  "service.environment": { is: "string", given: true },
  "event.dataset": { is: "string", given: true },
  "process.thread.name": { is: "string", given: true },
  "log.logger": { is: "string" },
  "log.origin.file.line": { is: "number", given: true },
  "log.origin.file.name": { is: "string", given: true },
  "log.origin.function": { is: "string", given: true },
  "error.type": { is: "string" },
  "error.message": { is: "string" },
  "error.stack_trace": { is: v8Stack },
  "error.code": { is: "string" },
};

// Google Cloud, "Structured logging", special JSON fields, and "Format errors in logs" of Error Reporting, both as of
// 2026; LogSeverity of the Logging API v2.
const severities = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"];
const reported = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";
const gcp: Table = {
  severity: { is: severities, required: true },
  message: { is: "string", required: true },
  time: { is: utc, required: true },
  "logging.googleapis.com/trace": { is: /^projects\/[a-z][-a-z\d]{4,28}[a-z\d]\/traces\/[\da-f]{32}$/, flat: true },
  "logging.googleapis.com/spanId": { is: spanId, flat: true },
  "logging.googleapis.com/trace_sampled": { is: "boolean", flat: true },
  "logging.googleapis.com/sourceLocation": { is: "object", given: true },
  "logging.googleapis.com/labels": { is: "object", given: true },
  "logging.googleapis.com/operation": { is: "object", given: true },
  "logging.googleapis.com/insertId": { is: "string", given: true },
  httpRequest: { is: "object", given: true },
  stack_trace: { is: v8Stack },
  "@type": { is: [reported], given: true },
  serviceContext: { is: "object" },
};

// DataDog/documentation as of 2026: logs/log_configuration/pipelines (preprocessing of JSON logs), processors (status
// remapper), attributes_naming_convention (source code); ids as dd-trace-js writes them.
const datadog: Table = {
  timestamp: { is: utc, required: true },
  status: { is: ["debug", "trace", "info", "warn", "error", "critical"], required: true },
  message: { is: "string", required: true },
  service: { is: "string" },
  host: { is: "string", given: true },
  "dd.trace_id": { is: traceId },
  "dd.span_id": { is: /^(0|[1-9]\d{0,19})$/ },
  "logger.name": { is: "string" },
  "error.kind": { is: "string" },
  "error.message": { is: "string" },
  "error.stack": { is: v8Stack },
};

// pino 10, docs/api.md, with its defaults: level, timestamp, base, name, messageKey, errorKey; stdSerializers.err.
const pino: Table = {
  level: { is: [10, 20, 30, 40, 50, 60], required: true, index: 0 },
  time: { is: "number", required: true, index: 1 },
  pid: { is: "number", required: true },
  hostname: { is: "string", required: true },
  name: { is: "string" },
  msg: { is: "string", required: true },
  "err.type": { is: "string" },
  "err.message": { is: "string" },
  "err.stack": { is: v8Stack },
  trace_id: { is: traceId },
  span_id: { is: spanId },
  trace_flags: { is: /^[\da-f]{2}$/ },
};

// bunyan 1.8, README "Core fields". `v` is the format's version; a logger of bunyan's always has a name.
const bunyan: Table = {
  v: { is: [0], required: true },
  level: { is: "number", required: true },
  name: { is: "string" },
  hostname: { is: "string", required: true },
  pid: { is: "number", required: true },
  time: { is: "number", required: true },
  msg: { is: "string", required: true },
  "err.message": { is: "string" },
  "err.stack": { is: v8Stack },
};

// This library, docs/profiles.md.
const native: Table = {
  time: { is: utc, required: true, index: 0 },
  level: { is: ["trace", "debug", "info", "warn", "error", "fatal"], required: true, index: 1 },
  logger: { is: "string" },
  scope: { is: "string" },
  msg: { is: "string", required: true },
  "err.type": { is: "string" },
  "err.message": { is: "string" },
  "err.stack": { is: v8Stack },
  late: { is: [true] },
  trace_id: { is: traceId },
  span_id: { is: spanId },
  trace_flags: { is: /^[\da-f]{2}$/ },
};

/** The value under a name with dots: as one key, or of objects in objects. */
function at(line: Line, key: string, flat: boolean | undefined): unknown {
  if (flat || Object.hasOwn(line, key)) return line[key];
  let value: unknown = line;
  for (const part of key.split(".")) value = (value as Line | undefined)?.[part];
  return value;
}

function fits(value: unknown, is: Row["is"]): boolean {
  if (is instanceof RegExp) return typeof value === "string" && is.test(value);
  if (typeof is !== "string") return is.includes(value);
  const type = typeof value;
  return type === is && value !== null;
}

/** What is wrong with a line; counts in `seen` which rows it has. */
function faults(line: Line, table: Table, seen = new Map<string, number>()): string[] {
  const found: string[] = [];
  const keys = Object.keys(line);
  for (const [key, { is, required, index, flat }] of Object.entries(table)) {
    const value = at(line, key, flat);
    if (value === undefined) {
      if (required) found.push(`${key} is missing`);
      continue;
    }
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (!fits(value, is)) found.push(`${key} is ${JSON.stringify(value)}`);
    if (index !== undefined && keys[index] !== key) found.push(`${key} is not at ${index}`);
  }
  return found;
}

const hex = (length: number) => fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length }); // biome-ignore format: short
const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "it\nfailed", 'qu"ote', "\ud800"));
const trace = fc.record(
  { trace_id: hex(32), span_id: hex(16), trace_flags: fc.constantFrom("00", "01", "03", "ff") },
  { noNullPrototype: true },
);
// Names that mean something to one of the vendors, with values that would be wrong there.
const given = fc.dictionary(
  fc.constantFrom(
    ...["level", "log.level", "log", "severity", "status", "time", "timestamp", "@timestamp", "date", "ecs", "ecs.version"],
    ...["message", "msg", "err", "error", "error.type", "error.kind", "stack_trace", "logger", "logger.name", "log.logger"],
    ...["name", "pid", "hostname", "late", "scope", "v", "bytes", "peer", "service.name", "service", "serviceContext"],
  ),
  fc.oneof(text, fc.integer(), fc.constant(null), fc.constant({ id: 1, level: [2] })),
  { maxKeys: 6, noNullPrototype: true },
); // biome-ignore format: a list
const thrown = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  text.map((message) => new Error(message)),
  text.map((message) => Object.assign(new RangeError(message), { code: "E_RANGE", limit: 7 })),
  text.map((message) => new TypeError(message, { cause: new Error("why") })),
  fc.constantFrom("thrown text", 17, null),
);
const records: fc.Arbitrary<RecordInit> = fc.record({
  time: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  levelNumber: fc.constantFrom(10, 20, 30, 40, 50, 60),
  message: text,
  logger: fc.constantFrom("app", "app.conn"),
  scope: fc.constantFrom(undefined, "conn#17"),
  late: fc.boolean(),
  bound: fc.oneof(given, fc.tuple(given, trace).map(([fields, ids]) => ({ ...fields, ...ids }))),
  fields: fc.oneof(fc.constant(undefined), given, fc.tuple(given, trace).map(([fields, ids]) => ({ ...fields, ...ids }))),
  error: thrown,
}); // biome-ignore format: as it is read

const profiles: Record<string, { options: JsonFormatterOptions; table: Table }> = {
  native: { options: {}, table: native },
  pino: { options: { profile: "pino" }, table: pino },
  "pino for bunyan": {
    options: { profile: "pino", base: { v: 0, pid: process.pid, hostname: hostname() } },
    table: bunyan,
  },
  ecs: { options: { profile: "ecs", base: { "service.name": "shop" } }, table: ecs },
  gcp: {
    options: { profile: "gcp", project: "my-project", base: { serviceContext: { service: "shop" } } },
    table: gcp,
  },
  datadog: { options: { profile: "datadog", base: { service: "shop" } }, table: datadog },
};

describe("lines keep to the vendor's table", () => {
  for (const [name, { options, table }] of Object.entries(profiles)) {
    test(name, () => {
      const formatter = jsonFormatter(options);
      const seen = new Map<string, number>();
      fc.assert(
        fc.property(records, (init) => {
          const line = formatter.format(createRecord(init));
          parseLine(line);
          expect(faults(JSON.parse(line) as Line, table, seen)).toEqual([]);
        }),
        { numRuns: 500, seed: 20260131 },
      );
      // A row that no line ever had would prove nothing.
      for (const [key, { given }] of Object.entries(table)) {
        if (!given) expect(seen.get(key) ?? 0, `lines with ${key}`).toBeGreaterThan(20);
      }
    });
  }

  test("and a line that does not is found", () => {
    const line = JSON.parse(jsonFormatter(profiles["ecs"]?.options).format(createRecord())) as Line;
    const wrong = { ...line, "log.level": 1, "@timestamp": "yesterday", error: { type: 7 }, "trace.id": "1" };
    expect(faults(wrong, ecs)).toEqual([
      '@timestamp is "yesterday"',
      "log.level is 1",
      'trace.id is "1"',
      "error.type is 7",
    ]);
    const { message, "@timestamp": time, ...less } = line;
    expect(faults({ message, ...less }, ecs)).toEqual(["@timestamp is missing", "message is not at 2"]);
    expect(faults({ severity: "WARN", message: 1 }, gcp)).toEqual(['severity is "WARN"', "message is 1", "time is missing"]); // biome-ignore format: short
  });
});

const ids = { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b7", trace_flags: "01" };

function lineOf(options: JsonFormatterOptions, init: RecordInit): Line {
  const line = jsonFormatter(options).format(createRecord(init));
  parseLine(line);
  return JSON.parse(line) as Line;
}

describe("the trace of a line", () => {
  const expected: Record<string, [JsonFormatterOptions, Line]> = {
    native: [{}, ids],
    pino: [{ profile: "pino" }, ids],
    ecs: [{ profile: "ecs" }, { "trace.id": ids.trace_id, "span.id": ids.span_id, trace_flags: "01" }],
    gcp: [
      { profile: "gcp", project: "my-project" },
      {
        "logging.googleapis.com/trace": `projects/my-project/traces/${ids.trace_id}`,
        "logging.googleapis.com/spanId": ids.span_id,
        "logging.googleapis.com/trace_sampled": true,
      },
    ],
    "gcp without a project": [
      { profile: "gcp" },
      {
        "logging.googleapis.com/trace": ids.trace_id,
        "logging.googleapis.com/spanId": ids.span_id,
        "logging.googleapis.com/trace_sampled": true,
      },
    ],
    // 0x00f067aa0ba902b7
    datadog: [
      { profile: "datadog" },
      { "dd.trace_id": ids.trace_id, "dd.span_id": "67667974448284343", trace_flags: "01" },
    ],
  };

  for (const [name, [options, wanted]] of Object.entries(expected)) {
    test(`${name}: bound, of the call, or in both, where the call wins`, () => {
      const strays = (line: Line) => Object.keys(line).filter((key) => /trace|span/.test(key)).sort(); // biome-ignore format: short
      const other = { ...ids, trace_id: "0".repeat(31).concat("1") };
      for (const init of [{ bound: ids }, { fields: ids }, { bound: other, fields: ids }]) {
        const line = lineOf(options, init);
        expect(line).toMatchObject(wanted);
        expect(strays(line)).toEqual(Object.keys(wanted).sort());
      }
    });
  }

  test("is only what has the form of one", () => {
    for (const profile of ["ecs", "gcp", "datadog"] as const) {
      const odd = { trace_id: "T1", span_id: 7, trace_flags: "sampled" };
      expect(lineOf({ profile }, { fields: odd })).toMatchObject(odd);
      expect(lineOf({ profile }, { bound: { ...ids, trace_id: ids.trace_id.toUpperCase() } })).toHaveProperty(
        "trace_id",
      );
    }
    const sampled = (flags: string) =>
      lineOf({ profile: "gcp" }, { fields: { trace_flags: flags } })["logging.googleapis.com/trace_sampled"];
    expect(["00", "01", "02", "03", "fe", "ff"].map(sampled)).toEqual([false, true, false, true, false, true]);
  });

  test("gives way to one that the user has put there, wherever each of them is", () => {
    const own = { "trace.id": "mine" };
    for (const init of [
      { bound: { ...ids, ...own } },
      { fields: { ...ids, ...own } },
      { bound: ids, fields: own },
      { bound: own, fields: ids },
      // A line whose fields meet is written in another way.
      { bound: { ...ids, a: 1 }, fields: { ...own, a: 2 } },
      { bound: { ...own, a: 1 }, fields: { ...ids, a: 2 } },
    ]) {
      const line = lineOf({ profile: "ecs" }, init);
      expect(line).toMatchObject({ ...own, trace_id: ids.trace_id, "span.id": ids.span_id });
    }
    const meeting = lineOf({ profile: "ecs" }, { bound: { ...ids, a: 1 }, fields: { a: 2 } });
    expect(meeting).toMatchObject({ "trace.id": ids.trace_id, "span.id": ids.span_id, a: 2 });
    expect(meeting).not.toHaveProperty("trace_id");
  });
});

describe("base", () => {
  test("is in every line of every profile, and no field takes its names", () => {
    for (const profile of ["native", "pino", "ecs", "gcp", "datadog"] as const) {
      const options = { profile, base: { service: "shop", deep: { a: [1] }, none: undefined } };
      const line = lineOf(options, { logger: "app", fields: { service: "x", a: 1 } });
      expect(line).toMatchObject({ service: "shop", deep: { a: [1] }, service_: "x", a: 1 });
      expect(line).not.toHaveProperty("none");
      expect(lineOf({ profile, base: null }, { fields: { service: "x" } })).toMatchObject({ service: "x" });
    }
  });
});

test("refuses options that make no sense", () => {
  expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ base: "x" as never }), "base");
  // A field named `time` is written as `time_`.
  for (const base of [{ time: 1 }, { time_: 1 }]) {
    expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ base }), "base.time");
  }
  for (const [profile, base] of [
    ["pino", { name: "n" }],
    ["ecs", { log: {} }],
    ["gcp", { severity: "INFO" }],
    ["datadog", { status: 1 }],
  ] as const) {
    expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ profile, base }), "base.");
  }
  for (const project of ["", "a/b", 'a"b', "A", 7]) {
    expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ profile: "gcp", project: project as never }), "project");
  }
  for (const project of ["my-project", "example.com:my-project", "123456789"]) {
    jsonFormatter({ profile: "gcp", project });
  }
});

/** What a program of node_modules makes of our lines. */
function through(program: string, args: readonly string[], lines: readonly string[]): string {
  const path = fileURLToPath(new URL(`../../node_modules/${program}`, import.meta.url));
  const input = `${lines.join("\n")}\n`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { input, encoding: "utf8", env: {} });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("the readers themselves", () => {
  const time = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
  const error = new TypeError("boom");
  const init: RecordInit = {
    time,
    logger: "net.conn",
    scope: "conn#17",
    message: "hello",
    bound: { peer: "10.0.0.1" },
  };
  const lines = (options: JsonFormatterOptions) =>
    [10, 20, 30, 40, 50, 60].map((levelNumber) =>
      jsonFormatter(options).format(
        createRecord({ ...init, levelNumber, error: levelNumber === 50 ? error : undefined }),
      ),
    );

  test("pino-pretty reads the pino profile", () => {
    const output = through("pino-pretty/bin.js", ["--no-colorize"], lines({ profile: "pino" }));
    for (const level of ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]) {
      expect(output).toContain(`] ${level} (net.conn/${process.pid}): hello\n`);
    }
    expect(output).toContain('    peer: "10.0.0.1"\n');
    expect(output).toContain("TypeError: boom");
    expect(output).not.toContain('{"level"');
  });

  test("bunyan reads it with `v: 0` in its base", () => {
    const base = { v: 0, pid: 7, hostname: "web-1" };
    const output = through("bunyan/bin/bunyan", ["--no-color"], lines({ profile: "pino", base }));
    for (const level of ["TRACE", "DEBUG", " INFO", " WARN", "ERROR", "FATAL"]) {
      expect(output).toContain(`[1769860800007] ${level}: net.conn/7 on web-1: hello (scope=conn#17, peer=10.0.0.1`);
    }
    const short = through("bunyan/bin/bunyan", ["--no-color", "-o", "short"], lines({ profile: "pino", base }));
    expect(short).toContain("12:00:00.007Z  INFO net.conn: hello (scope=conn#17, peer=10.0.0.1)\n");
    expect(output).toContain("    TypeError: boom\n");
  });

  test("bunyan passes it on as it is without", () => {
    const written = lines({ profile: "pino" });
    expect(through("bunyan/bin/bunyan", ["--no-color"], written)).toBe(`${written.join("\n")}\n`);
  });
});
