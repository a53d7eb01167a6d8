import bunyan from "bunyan";
import fc from "fast-check";
import { pino } from "pino";
import { callbackHandler, createRecord, createRegistry, type JsonProfileName, jsonFormatter } from "scopelog";
import { describe, expect, it } from "vitest";
import type { RecordEntry } from "../../src/cli/read/entry.ts";
import { LineSplitter, LongLine } from "../../src/cli/read/line-splitter.ts";
import { parseLine } from "../../src/cli/read/parse-line.ts";

const profiles: readonly JsonProfileName[] = ["native", "pino", "ecs", "gcp", "datadog"];

function record(line: string): RecordEntry {
  const entry = parseLine(line);
  if (entry.kind !== "record") throw new Error(`no record: ${line}`);
  return entry;
}

const fieldsOf = (entry: RecordEntry) => {
  const { pid, hostname, ...fields } = Object.fromEntries(entry.fields);
  return fields;
};

function failure(): Error {
  const cause = new RangeError("inner", { cause: "a text" });
  return Object.assign(new TypeError("outer", { cause }), { code: "E_OUTER", attempt: 3 });
}

it("knows the traces of a project of Google Cloud, and the largest id of a span", () => {
  const span = { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "ffffffffffffffff", trace_flags: "00" };
  const init = { levelNumber: 30, bound: span };
  const gcp = jsonFormatter({ profile: "gcp", project: "my-project" }).format(createRecord(init));
  expect(gcp).toContain("projects/my-project/traces/");
  expect(fieldsOf(record(gcp))).toEqual(span);
  const datadog = jsonFormatter({ profile: "datadog" }).format(createRecord(init));
  expect(fieldsOf(record(datadog))).toEqual(span);
  const beyond = datadog.replace("18446744073709551615", "18446744073709551616");
  expect(fieldsOf(record(beyond))).toMatchObject({ "dd.span_id": "18446744073709551616" });
});

