import { createRecord, createRegistry, jsonFormatter, type LogRecord, memoryHandler } from "scopelog";
import { ScopelogTransport, scopelogTransport, winstonHandler } from "scopelog/winston";
import { describe, expect, it, vi } from "vitest";
import winston from "winston";
import type TransportStream from "winston-transport";
import { expectCode } from "../../support/errors.ts";
import { collectUntil, until } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";
import { counted, world } from "../../support/world.ts";
import { generatedRecords, hostileFields } from "../shared/generated-records.ts";
import { destination, type Line, listenersOf } from "./destination.ts";

/** A winston that feeds a registry of its own, and the records that arrive there. */
function feeding(options: winston.LoggerOptions = {}, own: Parameters<typeof scopelogTransport>[1] = {}) {
  const { registry, root, problems } = world();
  // The type of winston's own transports fits.
  const transport: TransportStream = scopelogTransport(registry.getLogger("fed"), own);
  const logger = winston.createLogger({ level: "silly", transports: transport, ...options });
  return { logger, registry, transport, records: root.records, problems };
}

const plain = ({ level, message, fields }: LogRecord) => ({ level, message, fields });

describe("scopelogTransport", () => {
  it("takes level, message, metadata and the metadata of children", () => {
    const { logger, records } = feeding({ defaultMeta: { service: "s" } });
    logger.info("hello", { a: 1 });
    logger.child({ request: 7 }).warn("child", { b: [2] });
    logger.log({ level: "debug", message: "object", c: 3 });
    logger.log("silly", "bare");
    expect(records.map(plain)).toEqual([
      { level: "info", message: "hello", fields: { service: "s", a: 1 } },
      { level: "warn", message: "child", fields: { service: "s", request: 7, b: [2] } },
      { level: "debug", message: "object", fields: { service: "s", c: 3 } },
      { level: "trace", message: "bare", fields: { service: "s" } },
    ]);
    expect(records[0]).toMatchObject({ logger: "fed", late: false });
  });

  it.each([
    ["npm", winston.config.npm.levels, [50, 40, 30, 25, 22, 20, 10]],
    ["syslog", winston.config.syslog.levels, [60, 60, 60, 50, 40, 35, 30, 20]],
    ["others", { grave: 0, note: 1, chat: 2 }, [60, 35, 10]],
    ["some others", { alarm: 0, error: 1, odd: 2, info: 3, more: 4 }, [55, 50, 40, 30, 20]],
  ])("maps the levels of %s by name or gravity", (_name, levels, numbers) => {
    const names = Object.keys(levels);
    const { logger, records } = feeding({ levels, level: names.at(-1) as string });
    for (const name of names) logger.log(name, name);
    expect(records.map(({ levelNumber }) => levelNumber)).toEqual(numbers);
  });

  it("keeps the time that a line has", () => {
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const { logger, records } = feeding();
    const stamps: [unknown, number | undefined][] = [
      ["2026-01-02T03:04:05.678Z", time],
      [new Date(time), time],
      [time, time],
      ["2026-01-02 03:04:05", new Date(2026, 0, 2, 3, 4, 5).getTime()],
      ["yesterday", undefined],
      [17, undefined],
      [new Date(Number.NaN), undefined],
      ["2026-99-99T00:00:00Z", undefined],
    ];
    const before = Date.now();
    for (const [timestamp] of stamps) logger.info("at", { timestamp });
    for (const [index, [timestamp, expected]] of stamps.entries()) {
      const record = records[index] as LogRecord;
      if (expected === undefined) {
        expect(record.time).toBeGreaterThanOrEqual(before);
        expect(record.fields).toEqual({ timestamp });
      } else {
        expect(record.time, String(timestamp)).toBe(expected);
        expect(record.fields).toBeUndefined();
      }
    }
  });

  it("takes errors in each way that winston has them", () => {
    const error = Object.assign(new TypeError("why"), { code: "E_WHY" });
    const copy = () => Object.assign(new TypeError("why"), { code: "E_WHY" });
    const { logger, records } = feeding();
    logger.error("broken", error);
    logger.error("broken", { error, a: 1 });
    logger.error("broken", { err: error });
    const own = copy();
    logger.error(own);
    logger.log("error", "thrown", { stack: "RangeError: far\n    at x (y:1:2)" });
    expect(records.map(({ error }) => error).slice(0, 4)).toEqual([error, error, error, own]);
    expect(records[0]?.error).toBe(error);
    // winston puts both messages together itself.
    expect(records.map(({ message }) => message)).toEqual(["broken why", "broken", "broken", "why", "thrown"]);
    expect(records.map(({ fields }) => fields)).toEqual([undefined, { a: 1 }, undefined, undefined, undefined]);
    expect(records[4]?.error).toBeInstanceOf(Error);
    expect(records[4]?.error).toMatchObject({ name: "RangeError", message: "thrown" });
  });

  it("takes what format.errors makes of them", () => {
    const { logger, records } = feeding({ format: winston.format.errors({ stack: true, cause: true }) });
    const error = Object.assign(new TypeError("why", { cause: "because" }), { limit: 7 });
    logger.error(error);
    logger.log({ level: "error", message: error as never });
    for (const record of records) {
      expect(record.message).toBe("why");
      expect(record.error).toMatchObject({ name: "TypeError", message: "why", stack: error.stack });
    }
    expect(records).toHaveLength(2);
  });

  it("obeys level, silent, format and what winston says of exceptions", () => {
    const format = winston.format((info) => (info["secret"] ? false : Object.assign(info, { seen: true })))();
    const { logger, records, transport } = feeding({}, { level: "info", format });
    logger.debug("finer");
    logger.info("secret", { secret: true });
    logger.info("formatted");
    logger.log({ level: "error", message: "uncaught", exception: true });
    transport.silent = true;
    logger.info("silent");
    transport.silent = false;
    transport.handleExceptions = true;
    logger.log({ level: "error", message: "uncaught", exception: true });
    expect(records.map(plain)).toEqual([
      { level: "info", message: "formatted", fields: { seen: true } },
      { level: "error", message: "uncaught", fields: { seen: true, exception: true } },
    ]);
  });

  it("obeys the level of the logger here too, and follows winston's", () => {
    const { logger, registry, records } = feeding({ level: "info" });
    registry.getLogger("fed").level = "warn";
    logger.info("finer than ours");
    logger.warn("passes");
    registry.getLogger("fed").level = "trace";
    logger.debug("finer than winston's");
    logger.level = "debug";
    logger.debug("passes too");
    expect(records.map(({ message }) => message)).toEqual(["passes", "passes too"]);
  });

  it("says `logged`, as transports do", async () => {
    const { logger, transport } = feeding();
    const logged: unknown[] = [];
    transport.on("logged", (info) => void logged.push(info));
    logger.info("hello");
    await until(() => logged.length === 1);
    expect(only(logged)).toMatchObject({ message: "hello" });
  });

  it("never throws or fails, whatever is logged", () => {
    const { logger, registry, records } = feeding({ format: winston.format((info) => info)() });
    const counts = counted(registry, () => {
      const all = Object.getOwnPropertyDescriptors(hostileFields());
      // winston itself reads what it is given as metadata.
      const { direct: _direct, ...harmless } = all;
      logger.info("fields", Object.defineProperties({}, harmless));
      const info = Object.defineProperties({ level: "info", message: "own" }, all);
      logger.write(info);
      for (const odd of [undefined, null, 17, Symbol("s"), 2n, { a: 1 }, () => 1]) logger.info(odd as never);
      // winston says itself that it does not know the level.
      const said = vi.spyOn(console, "error").mockImplementation(() => {});
      logger.write({ level: Symbol("no") as never, message: "level" });
      said.mockRestore();
    });
    expect(counts).toMatchObject({ dropped: 0, failed: 0 });
    expect(records.slice(0, 2).map(({ message }) => message)).toEqual(["fields", "own"]);
    expect(records[1]?.fields).toMatchObject({ direct: "[threw: direct getter]" });
    const format = jsonFormatter();
    for (const record of records) JSON.parse(format.format(record));
  });

  it("counts and tells what a format of its own throws", () => {
    const format = winston.format(() => {
      throw new Error("format");
    })();
    const { logger, registry, records, problems } = feeding({}, { format });
    expect(counted(registry, () => logger.info("x")).failed).toBe(1);
    expect(records).toEqual([]);
    expect(problems.length).toBeLessThanOrEqual(1);
  });

  it("ends nothing here when winston ends, and is a stream that finishes", async () => {
    const { logger, registry, records, transport } = feeding();
    const scope = registry.getScoped("conn");
    logger.add(scopelogTransport(scope));
    logger.info("before");
    logger.end();
    await until(() => transport.writableFinished);
    expect(scope.disposed).toBe(false);
    scope.info("still open");
    scope.dispose();
    expect(records.map(({ message }) => message)).toEqual(["before", "before", "still open"]);
  });

  it("says that a line came late if its scope has ended", () => {
    const { logger, registry, records } = feeding();
    const scope = registry.getScoped("conn", { peer: 1 });
    const transport = scopelogTransport(scope);
    logger.clear().add(transport);
    scope.dispose();
    logger.info("late", { timestamp: 1_767_323_045_678 });
    expect(only(records)).toMatchObject({ late: true, scope: scope.id, time: 1_767_323_045_678 });
  });

  it("lets a winston that is forgotten go, with the logger", async () => {
    const { registry } = world();
    const forget = () => {
      for (let index = 0; index < 50; index++) {
        const scope = registry.getScoped("conn", { index });
        winston.createLogger({ transports: scopelogTransport(scope) }).info("forgotten");
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 50, "all 50 scopes");
  });

  it("refuses what is no logger of ours, and options that are none", () => {
    const log = createRegistry().getLogger();
    expectCode("ERR_SCOPELOG_OPTION", () => scopelogTransport(console as never), "scopelogTransport");
    expectCode("ERR_SCOPELOG_OPTION", () => scopelogTransport(log, { format: {} as never }), "format");
    expectCode("ERR_SCOPELOG_OPTION", () => new ScopelogTransport(log, { level: 3 as never }), "level");
  });
});

describe("winston in front and behind", () => {
  it("brings 200 generated records through winston and back field for field", async () => {
    const { registry, root } = world();
    const logger = winston.createLogger({
      level: "silly",
      levels: { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5 },
      transports: scopelogTransport(registry.getLogger(), { handedOver: true, level: "trace" }),
    });
    const handler = winstonHandler(logger);
    const records = generatedRecords(20_260_101);
    for (const one of records) handler.handle(one);
    await handler.flush?.();
    expect(root.records).toHaveLength(200);
    // What lies between is tested on its own: the info that was written is what the other way makes fields of.
    const { logger: plainly, lines } = destination({ levels: logger.levels, level: "trace" });
    const straight = winstonHandler(plainly);
    for (const one of records) straight.handle(one);
    await straight.flush?.();
    const there = lines();
    for (const [index, one] of records.entries()) {
      const back = root.records[index] as LogRecord;
      expect(back).toMatchObject({ time: one.time, levelNumber: one.levelNumber, message: one.message });
      const { level: _l, message: _m, timestamp: _t, error, stack, ...fields } = there[index] as Line;
      if (stack === undefined) {
        if (error !== undefined) Object.assign(fields, { error });
        expect(back.error).toBeUndefined();
      } else {
        const same = (record: LogRecord) =>
          JSON.parse(jsonFormatter().format(createRecord({ error: record.error }))) as { err: Line };
        expect(same(back).err).toEqual(same(one).err);
      }
      const {
        msg: _msg,
        time: _time,
        level: _level,
        ...written
      } = JSON.parse(jsonFormatter().format(createRecord({ fields: { x: back.fields ?? {} } }))) as Line;
      expect(written["x"]).toEqual(fields);
    }
  });

  it("does not go round in circles, whichever way a line goes in", async () => {
    const other = memoryHandler();
    const { registry, root } = world();
    const log = registry.getLogger();
    const { logger, lines } = destination();
    logger.add(scopelogTransport(log));
    registry.configure({
      handlers: { root, other, winston: winstonHandler(logger), child: winstonHandler(logger.child({ child: true })) },
      loggers: { "": { level: "trace", handlers: ["root", "other", "winston", "child"] } },
    });
    const counts = counted(registry, () => {
      logger.info("from winston");
      log.info("from here");
    });
    await until(() => lines().length >= 3);
    expect(counts).toMatchObject({ dropped: 0, failed: 0 });
    expect(other.records.map(({ message }) => message)).toEqual(["from winston", "from here"]);
    // Once for itself, and once for each handler.
    expect(lines().map(({ message }) => message)).toEqual(["from winston", "from here", "from here"]);
  });

  it("does not go round in circles if lines that were handed over are taken", async () => {
    const { registry, root } = world();
    const log = registry.getLogger();
    const { logger, lines } = destination();
    logger.add(scopelogTransport(log, { handedOver: true }));
    registry.configure({
      handlers: { root, winston: winstonHandler(logger) },
      loggers: { "": { level: "trace", handlers: ["root", "winston"] } },
    });
    log.info("from here");
    await until(() => lines().length >= 1);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(lines()).toHaveLength(1);
    expect(root.messages).toEqual(["from here", "from here"]);
  });

  it("adds no listener to winston beyond those of any transport", () => {
    const own = destination().logger;
    const before = listenersOf(own);
    own.add(scopelogTransport(createRegistry().getLogger()));
    const with1 = listenersOf(own);
    const theirs = destination().logger;
    theirs.add(new winston.transports.Console({ silent: true }));
    expect(with1).toEqual(listenersOf(theirs));
    own.remove(own.transports[1] as TransportStream);
    expect(listenersOf(own)).toEqual(before);
  });
});
