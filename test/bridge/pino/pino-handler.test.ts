import fc from "fast-check";
import pino, { type Logger as PinoLogger } from "pino";
import { createRecord, createRegistry } from "scopelog";
import { pinoHandler } from "scopelog/pino";
import { describe, expect, it } from "vitest";
import { jsonFormatter } from "../../../src/format/json.ts";
import { expectCode } from "../../support/errors.ts";
import { collectUntil } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";

type Line = Record<string, unknown>;

/** A pino, what it wrote, and what was done to its stream. */
function destination(options: pino.LoggerOptions = {}) {
  const texts: string[] = [];
  const calls: string[] = [];
  const children: object[] = [];
  const stream = {
    write: (text: string) => void texts.push(text),
    flush: (done: () => void) => {
      calls.push("flush");
      done();
    },
    end: () => void calls.push("end"),
    destroy: () => void calls.push("destroy"),
  };
  const logger = pino(
    { level: "trace", base: null, onChild: (child) => void children.push(child), ...options },
    stream,
  );
  return { logger, texts, calls, children, lines: () => texts.map((text) => JSON.parse(text) as Line) };
}

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("", 'quo"te', "back\\slash", "line\nbreak", "\u2028", "\ud800", "%s %d %%"),
    fc.integer(),
    fc.double(),
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.constant(Symbol("symbol")),
    fc.constant(/regexp/g),
    fc.uint8Array({ maxLength: 100 }),
    fc.constant(new URL("http://example.org/path?q")),
    fc.string().map((message) => Object.assign(new TypeError(message), { code: "E_CODE" })),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie("value"), { maxKeys: 4 }),
    fc.array(fc.tuple(fc.string({ maxLength: 4 }), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    tie("value").map((inner) => {
      const cycle: Record<string, unknown> = { inner };
      cycle["self"] = cycle;
      return cycle;
    }),
  ),
})).value;

const key = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom("level", "time", "msg", "err", "scope", "late", "late_", "a.b", 'k"ey', "__proto__", "toString"),
);
const fields = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });
const record = fc.record({
  time: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  levelNumber: fc.constantFrom(10, 20, 30, 40, 50, 60),
  message: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "100% %s %d %j %%", "a\nb")),
  logger: fc.constantFrom("", "app", "app.conn"),
  scope: fc.constantFrom(undefined, "conn#17"),
  bound: fields,
  fields: fc.option(fields, { nil: undefined }),
  late: fc.boolean(),
  error: fc.oneof(
    fc.constant(undefined),
    fc.string().map((message) => new Error(message)),
    fc.string().map((message) => Object.assign(new RangeError(message), { code: "E_RANGE", limit: 7 })),
    fc.constantFrom("thrown text", 17, null),
  ),
});

