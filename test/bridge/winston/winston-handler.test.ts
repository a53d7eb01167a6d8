import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { createRecord, createRegistry, jsonFormatter, type LogRecord } from "scopelog";
import { winstonHandler } from "scopelog/winston";
import { afterAll, describe, expect, it } from "vitest";
import winston from "winston";
import { expectCode } from "../../support/errors.ts";
import { collectUntil, until } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";
import { counted } from "../../support/world.ts";
import { generatedRecords, hostileFields } from "../shared/generated-records.ts";
import { destination, type Line, listenersOf } from "./destination.ts";

const native = jsonFormatter();
const folder = mkdtempSync(join(tmpdir(), "scopelog-winston-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The names that winston or the handler writes, as far as the native profile calls the same otherwise.
const ours = new Set(["level", "message", "timestamp", "logger", "scope", "late", "error", "stack", "splat"]);
ours.add("exception").add("rejection");

function renamed(key: string): string {
  return ours.has(key.replace(/_+$/, "")) ? `${key}_` : key;
}

/** What the native profile writes of a record, in the words of this handler. */
function expected(record: LogRecord): Line {
  const fields: Line = {};
  const put = (key: string, value: unknown) =>
    Object.defineProperty(fields, key, { value, enumerable: true, writable: true, configurable: true });
  for (const one of [record.source.bound, record.fields ?? {}]) {
    for (const key of Object.keys(one)) {
      // Each on its own, under a name that no profile keeps for itself.
      const { x } = JSON.parse(native.format(createRecord({ fields: { x: one[key] } }))) as Line;
      const name = renamed(key);
      if (x === undefined) Reflect.deleteProperty(fields, name);
      else put(name, x);
    }
  }
  const levels = { trace: "silly", debug: "debug", info: "info", warn: "warn", error: "error", fatal: "error" };
  put("level", levels[record.level]);
  put("message", record.message);
  put("timestamp", new Date(record.time).toISOString());
  if (record.logger !== "") put("logger", record.logger);
  if (record.scope !== undefined) put("scope", record.scope);
  if (record.late) put("late", true);
  if (record.error instanceof Error) {
    const { err: error } = JSON.parse(native.format(createRecord({ error: record.error }))) as { err: Line };
    const { stack, ...rest } = error;
    put("error", rest);
    put("stack", stack);
  } else if (record.error !== undefined) put("error", record.error);
  return fields;
}

describe("winstonHandler", () => {
  it("hands over 200 generated records field for field, in their order", async () => {
    const { logger, lines, texts } = destination();
    const handler = winstonHandler(logger);
    const records = generatedRecords();
    for (const one of records) handler.handle(one);
    await handler.flush?.();
    expect(texts).toHaveLength(200);
    const parsed = lines();
    for (const [index, one] of records.entries()) expect(parsed[index], texts[index]).toEqual(expected(one));
  });

  it("keeps what winston's formats need: the record's time, the stack, no splat", async () => {
    const { format } = winston;
    const { logger, texts } = destination({
      format: format.combine(
        format.timestamp(),
        format.errors({ stack: true }),
        format.splat(),
        format.printf(({ timestamp, level, message, stack }) => `${timestamp} ${level} ${message} ${stack}`),
      ),
    });
    const error = new Error("why");
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    winstonHandler(logger).handle(createRecord({ time, message: "100% %s", error, levelNumber: 50 }));
    await until(() => texts.length === 1);
    expect(only(texts)).toBe(`2026-01-02T03:04:05.678Z error 100% %s ${error.stack}`);
  });

  it.each([
    ["npm", winston.config.npm.levels, ["silly", "debug", "info", "warn", "error", "error"]],
    ["syslog", winston.config.syslog.levels, ["debug", "debug", "info", "warning", "error", "crit"]],
    ["cli", winston.config.cli.levels, ["silly", "debug", "info", "warn", "error", "error"]],
    [
      "the same names",
      { fatal: 0, error: 1, warn: 2, info: 3, debug: 4, trace: 5 },
      ["trace", "debug", "info", "warn", "error", "fatal"],
    ],
    ["others", { grave: 0, note: 1, chat: 2 }, ["chat", "chat", "note", "note", "grave", "grave"]],
    [
      "some others",
      { alarm: 0, error: 1, odd: 2, info: 3, more: 4 },
      ["more", "more", "info", "odd", "error", "alarm"],
    ],
    ["one", { only: 0 }, ["only", "only", "only", "only", "only", "only"]],
  ])("maps the levels of %s by name or gravity", async (_name, levels, names) => {
    const finest = Object.entries(levels).sort(([, a], [, b]) => b - a)[0]?.[0] as string;
    const { logger, lines } = destination({ levels, level: finest });
    const handler = winstonHandler(logger);
    for (const levelNumber of [10, 20, 30, 40, 50, 60]) handler.handle(createRecord({ levelNumber }));
    await handler.flush?.();
    expect(lines().map(({ level }) => level)).toEqual(names);
  });

  it("follows levels that are configured later, winston's level, and its own level and filter", async () => {
    const { logger, lines, stream } = destination({ level: "info" });
    const registry = createRegistry({
      handlers: {
        winston: winstonHandler(logger, { level: "debug", filter: ({ message }) => message !== "filtered" }),
      },
      loggers: { "": { level: "trace", handlers: ["winston"] } },
    });
    const log = registry.getLogger();
    log.debug("below winston's");
    logger.level = "silly";
    log.trace("below the handler's");
    log.info("filtered");
    log.debug("passes");
    logger.configure({
      levels: { loud: 0, soft: 1 },
      level: "soft",
      transports: new winston.transports.Stream({ stream }),
    });
    log.fatal("loud");
    log.debug("soft");
    await registry.shutdown();
    expect(lines().map(({ level, message }) => [level, message])).toEqual([
      ["debug", "passes"],
      ["loud", "loud"],
      ["soft", "soft"],
    ]);
  });

  it("has defaultMeta and the metadata of a child below the record's fields", async () => {
    const { logger, lines } = destination({ defaultMeta: { service: "s", level: "no", own: 1 } });
    const child = logger.child({ component: "c", peer: "child's" });
    const handler = winstonHandler(child);
    handler.handle(createRecord({ message: "m", fields: { own: 2, peer: "field's" } }));
    await handler.flush?.();
    const { timestamp: _time, ...line } = only(lines());
    expect(line).toEqual({ level: "info", message: "m", service: "s", own: 2, component: "c", peer: "field's" });
  });

  it("lets no field make a line disappear or be another's", async () => {
    const { logger, lines } = destination();
    const handler = winstonHandler(logger);
    const fields = {
      level: "x",
      message: "x",
      exception: true,
      rejection: true,
      splat: ["x"],
      [Symbol.for("level")]: 1,
    };
    handler.handle(createRecord({ message: "m", fields }));
    await handler.flush?.();
    expect(only(lines())).toMatchObject({
      level: "info",
      message: "m",
      level_: "x",
      message_: "x",
      exception_: true,
      rejection_: true,
      splat_: ["x"],
    });
  });

  it("never throws to the caller, whatever the fields are", async () => {
    const { logger, lines } = destination();
    const registry = createRegistry({
      handlers: { winston: winstonHandler(logger) },
      loggers: { "": { level: "trace", handlers: ["winston"] } },
    });
    const counts = counted(registry, () => {
      registry
        .getLogger()
        .with(hostileFields())
        .error("bound", new Proxy(new Error("e"), {}));
      registry.getLogger().error("call", new Error("e"), hostileFields());
    });
    await registry.shutdown();
    expect(counts).toMatchObject({ failed: 0, dropped: 0 });
    expect(lines().map(({ message }) => message)).toEqual(["bound", "call"]);
    expect(lines()[1]).toMatchObject({ big: String(2n ** 70n), direct: "[threw: direct getter]" });
  });

  it("never ends the logger, and leaves it as it was", async () => {
    const { logger, lines, calls } = destination();
    const before = [listenersOf(logger), logger.transports.map(listenersOf)];
    const registry = createRegistry();
    for (let index = 0; index < 10; index++) {
      await using log = registry.getScoped("conn", { index }, { handlers: [winstonHandler(logger)] });
      log.info("inside");
    }
    {
      using log = registry.getScoped("conn", {}, { handlers: [winstonHandler(logger)] });
      log.info("inside");
    }
    await registry.shutdown();
    expect([listenersOf(logger), logger.transports.map(listenersOf)]).toEqual(before);
    expect(calls).toEqual([]);
    expect(lines()).toHaveLength(11);
    logger.info("still open");
    await until(() => lines().at(-1)?.["message"] === "still open");
  });

  it("leaves no listener and no transport of scopes that are forgotten", async () => {
    const { logger, children } = destination();
    const before = [listenersOf(logger), logger.transports.map(listenersOf), logger.transports.length];
    const registry = createRegistry({ forgotten: { report: "silent" } });
    const forget = () => {
      for (let index = 0; index < 200; index++) {
        const log = registry.getScoped("conn", { index }, { handlers: [winstonHandler(logger)] });
        log.info("forgotten");
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 200, "all 200 scopes");
    expect([listenersOf(logger), logger.transports.map(listenersOf), logger.transports.length]).toEqual(before);
    expect(children).toEqual([]);
  });

  it("flushes what waits in a slow transport, in its order", async () => {
    const taken: string[] = [];
    const slow = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write(info: { message: string }, _encoding, next) {
        setTimeout(() => {
          taken.push(info.message);
          next();
        }, 1);
      },
    });
    // As a transport has it.
    Object.assign(slow, { log: () => {} });
    const logger = winston.createLogger({ transports: slow as never });
    const handler = winstonHandler(logger);
    for (let index = 0; index < 50; index++) handler.handle(createRecord({ message: String(index) }));
    expect(taken.length).toBeLessThan(50);
    await handler.flush?.();
    // What waits is nothing; the last line is on its way out of the transport.
    expect(taken).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
  });

  it("flushes to winston's own file", async () => {
    const filename = join(folder, "app.log");
    const file = new winston.transports.File({ filename });
    const logger = winston.createLogger({ transports: file });
    const handler = winstonHandler(logger);
    const text = () => readFileSync(filename, "utf8");
    // Before the file is open, and with a disk that is slow.
    for (let index = 0; index < 100; index++) handler.handle(createRecord({ message: "x".repeat(1000) }));
    await handler.flush?.();
    expect(text().trimEnd().split("\n")).toHaveLength(100);
    const { _dest: disk } = file as unknown as { _dest: Writable };
    const { _write: write } = disk;
    disk._write = (...args) => setTimeout(() => write.apply(disk, args), 50);
    handler.handle(createRecord({ message: "last" }));
    await handler.flush?.();
    expect(text()).toContain('"last"');
    logger.end();
    await until(() => (logger as unknown as { writableFinished?: boolean }).writableFinished !== false);
  });

  it("counts and tells what an ended, a closed or a stuck logger does not take", async () => {
    const registry = createRegistry({ onError: ({ code, message }) => void told.push(`${code} ${message}`) });
    const told: string[] = [];
    const ended = destination().logger;
    ended.end();
    const closed = destination().logger;
    closed.close();
    const stuck = winston.createLogger({
      transports: new (class extends Writable {
        log() {}
      })({ objectMode: true, highWaterMark: 1, write() {} }) as never,
    });
    const counts = counted(registry, () => {
      winstonHandler(ended).handle(createRecord());
      winstonHandler(closed).handle(createRecord());
      const handler = winstonHandler(stuck, { limit: 5 });
      for (let index = 0; index < 100; index++) handler.handle(createRecord());
    });
    expect(counts.dropped).toBeGreaterThan(2 + 100 - 40);
    expect(counts.dropped).toBeLessThan(2 + 100);
    expect(told[0]).toMatch(/^SCOPELOG_WARN_DROPPED .*has been ended/);
    expect(stuck.writableLength).toBe(5);
  });

  it("refuses what is no winston", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => winstonHandler(console as never), "winstonHandler");
    expectCode("ERR_SCOPELOG_OPTION", () => winstonHandler(undefined as never), "winstonHandler");
    expectCode("ERR_SCOPELOG_OPTION", () => winstonHandler(new PassThrough() as never), "winstonHandler");
    const { logger } = destination();
    expectCode("ERR_SCOPELOG_LEVEL", () => winstonHandler(logger, { level: "loud" as never }), "level");
    expectCode("ERR_SCOPELOG_OPTION", () => winstonHandler(logger, { limit: 0 }), "limit");
  });
});