describe.each(profiles)("a line of profile %s", (profile) => {
  const { format } = {
    format: (init: Parameters<typeof createRecord>[0]) => jsonFormatter({ profile }).format(createRecord(init)),
  };

  it("is read as it was", () => {
    const error = failure();
    const entry = record(
      format({
        time: 1_769_860_800_123,
        levelNumber: 40,
        logger: "net.conn",
        scope: "net.conn#17",
        message: "hello \u001b[31m \u{1f600}",
        bound: { peer: "10.0.0.1" },
        fields: { bytes: 12, nested: { a: [1, null] }, none: null },
        error,
        late: true,
      }),
    );
    expect(entry).toMatchObject({
      time: 1_769_860_800_123,
      level: 40,
      levelLabel: "warn",
      logger: "net.conn",
      scope: "net.conn#17",
      message: "hello \u001b[31m \u{1f600}",
      late: true,
      summary: undefined,
      forgotten: undefined,
    });
    expect(fieldsOf(entry)).toEqual({ peer: "10.0.0.1", bytes: 12, nested: { a: [1, null] }, none: null });
    expect(entry.error).toMatchObject({
      type: "TypeError",
      message: "outer",
      stack: error.stack,
      code: "E_OUTER",
      properties: [["attempt", 3]],
      cause: { type: "RangeError", message: "inner", cause: { message: "a text" } },
    });
  });

  it("has the fields of a span under the names that they were bound by, whatever the profile calls them", () => {
    const span = { trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", span_id: "00f067aa0ba902b7", trace_flags: "01" };
    expect(fieldsOf(record(format({ levelNumber: 30, bound: span })))).toEqual(span);
    // What has no such form is the program's own, and stays as it was written.
    const own = {
      trace_id: "mine",
      span_id: "none",
      "trace.id": 7,
      "dd.span_id": "x",
      "logging.googleapis.com/trace": "t",
    };
    expect(fieldsOf(record(format({ levelNumber: 30, fields: own })))).toEqual(own);
  });

  it("has the levels", () => {
    for (const [levelNumber, label] of [
      [20, "debug"],
      [30, "info"],
      [40, "warn"],
      [50, "error"],
      [60, "fatal"],
    ] as const) {
      expect(record(format({ levelNumber }))).toMatchObject({ level: levelNumber, levelLabel: label });
    }
  });

  it("gives fields of reserved names back as they were called", () => {
    const names = ["time", "level", "logger", "name", "scope", "msg", "message", "err", "error", "late", "severity"];
    const more = ["status", "timestamp", "@timestamp", "log", "time_", "late__", "own_", "constructor"];
    const fields = Object.fromEntries([...names, ...more].map((name, index) => [name, index]));
    expect(fieldsOf(record(format({ message: "m", fields })))).toEqual(fields);
    const texts = Object.fromEntries(names.map((name) => [name, `text of ${name}`]));
    const entry = record(format({ message: "m", logger: "l", scope: "l#1", fields: texts }));
    expect(fieldsOf(entry)).toEqual(texts);
    expect(entry).toMatchObject({ message: "m", logger: "l", scope: "l#1", level: 30, error: undefined });
  });

  it("is known as the record at the end of a scope", async () => {
    const lines: string[] = [];
    const formatter = jsonFormatter({ profile });
    const registry = createRegistry();
    const handler = callbackHandler((one) => void lines.push(formatter.format(one)));
    registry.configure({ loggers: { "": { level: "info", handlers: ["lines"] } }, handlers: { lines: handler } });
    const scope = registry.getScoped("net.conn", {}, { summary: true });
    scope.info("one");
    scope.fail(new Error("bad"), { bytes: 7 });
    scope.dispose();
    await registry.shutdown();
    const [first, last] = lines.map(record);
    expect(first?.summary).toBeUndefined();
    expect(last?.summary).toMatchObject({ outcome: "error", lines: { info: 1 }, dropped: 0 });
    expect(last?.summary?.durationMs).toBeGreaterThanOrEqual(0);
    expect(last).toMatchObject({ scope: "net.conn#1", level: 50, error: { message: "bad" } });
  });
});

describe("lines of others", () => {
  function pinoLines(log: (logger: pino.Logger) => void, options: pino.LoggerOptions = {}): RecordEntry[] {
    const lines: string[] = [];
    log(pino(options, { write: (line: string) => void lines.push(line.trimEnd()) }));
    return lines.map(record);
  }

  it("of pino are read", () => {
    const error = failure();
    const [plain, custom, failed, bare] = pinoLines(
      (logger) => {
        const child = logger.child({ reqId: "r1" });
        child.info({ a: { b: 1 } }, "hello");
        (child as unknown as { notice(text: string): void }).notice("between");
        child.error(error);
        child.warn({ k: 1 });
      },
      { name: "app", customLevels: { notice: 35 } },
    );
    expect(plain).toMatchObject({ level: 30, levelLabel: "info", logger: "app", message: "hello", scope: undefined });
    expect(plain?.fields).toEqual([
      ["pid", process.pid],
      ["hostname", expect.any(String)],
      ["reqId", "r1"],
      ["a", { b: 1 }],
    ]);
    expect(Math.abs(Date.now() - (plain?.time ?? 0))).toBeLessThan(60_000);
    expect(custom).toMatchObject({ level: 35, levelLabel: "info+5" });
    expect(failed?.error).toMatchObject({ type: "TypeError", code: "E_OUTER", properties: [["attempt", 3]] });
    expect(failed?.error?.stack).toContain("caused by: RangeError: inner");
    expect(bare).toMatchObject({ message: "", level: 40 });
  });

  it("of pino with other settings are read", () => {
    const log = (logger: pino.Logger) => logger.warn({ message_: 1 }, "hello");
    const settings: pino.LoggerOptions[] = [
      { timestamp: pino.stdTimeFunctions.isoTime },
      { timestamp: pino.stdTimeFunctions.unixTime },
      { formatters: { level: (label) => ({ level: label }) } },
      { messageKey: "message" },
      { base: null },
    ];
    for (const options of settings) {
      const [entry] = pinoLines(log, options);
      expect(entry).toMatchObject({ level: 40, levelLabel: "warn", message: "hello" });
      expect(Math.abs(Date.now() - (entry?.time ?? 0)), JSON.stringify(options)).toBeLessThan(60_000);
    }
    expect(pinoLines(log, { timestamp: false })[0]?.time).toBeNaN();
  });

  it("of bunyan are read", () => {
    const lines: string[] = [];
    const stream = { write: (line: string) => void lines.push(line.trimEnd()) } as unknown as NodeJS.WritableStream;
    const logger = bunyan.createLogger({ name: "app", level: "trace", streams: [{ level: "trace", stream }] });
    logger.child({ component: "db" }).warn({ rows: 3 }, "slow");
    logger.error(failure(), "failed");
    const [slow, failed] = lines.map(record);
    expect(slow).toMatchObject({ level: 40, logger: "app", message: "slow" });
    expect(fieldsOf(slow as RecordEntry)).toEqual({ component: "db", rows: 3 });
    expect(Math.abs(Date.now() - (slow?.time ?? 0))).toBeLessThan(60_000);
    expect(failed).toMatchObject({ message: "failed", error: { type: "TypeError", message: "outer" } });
  });

  it("of winston and the like are read", () => {
    expect(
      record('{"level":"http","message":"GET /","timestamp":"2026-01-31T12:00:00.5Z","stack":"Error: x\\n    at y"}'),
    ).toMatchObject({ level: 25, levelLabel: "http", message: "GET /", error: { type: "Error", message: "x" } });
    expect(record('{"ts":1769860800.5,"level":"WARNING","msg":"zap"}')).toMatchObject({
      time: 1_769_860_800_500,
      level: 40,
      levelLabel: "warn",
      message: "zap",
    });
    expect(
      record('{"log":{"level":"warn","logger":"l"},"@timestamp":"2026-01-31T12:00:00Z","message":"m"}'),
    ).toMatchObject({ level: 40, logger: "l", message: "m", fields: [] });
    expect(record('{"severity":"NOTICE","message":"m"}')).toMatchObject({ level: 35, levelLabel: "notice" });
    expect(record('{"level":"strange","message":"m"}')).toMatchObject({ level: Number.NaN, levelLabel: "strange" });
  });

  it("keep what is not what its key says as a field", () => {
    const entry = record(
      '{"level":30,"time":"never","msg":5,"scope":"mine","late":"no","err":null,"name":7,"parent":"p"}',
    );
    expect(entry).toMatchObject({
      time: Number.NaN,
      level: 30,
      message: "",
      logger: "",
      scope: undefined,
      late: false,
    });
    expect(Object.fromEntries(entry.fields)).toEqual({
      time: "never",
      msg: 5,
      scope: "mine",
      late: "no",
      err: null,
      name: 7,
      parent: "p",
    });
    expect(record('{"level":30,"msg":"m","__proto__":{"a":1}}').fields).toEqual([["__proto__", { a: 1 }]]);
  });

  it("are text if they are no records", () => {
    const faults = Object.entries({
      "plain text": undefined,
      "": undefined,
      "[1]": undefined,
      '"text"': undefined,
      "{}": undefined,
      '{"a":1}': undefined,
      '{"level":': "broken",
      "{broken}": "broken",
      "a\0b": "binary",
      "{\0}": "binary",
      "\ufffd": "binary",
    });
    for (const [text, fault] of faults) expect(parseLine(text), text).toMatchObject({ kind: "text", text, fault });
    expect(parseLine('{"level":', true)).toMatchObject({ kind: "text", fault: "truncated" });
    expect(parseLine('\ufeff {"level":30,"msg":"m"}')).toMatchObject({ kind: "record", message: "m" });
  });

  it("never throw", () => {
    const keys = [
      "level",
      "time",
      "msg",
      "message",
      "err",
      "error",
      "name",
      "scope",
      "logger",
      "log",
      "status",
      "severity",
    ];
    const key = fc.oneof(fc.constantFrom(...keys, "timestamp", "@timestamp", "late", "stack", "v"), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (object) => {
        parseLine(JSON.stringify(object));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the report of forgotten scopes", () => {
  // What the library itself says.
  async function said(origin: "off" | "always", count: number): Promise<string[]> {
    const messages: string[] = [];
    const registry = createRegistry();
    registry.configure({
      loggers: { "": { level: "info", handlers: [] } },
      handlers: {},
      forgotten: { origin, report: (report) => void messages.push(report.message) },
    });
    const forget = () => {
      for (let index = 0; index < count; index++) registry.getScoped("net.conn");
    };
    forget();
    for (let tries = 0; messages.length === 0 && tries < 2000; tries++) {
      (globalThis as { gc?: () => void }).gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await registry.shutdown();
    return messages;
  }

  it("is known from the words of the library, as a record and as the runtime prints it", async () => {
    const [located] = await said("always", 1);
    expect(located).toContain("garbage collected");
    const formatter = jsonFormatter();
    const entry = record(
      formatter.format(createRecord({ message: located ?? "", levelNumber: 40, fields: { id: "net.conn#1" } })),
    );
    expect(entry.forgotten).toMatchObject({ name: "net.conn", id: "net.conn#1", count: 1, unlocated: 0 });
    expect(entry.forgotten?.origin).toContain("read.test.ts");
    const more = located?.replace(
      ", was garbage",
      " (and 3 more of that name whose place was not looked up), were garbage",
    );
    const partly = parseLine(`(node:123) [SCOPELOG_WARN_FORGOTTEN] ScopelogWarning: ${more}`);
    expect(partly.forgotten).toMatchObject({ origin: entry.forgotten?.origin, unlocated: 3 });
    const [hidden] = await said("off", 3);
    const printed = parseLine(`(node:123) [SCOPELOG_WARN_FORGOTTEN] ScopelogWarning: ${hidden}`);
    expect(printed).toMatchObject({ kind: "text", fault: undefined });
    expect(printed.forgotten).toMatchObject({ name: "net.conn", origin: undefined });
    expect(printed.forgotten?.count).toBeGreaterThanOrEqual(1);
  });
});

describe("lines out of bytes", () => {
  const split = (chunks: readonly Buffer[], limit: number) => {
    const splitter = new LineSplitter(limit);
    const lines: (string | LongLine)[] = [];
    for (const chunk of chunks) {
      // The memory of a chunk is used again.
      const copy = Buffer.from(chunk);
      splitter.push(copy, lines);
      copy.fill(0x58);
    }
    const last = splitter.end();
    return last === undefined ? lines : [...lines, last];
  };

  it("are the same however the bytes come", () => {
    const line = fc.oneof(
      fc.constantFrom("", "x", "\u00e4\u{1f600}", "\r", "a\rb"),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(
        fc.array(
          line.map((text) => text.replaceAll("\n", "")),
          { maxLength: 12 },
        ),
        fc.array(fc.nat(300), { maxLength: 8 }),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 60 }),
        (texts, cuts, end, limit) => {
          const bytes = Buffer.from(texts.map((text) => text + end).join(""));
          const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
          const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
          const expected = texts.map((text) => {
            const whole = Buffer.from(text)
              .toString()
              .replace(/\r$/, end === "\n" ? "" : "\r");
            return Buffer.byteLength(whole) > limit ? "long" : whole;
          });
          const found = split(chunks, limit).map((one) => (typeof one === "string" ? one : "long"));
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("tell of a long one how it begins and how long it was", () => {
    const text = `{"a":"${"\u00e4".repeat(1000)}"}`;
    const chunks = [Buffer.from(text.slice(0, 300)), Buffer.from(`${text.slice(300)}\nnext\n`)];
    const [long, next] = split(chunks, 500);
    expect(long).toBeInstanceOf(LongLine);
    expect((long as LongLine).bytes).toBe(Buffer.byteLength(text));
    expect(text.startsWith((long as LongLine).start)).toBe(true);
    expect((long as LongLine).start.length).toBeGreaterThan(100);
    expect(next).toBe("next");
  });
});
