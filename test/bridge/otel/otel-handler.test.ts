import { deepStrictEqual } from "node:assert";
import { context, DiagLogLevel, diag, logs, trace } from "@opentelemetry/api";
import * as apiLogs from "@opentelemetry/api-logs";
import {
  createLoggerConfigurator,
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { createRecord, createRegistry, type Fields, memoryHandler, type RecordInit } from "scopelog";
import { type OtelHandlerOptions, type OtelLogRecord, otelHandler } from "scopelog/otel";
import { afterEach, describe, expect, test } from "vitest";
import { expectCode } from "../../support/errors.ts";
import { counted, world } from "../../support/world.ts";
import { arrivingFields, generated, sentFields } from "./generated-records.ts";

afterEach(() => {
  logs.disable();
  apiLogs.logs.disable();
  diag.disable();
});

/** The real SDK, with what it would export. */
function sdk(options: ConstructorParameters<typeof LoggerProvider>[0] = {}) {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })], ...options });
  return { provider, lines: (): ReadableLogRecord[] => exporter.getFinishedLogRecords() };
}

/** What comes of one record. */
function sent(init: RecordInit, options: Partial<OtelHandlerOptions> = {}): ReadableLogRecord {
  const { provider, lines } = sdk();
  otelHandler({ logger: provider.getLogger("test"), ...options }).handle(createRecord(init));
  expect(lines()).toHaveLength(1);
  return lines()[0] as ReadableLogRecord;
}

const attributes = (fields: Fields) => sent({ fields }).attributes;