describe("pinoHandler", () => {
  it("hands over 200 generated records field for field", () => {
    const { logger, texts, lines } = destination();
    const handler = pinoHandler(logger);
    const formatter = jsonFormatter({ profile: "pino", base: null });
    const records = fc.sample(record, { numRuns: 200, seed: 20_150_301 }).map((init) => createRecord(init));
    for (const one of records) handler.handle(one);
    expect(texts).toHaveLength(200);
    for (const [index, one] of records.entries()) {
      // The pino profile calls the logger `name`, which is pino's own name here.
      const { name, ...expected } = JSON.parse(formatter.format(one)) as Line;
      if (name !== undefined) expected["logger"] = name;
      // What is thrown and no error is written by pino as it is.
      if (one.error !== undefined && !(one.error instanceof Error)) expected["err"] = one.error;
      expect(lines()[index], texts[index]).toEqual(expected);
      expect(lines()[index]?.["time"]).toBe(one.time);
    }
  });

  it("keeps the time of a record that was held back, in each form of pino's", () => {
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const forms: [pino.LoggerOptions, unknown][] = [
      [{}, time],
      [{ timestamp: pino.stdTimeFunctions.isoTime }, "2026-01-02T03:04:05.678Z"],
      [{ timestamp: pino.stdTimeFunctions.unixTime }, Math.round(time / 1000)],
      [{ timestamp: false }, undefined],
      [{ timestamp: () => ',"at":"mine"' }, undefined],
      [{ timestamp: () => `,"ts":${Date.now()}` }, undefined],
    ];
    for (const [options, expected] of forms) {
      const { logger, lines, texts } = destination(options);
      const handler = pinoHandler(logger);
      handler.handle(createRecord({ time, message: "held" }));
      expect(only(lines())["time"]).toBe(expected);
      expect(only(texts).match(/"time"/g)?.length ?? 0).toBe(expected === undefined ? 0 : 1);
      if (expected === undefined && options.timestamp !== false)
        expect(only(texts)).toMatch(/"(at":"mine|ts":1767323045678)/);
      // Its own lines have its own time.
      logger.info("own");
      expect(lines()[1]?.["time"]).not.toBe(time);
    }
  });

  it("lets pino do what it was set up to do", () => {
    const { logger, lines } = destination({
      base: {},
      name: "service",
      redact: ["password"],
      serializers: { user: ({ id }: { id: number }) => id, err: (error: Error) => error.message },
      errorKey: "failure",
      messageKey: "message",
      formatters: { level: (label) => ({ severity: label.toUpperCase() }) },
    });
    const child = logger.child({ component: "bridge" });
    const registry = createRegistry({
      handlers: { pino: pinoHandler(child) },
      loggers: { "": { level: "trace", handlers: ["pino"] } },
    });
    registry
      .getLogger("app")
      .with({ bound: 1 })
      .error("broken", new Error("why"), {
        password: "hush",
        user: { id: 7, secret: "hush" },
        component: "mine",
        failure: "f",
        message: "m",
        msg: "free",
      });
    const { time, ...line } = only(lines());
    expect(line).toEqual({
      severity: "ERROR",
      name: "service",
      component: "bridge",
      logger: "app",
      bound: 1,
      password: "[Redacted]",
      user: 7,
      component_: "mine",
      failure_: "f",
      message_: "m",
      msg: "free",
      failure: "why",
      message: "broken",
    });
  });

  it("follows pino's level, and has its own", () => {
    const { logger, lines } = destination({ level: "warn", customLevels: { notice: 35 } });
    const registry = createRegistry({
      handlers: { pino: pinoHandler(logger, { level: "debug", filter: ({ message }) => message !== "filtered" }) },
      loggers: { "": { level: "trace", handlers: ["pino"] } },
    });
    const log = registry.getLogger();
    log.info("below pino's");
    logger.level = "trace";
    log.trace("below the handler's");
    log.info("filtered");
    log.info("passes");
    log.log(35, "in between");
    log.log(37, "at no level of pino's");
    expect(lines().map(({ level, msg }) => [level, msg])).toEqual([
      [30, "passes"],
      [35, "in between"],
      [30, "at no level of pino's"],
    ]);
  });

  it("never closes the logger, and flushes it", async () => {
    const { logger, calls, lines } = destination();
    const registry = createRegistry();
    for (let index = 0; index < 10; index++) {
      await using log = registry.getScoped("conn", { index }, { handlers: [pinoHandler(logger)] });
      log.info("inside");
    }
    {
      using log = registry.getScoped("conn", {}, { handlers: [pinoHandler(logger)] });
      log.info("inside");
    }
    await registry.shutdown();
    expect(calls.filter((call) => call !== "flush")).toEqual([]);
    expect(calls.length).toBe(10);
    logger.info("still open");
    expect(lines().at(-1)).toMatchObject({ msg: "still open" });
  });

  it("leaves no listener and no child of scopes that are forgotten", async () => {
    const { logger, children } = destination();
    const before = listeners(logger);
    const registry = createRegistry({ forgotten: { report: "silent" } });
    const forget = () => {
      for (let index = 0; index < 200; index++) {
        const log = registry.getScoped("conn", { index, big: "x".repeat(1000) }, { handlers: [pinoHandler(logger)] });
        log.info("forgotten");
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 200, "all 200 scopes");
    expect(registry.stats()).toMatchObject({ opened: 200, live: 0, collected: 200 });
    expect(listeners(logger)).toEqual(before);
    expect(children).toEqual([]);
  });

  it("refuses what is no pino", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => pinoHandler(console as never), "pinoHandler");
    const { logger } = destination();
    expectCode("ERR_SCOPELOG_LEVEL", () => pinoHandler(logger, { level: "loud" as never }), "options.level");
  });
});

function listeners(logger: PinoLogger): Record<string, number> {
  return Object.fromEntries(logger.eventNames().map((name) => [String(name), logger.listenerCount(name)]));
}