describe("the real SDK", () => {
  test("takes 200 generated records, field for field", () => {
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    diag.setLogger({ verbose() {}, debug() {}, info() {}, warn, error: warn }, DiagLogLevel.WARN);
    const { provider, lines } = sdk();
    const memory = memoryHandler();
    const registry = createRegistry({
      handlers: { otel: otelHandler({ provider }), memory },
      loggers: { "": { level: "trace", handlers: ["otel", "memory"] } },
    });
    const records = generated(200, 20150);
    for (const { level, message, error, bound, own } of records) {
      using log = registry.getScoped("conn", sentFields(bound));
      if (error === undefined) log[level](message, sentFields(own));
      else log[level](message, error, sentFields(own));
    }
    expect(warnings).toEqual([]);
    expect(lines()).toHaveLength(200);
    const numbers = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };
    for (const [index, line] of lines().entries()) {
      const { level, message, error, ...fields } = records[index] as (typeof records)[number];
      const { time } = memory.records[index] as (typeof memory.records)[number];
      expect(line.hrTime).toEqual([Math.floor(time / 1000), (time % 1000) * 1e6]);
      expect(line.severityNumber).toBe(numbers[level]);
      expect(line.severityText).toBe(level);
      expect(line.body).toBe(message);
      expect(line.instrumentationScope.name).toBe("conn");
      expect(line.droppedAttributesCount).toBe(0);
      // Not vitest's own: to that, a field named "constructor" is a type.
      deepStrictEqual(line.attributes, {
        ...(error && { "exception.type": "RangeError", "exception.stacktrace": error.stack }),
        ...(error?.message && { "exception.message": error.message }),
        "scopelog.logger": "conn",
        "scopelog.scope": `conn#${index + 1}`,
        ...arrivingFields({ level, message, error, ...fields }),
      });
    }
  });

  test("has every kind of value in the generated records", () => {
    const kinds = new Set<string>();
    const visit = (value: unknown): void => {
      kinds.add(typeof value === "object" ? (value?.constructor.name ?? "null") : typeof value);
      if (Array.isArray(value) || (typeof value === "object" && value?.constructor === Object)) {
        Object.values(value).forEach(visit);
      }
    };
    for (const { bound, own } of generated(200, 20150)) for (const [, [value]] of [...bound, ...own]) visit(value);
    expect([...kinds].sort()).toEqual(
      [
        ...[
          "Array",
          "ArrayBuffer",
          "Buffer",
          "DataView",
          "Date",
          "Float64Array",
          "Map",
          "Object",
          "Point",
          "RegExp",
          "Set",
        ],
        ...["URL", "Uint8Array", "bigint", "boolean", "null", "number", "string", "symbol"],
      ].sort(),
    );
  });

  test("takes names that it would lose", () => {
    const fields = { ["__proto__"]: 1, "": 2, constructor: 3, map: { ["__proto__"]: { a: 1 }, constructor: 5, "": 6 } };
    expect(attributes(fields)).toEqual({
      ["__proto___"]: 1,
      _: 2,
      constructor: 3,
      map: { ["__proto___"]: { a: 1 }, constructor_: 5, "": 6 },
    });
  });

  test("takes data that no exporter would survive", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle["self"] = cycle;
    const deep: unknown[] = [];
    for (let inner = deep, level = 0; level < 50; level++) inner.push((inner = []));
    const hostile = Object.defineProperty({ a: 1 }, "b", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    const found = attributes({
      cycle,
      hostile,
      deep,
      gone: undefined,
      holes: [undefined, () => 1],
      inner: { f() {}, u: undefined },
      long: "x".repeat(100_000),
      many: Array.from({ length: 5000 }, (_, index) => index),
      big: new Uint8Array(100_000),
      revoked: revoked(),
      json: { toJSON: () => ({ made: 1 }) },
      failed: new Error("inner", { cause: "c" }),
      set: new Set([new Map([["a", Number.NaN]])]),
    });
    expect(found).toMatchObject({
      cycle: { a: 1, self: "[circular]" },
      hostile: { a: 1, b: "[threw: no]" },
      holes: [null, "[Function: ]"],
      inner: { f: "[Function: f]" },
      json: { made: 1 },
      failed: { type: "Error", message: "inner", cause: "c" },
      set: [{ a: null }],
    });
    expect(found).not.toHaveProperty("gone");
    expect(JSON.stringify(found["deep"])).toContain("[Array]");
    expect((found["long"] as string).length).toBeLessThan(66_000);
    expect((found["many"] as unknown[]).length).toBeLessThanOrEqual(1001);
    expect(found["big"]).toMatch(/^\[Uint8Array\(100000\) 00/);
    expect(found).toHaveProperty("revoked");
  });

  test("gets copies, so that what was logged may be used again", () => {
    const bytes = new Uint8Array([1, 2]);
    const list = [{ a: 1 }];
    const found = sent({ fields: { bytes, list } });
    bytes[0] = 9;
    (list[0] as { a: number }).a = 9;
    expect(found.attributes).toEqual({ bytes: new Uint8Array([1, 2]), list: [{ a: 1 }] });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("severity", () => {
  test.each([
    [0, 1],
    [10, 1],
    [12, 1],
    [13, 2],
    [19, 4],
    [20, 5],
    [30, 9],
    [33, 10],
    [35, 11],
    [38, 12],
    [40, 13],
    [50, 17],
    [59, 20],
    [60, 21],
    [69, 24],
    [100, 24],
    [Number.NaN, 1],
  ])("of level %d is %d", (levelNumber, expected) => {
    expect(sent({ levelNumber }).severityNumber).toBe(expected);
  });
});

describe("time", () => {
  test.each([
    [0, [0, 0]],
    [1, [0, 1_000_000]],
    [1_795_520_849_095, [1_795_520_849, 95_000_000]],
    [-1, [-1, 999_000_000]],
  ])("of a record at %d is %j", (time, expected) => {
    const line = sent({ time });
    expect(line.hrTime).toEqual(expected);
    // When it was observed is now, and for the SDK to say.
    expect(Math.abs(line.hrTimeObserved[0] - Date.now() / 1000)).toBeLessThan(60);
  });
});

describe("an error", () => {
  test("is told by its class, not by its code", () => {
    const error = Object.assign(new TypeError("refused"), { code: "ECONNREFUSED", port: 80 });
    expect(sent({ error }).attributes).toEqual({
      "exception.type": "TypeError",
      "exception.message": "refused",
      "exception.stacktrace": error.stack,
      "scopelog.error": { type: "TypeError", message: "refused", code: "ECONNREFUSED", port: 80 },
    });
  });

  test("has its causes in the stack, and all its parts beside it", () => {
    const cause = new RangeError("inner");
    const error = new AggregateError([new Error("one")], "outer", { cause });
    const found = sent({ error }).attributes;
    expect(found["exception.stacktrace"]).toBe(`${error.stack}\ncaused by: ${cause.stack}`);
    expect(found["scopelog.error"]).toMatchObject({ cause: { message: "inner" }, errors: [{ message: "one" }] });
  });

  test("may lead back to itself", () => {
    const error = new Error("round");
    const cause = new Error("and round", { cause: error });
    error.cause = cause;
    expect(sent({ error }).attributes["exception.stacktrace"]).toBe(`${error.stack}\ncaused by: ${cause.stack}`);
  });

  test.each([
    ["a text", "failed", { "exception.type": "string", "exception.message": "failed" }],
    ["a symbol", Symbol("s"), { "exception.type": "symbol", "exception.message": "Symbol(s)" }],
    ["null", null, { "exception.type": "null", "exception.message": "null" }],
    [
      "an object",
      { reason: 7 },
      { "exception.type": "Object", "scopelog.error": { type: "Object", message: "", reason: 7 } },
    ],
  ])("may be %s", (_, error, expected) => {
    expect(sent({ error }).attributes).toEqual(expected);
  });

  test("whose parts throw is told all the same", () => {
    const error = new Error("hidden");
    for (const key of ["stack", "name", "message", "code"]) {
      Object.defineProperty(error, key, {
        get() {
          throw new Error("no");
        },
      });
    }
    expect(sent({ error }).attributes).toHaveProperty(["exception.type"], "Error");
  });

  test("whose stack is none has none", () => {
    const error = Object.assign(new Error("it"), { stack: { frames: 1 } });
    expect(sent({ error }).attributes).toEqual({ "exception.type": "Error", "exception.message": "it" });
  });

  test("is given to the API itself, too", () => {
    const emitted: OtelLogRecord[] = [];
    const error = new Error("it");
    const handler = otelHandler({ logger: { emit: (record) => emitted.push(record) } });
    handler.handle(createRecord({ error }));
    handler.handle(createRecord({ error: "text" }));
    expect(emitted[0]?.exception).toBe(error);
    expect(emitted[1]).not.toHaveProperty("exception");
  });
});

describe("an attribute of the handler", () => {
  test("takes no field's place", () => {
    const error = new Error("it");
    const found = sent({
      error,
      logger: "conn",
      scope: "conn#1",
      late: true,
      fields: { "exception.type": "mine", "scopelog.logger": 1, "scopelog.logger_": 2, "scopelog.late": 3 },
    });
    expect(found.attributes).toEqual({
      "exception.type": "Error",
      "exception.message": "it",
      "exception.stacktrace": error.stack,
      "scopelog.logger": "conn",
      "scopelog.scope": "conn#1",
      "scopelog.late": true,
      "exception.type_": "mine",
      "scopelog.logger_": 1,
      "scopelog.logger__": 2,
      "scopelog.late_": 3,
    });
    expect(attributes({ "exception.type": "mine" })).toEqual({ "exception.type": "mine" });
  });

  test("comes before a limit on attributes", () => {
    const { provider, lines } = sdk({ logRecordLimits: { attributeCountLimit: 4 } });
    const fields = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`f${index}`, index]));
    const error = new Error("it");
    otelHandler({ provider }).handle(createRecord({ logger: "a", error, fields }));
    expect(Object.keys(lines()[0]?.attributes ?? {})).toEqual([
      ...["exception.type", "exception.message", "exception.stacktrace", "scopelog.logger"],
    ]);
    expect(lines()[0]?.droppedAttributesCount).toBe(10);
  });
});

describe("an event", () => {
  test("is named by the field event.name", () => {
    const line = sent({ fields: { "event.name": "order.done", a: 1 } });
    expect(line.eventName).toBe("order.done");
    expect(line.attributes).toEqual({ a: 1 });
  });

  test("is not named by something else in that field", () => {
    const line = sent({ fields: { "event.name": 7 } });
    expect(line.eventName).toBeUndefined();
    expect(line.attributes).toEqual({ "event.name": 7 });
  });

  test("is named by the option", () => {
    const line = sent(
      { fields: { kind: "k", "event.name": "n" } },
      { eventName: ({ fields }) => `${fields?.["kind"]}.x` },
    );
    expect(line.eventName).toBe("k.x");
    expect(line.attributes).toEqual({ kind: "k", "event.name": "n" });
  });
});

describe("enabled()", () => {
  test("is asked with severity and event name, before anything is made of the line", () => {
    const asked: unknown[] = [];
    const emitted: unknown[] = [];
    let read = 0;
    const fields = {
      "event.name": "e",
      get costly() {
        return ++read;
      },
    };
    let answer = false;
    const handler = otelHandler({
      logger: {
        emit: (record) => emitted.push(record),
        enabled(options) {
          asked.push({ ...options });
          return answer;
        },
      },
    });
    handler.handle(createRecord({ levelNumber: 40, fields }));
    expect({ asked, emitted, read }).toEqual({
      asked: [{ severityNumber: 13, eventName: "e" }],
      emitted: [],
      read: 0,
    });
    answer = true;
    handler.handle(createRecord({ levelNumber: 40, fields }));
    expect(read).toBe(1);
    expect(emitted).toHaveLength(1);
  });

  test("of the real SDK keeps back what is below its minimum", () => {
    const { provider, lines } = sdk({
      loggerConfigurator: createLoggerConfigurator([{ pattern: "quiet", config: { minimumSeverity: 17 } }]),
    });
    const handler = otelHandler({ provider });
    for (const logger of ["quiet", "loud"]) {
      for (const levelNumber of [30, 50]) handler.handle(createRecord({ logger, levelNumber, message: logger }));
    }
    expect(lines().map(({ body, severityText }) => `${body} ${severityText}`)).toEqual([
      ...["quiet error", "loud info", "loud error"],
    ]);
  });
});

describe("a provider", () => {
  test("gives each logger one of its own, and the root that of the library", () => {
    const { provider, lines } = sdk();
    const handler = otelHandler({ provider });
    for (const logger of ["", "conn", "net.conn"]) handler.handle(createRecord({ logger }));
    expect(lines().map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([
      "scopelog",
      "conn",
      "net.conn",
    ]);
  });

  test("is not filled by names without end", () => {
    const { provider, lines } = sdk();
    let asked = 0;
    const counting = {
      getLogger(name: string) {
        asked++;
        return provider.getLogger(name);
      },
    };
    for (let index = 0; index < 5000; index++) {
      otelHandler({ provider: counting }).handle(createRecord({ logger: `conn${index}` }));
    }
    expect(asked).toBe(1001);
    expect(lines()).toHaveLength(5000);
    const last = lines().at(-1);
    expect(last?.instrumentationScope.name).toBe("scopelog");
    expect(last?.attributes).toEqual({ "scopelog.logger": "conn4999" });
  });

  test("beside a logger is only flushed", async () => {
    const { provider, lines } = sdk();
    let flushed = 0;
    const other = {
      getLogger: () => expect.unreachable(),
      async forceFlush() {
        flushed++;
      },
    };
    const handler = otelHandler({ logger: provider.getLogger("mine"), provider: other });
    handler.handle(createRecord({ logger: "conn" }));
    await handler.flush?.();
    expect(flushed).toBe(1);
    expect(lines()[0]?.instrumentationScope.name).toBe("mine");
    await otelHandler({ logger: provider.getLogger("mine") }).flush?.();
  });

  test("is flushed one flush after the other, and a flush that fails says so", async () => {
    const diary: string[] = [];
    const ends: (() => void)[] = [];
    const provider = {
      getLogger: () => expect.unreachable(),
      forceFlush: async () => {
        diary.push("begin");
        await new Promise<void>((resolve) => ends.push(resolve));
        diary.push("end");
        if (diary.length === 2) throw new Error("away");
      },
    };
    const handler = otelHandler({ provider });
    const first = handler.flush?.() as Promise<void>;
    const second = handler.flush?.() as Promise<void>;
    await Promise.resolve();
    ends[0]?.();
    await expect(first).rejects.toThrow("away");
    ends[1]?.();
    await second;
    expect(diary).toEqual(["begin", "end", "begin", "end"]);
  });
});

describe.each([
  ["@opentelemetry/api", logs],
  ["@opentelemetry/api-logs", apiLogs.logs],
])("the logs of %s", (_, api) => {
  test("stand for a provider that is registered later", async () => {
    const handlers = [
      otelHandler({ provider: api }),
      otelHandler({ logger: api.getLogger("early") }),
      otelHandler({ provider: api.getLoggerProvider() }),
    ];
    const log = (message: string) => {
      for (const handler of handlers) handler.handle(createRecord({ logger: "conn", message }));
    };
    // Nobody is there to take it, and nobody says so: that is how the API is meant.
    log("before");
    for (const handler of handlers) await handler.flush?.();
    const { provider, lines } = sdk();
    let flushed = 0;
    const forceFlush = provider.forceFlush.bind(provider);
    provider.forceFlush = () => {
      flushed++;
      return forceFlush();
    };
    api.setGlobalLoggerProvider(provider);
    log("after");
    expect(lines().map(({ body, instrumentationScope }) => `${body} ${instrumentationScope.name}`)).toEqual([
      ...["after conn", "after early", "after conn"],
    ]);
    await handlers[0]?.flush?.();
    expect(flushed).toBe(1);
  });

  test("stand for another provider when that is registered instead", () => {
    const handler = otelHandler({ provider: api });
    const [first, second] = [sdk(), sdk()];
    for (const { provider } of [first, second]) {
      api.disable();
      api.setGlobalLoggerProvider(provider);
      handler.handle(createRecord({ logger: "conn" }));
    }
    expect([first.lines().length, second.lines().length]).toEqual([1, 1]);
  });

  test("are types that fit", () => {
    // Checked by the compiler.
    const typed: OtelHandlerOptions[] = [
      { provider: api, trace },
      { logger: api.getLogger("a"), provider: api.getLoggerProvider() },
    ];
    expect(typed).toHaveLength(2);
  });
});

describe("trouble", () => {
  test("in the SDK is counted and told by the core, and the program goes on", () => {
    const failing: LogRecordProcessor = {
      onEmit() {
        throw new Error("the processor is broken");
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { registry, told, problems } = world({
      handlers: { otel: otelHandler({ provider: new LoggerProvider({ processors: [failing] }) }) },
      loggers: { x: { handlers: ["otel"] } },
    });
    expect(counted(registry, () => registry.getLogger("x").info("a"))).toEqual({ dropped: 0, failed: 1, late: 0 });
    expect(told).toEqual(["SCOPELOG_WARN_HANDLER_FAILED"]);
    expect(problems[0]?.cause).toEqual(new Error("the processor is broken"));
  });

  test("that the SDK tells through this library makes no circle", () => {
    const { provider, lines } = sdk();
    const { registry } = world({
      handlers: { otel: otelHandler({ provider }) },
      loggers: { x: { handlers: ["otel"] } },
    });
    const log = registry.getLogger("x");
    const tell = (message: string) => log.warn(message);
    diag.setLogger(
      { verbose() {}, debug: tell, info: tell, warn: tell, error: tell },
      { suppressOverrideMessage: true },
    );
    // The SDK has something to say of a logger that was asked for after its end.
    const shut = new LoggerProvider();
    shut.shutdown();
    const other = otelHandler({ provider: shut });
    registry.getScoped("x", {}, { handlers: [other] }).info("one");
    expect(lines().map(({ body }) => body)).toEqual(["A shutdown LoggerProvider cannot provide a Logger", "one"]);
  });

  test.each<[unknown, ...string[]]>([
    [undefined, "logger", "provider"],
    [{}, "logger", "provider"],
    [{ logger: null }, "logger", "emit"],
    [{ logger: logs }, "logger", "emit"],
    [{ provider: {} }, "provider", "getLogger"],
    [{ provider: logs, trace: context }, "trace"],
    [{ provider: logs, eventName: "x" }, "eventName"],
  ])("with the options %j is said at once", (options, ...words) => {
    expectCode("ERR_SCOPELOG_OPTION", () => otelHandler(options as OtelHandlerOptions), ...words);
  });

  test("with level or filter is said at once", () => {
    expectCode("ERR_SCOPELOG_LEVEL", () => otelHandler({ provider: logs, level: "loud" as "info" }));
    expectCode("ERR_SCOPELOG_FILTER", () => otelHandler({ provider: logs, filter: 7 as never }));
  });

  test("level and filter hold", () => {
    const { provider, lines } = sdk();
    const { registry } = world({
      handlers: { otel: otelHandler({ provider, level: "warn", filter: ({ message }) => message !== "no" }) },
      loggers: { x: { handlers: ["otel"] } },
    });
    const log = registry.getLogger("x");
    log.info("a");
    log.warn("no");
    log.warn("b");
    expect(lines().map(({ body }) => body)).toEqual(["b"]);
  });
});
