import { AsyncLocalStorage } from "node:async_hooks";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  configure,
  configureSync,
  dispose,
  drain,
  getLogger,
  lazy,
  reset,
  resetSync,
  type Sink,
  withContext,
} from "@logtape/logtape";
import { createRegistry, jsonFormatter, type LogRecord, memoryHandler } from "scopelog";
import { fromLogtape, fromScopelog, type LogtapeRecord, logtapeHandler, toScopelog } from "scopelog/logtape";
import { fileHandler } from "scopelog/node";
import { afterEach, describe, expect, it } from "vitest";
import { expectCode } from "../../support/errors.ts";
import { collectUntil } from "../../support/gc.ts";
import { only, recorder } from "../../support/recorder.ts";
import { counted, world } from "../../support/world.ts";
import { generatedRecords, hostileFields } from "../shared/generated-records.ts";

const quiet = { category: ["logtape", "meta"], lowestLevel: "fatal" as const };

/** LogTape, set up to give everything to `sink`. */
async function through(sink: Sink): Promise<void> {
  await configure({
    reset: true,
    sinks: { ours: sink },
    loggers: [{ category: [], sinks: ["ours"], lowestLevel: "trace" }, quiet],
    contextLocalStorage: new AsyncLocalStorage(),
  });
}

afterEach(() => reset());

const plain = ({ level, logger, message, fields, error }: LogRecord) => ({ level, logger, message, fields, error });

describe("fromLogtape", () => {
  it("takes category, level, message, properties and time", async () => {
    const { registry, root } = world();
    await through(fromLogtape(registry.getLogger()));
    const before = Date.now();
    const log = getLogger(["app", "db"]);
    log.trace("trace");
    log.debug("debug");
    log.info("Hello, {name}! {missing}", { name: "world", n: 1 });
    log.warn`Tagged ${"text"} and ${{ a: 1 }}`;
    log.error("error");
    log.fatal("fatal");
    getLogger().info("root");
    expect(root.records.map(plain)).toEqual(
      [
        { level: "trace", message: "trace" },
        { level: "debug", message: "debug" },
        { level: "info", message: "Hello, world! undefined", fields: { name: "world", n: 1 } },
        { level: "warn", message: 'Tagged text and {"a":1}' },
        { level: "error", message: "error" },
        { level: "fatal", message: "fatal" },
        { level: "info", message: "root", logger: "" },
      ].map((one) => ({ fields: undefined, error: undefined, logger: "app.db", ...one })),
    );
    expect(root.records[0]?.time).toBeGreaterThanOrEqual(before);
  });

  it("takes contexts, lazy messages, lazy values and objects alone", async () => {
    const { registry, root } = world();
    await through(fromLogtape(registry.getLogger("lt")));
    let user = "nobody";
    const log = getLogger("app").with({ request: 7, user: lazy(() => user) });
    user = "alice";
    withContext({ trace: "t1" }, () => log.info("one", { own: 1 }));
    log.debug((l) => l`lazy ${user}`);
    log.info("called", () => ({ made: true }));
    getLogger("app").info({ alone: 1 });
    expect(root.records.map(({ logger, message, fields }) => ({ logger, message, fields }))).toEqual([
      { logger: "lt.app", message: "one", fields: { trace: "t1", request: 7, user: "alice", own: 1 } },
      { logger: "lt.app", message: "lazy alice", fields: { request: 7, user: "alice" } },
      { logger: "lt.app", message: "called", fields: { request: 7, user: "alice", made: true } },
      { logger: "lt.app", message: "", fields: { alone: 1 } },
    ]);
  });

  it("takes errors", async () => {
    const { registry, root } = world();
    await through(fromLogtape(registry.getLogger()));
    const error = new TypeError("why");
    getLogger("app").error(error, { a: 1 });
    getLogger("app").error("broken", error);
    getLogger("app").error("broken: {err}", { err: error });
    getLogger("app").error("no error", { error: "text" });
    expect(root.records.map(({ message, fields, error }) => ({ message, fields, error }))).toEqual([
      { message: "why", fields: { a: 1 }, error },
      { message: "broken", fields: undefined, error },
      { message: "broken: TypeError: why", fields: undefined, error },
      { message: "no error", fields: { error: "text" }, error: undefined },
    ]);
  });

  it("obeys the levels of categories here, and asks before a lazy message is made", async () => {
    const { registry, root } = world({ loggers: { "app.db": { level: "warn" } } });
    await through(fromLogtape(registry.getLogger()));
    let made = 0;
    getLogger(["app", "db"]).info((l) => l`made ${made++}`);
    getLogger(["app", "db", "pool"]).warn("passes");
    getLogger(["app"]).debug("passes too");
    expect(root.messages).toEqual(["passes", "passes too"]);
    expect(made).toBe(0);
  });

  it("writes into a scope, keeps few loggers of many categories, and ends nothing", async () => {
    const { registry, root } = world();
    const scope = registry.getScoped("conn", { peer: 1 });
    await through(fromLogtape(scope));
    for (let index = 0; index < 1000; index++) getLogger(["dynamic", String(index)]).info("x");
    await dispose();
    await reset();
    expect(scope.disposed).toBe(false);
    scope.dispose();
    expect(root.records).toHaveLength(1000);
    expect(root.records[999]).toMatchObject({ logger: "conn.dynamic.999", scope: scope.id, bound: { peer: 1 } });
  });

  it("flushes our handlers when LogTape drains", async () => {
    const { registry, root } = world();
    await through(fromLogtape(registry.getLogger("x")));
    await drain();
    expect(root.calls).toEqual(["flush"]);
  });

  it("never throws, whatever is logged", async () => {
    const { registry, root } = world();
    const sink = fromLogtape(registry.getLogger());
    const format = jsonFormatter();
    const failures: LogtapeRecord[] = [];
    await through((record) => {
      try {
        sink(record);
      } catch (error) {
        failures.push(record);
        throw error;
      }
    });
    const { direct: _direct, ...harmless } = Object.getOwnPropertyDescriptors(hostileFields());
    const counts = counted(registry, () => {
      getLogger("app").info("fields {inner} {closed} {big} {symbol}", Object.defineProperties({}, harmless));
      sink({} as never);
      sink({ level: "loud", message: "text", category: 7, properties: hostileFields() } as never);
      sink(
        new Proxy({} as LogtapeRecord, {
          get: () => {
            throw new Error("no");
          },
        }),
      );
    });
    expect(counts).toMatchObject({ failed: 0, dropped: 0 });
    expect(failures).toEqual([]);
    expect(root.records).toHaveLength(4);
    expect(root.records[2]).toMatchObject({ level: "info", message: "text" });
    for (const record of root.records) JSON.parse(format.format(record));
  });

  it("brings 200 generated records out field for field", async () => {
    const { registry, root } = world();
    const handler = logtapeHandler(fromLogtape(registry.getLogger()));
    const records = generatedRecords(4_711);
    for (const one of records) handler.handle(one);
    expect(root.records).toHaveLength(200);
    for (const [index, one] of records.entries()) {
      const there: LogRecord[] = [];
      logtapeHandler((record) => void there.push(toScopelog(record))).handle(one);
      const back = root.records[index] as LogRecord;
      const { time, levelNumber, message, error, fields, logger } = only(there);
      expect(back).toMatchObject({ time: one.time, levelNumber: one.levelNumber, message: one.message, logger });
      expect([back.time, back.levelNumber, back.message]).toEqual([time, levelNumber, message]);
      expect(back.error).toBe(error);
      expect(back.fields).toEqual(fields);
    }
  });

  it("lets a scope go once LogTape is reset", async () => {
    const { registry } = world();
    const forget = () => {
      const sinks: Record<string, Sink> = {};
      for (let index = 0; index < 50; index++) sinks[`s${index}`] = fromLogtape(registry.getScoped("conn", { index }));
      configureSync({
        reset: true,
        sinks,
        loggers: [{ category: "app", sinks: Object.keys(sinks) }, quiet],
      });
      getLogger("app").info("to all");
      resetSync();
    };
    forget();
    await collectUntil(() => registry.stats().collected === 50, "all 50 scopes");
  });

  it("refuses what is no logger of ours", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => fromLogtape(getLogger("x") as never), "fromLogtape");
  });
});

describe("fromScopelog", () => {
  it("lets a file handler serve LogTape, and LogTape close it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "scopelog-logtape-"));
    try {
      const path = join(folder, "app.log");
      await through(fromScopelog(fileHandler(path)));
      for (let index = 0; index < 50; index++) getLogger(["app", "x"]).info("line {index}", { index });
      await drain();
      const lines = () => readFileSync(path, "utf8").trimEnd().split("\n");
      expect(lines()).toHaveLength(50);
      getLogger("app").info("last");
      await reset();
      expect(lines()).toHaveLength(51);
      expect(JSON.parse(lines()[49] as string)).toMatchObject({ logger: "app.x", msg: "line 49", index: 49 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("obeys the handler's level and filter, and guards it", async () => {
    const memory = memoryHandler([], { level: "info", filter: ({ message }) => message !== "filtered" });
    await through(fromScopelog(memory));
    for (const message of ["filtered", "passes"]) getLogger("app").info(message);
    getLogger("app").debug("finer");
    expect(memory.records.map(({ message }) => message)).toEqual(["passes"]);
    const { registry } = world();
    const broken = fromScopelog({
      handle() {
        throw new Error("broken");
      },
    });
    expect(counted(registry, () => broken({ level: "info" } as never)).failed).toBe(1);
  });

  it.each([
    ["all ways", recorder("all"), ["flush", "asyncDispose"]],
    ["one that flushes", recorder("sync", { syncOnly: true }), ["flush", "dispose"]],
  ])("is closed once when LogTape ends: %s", async (_name, handler, calls) => {
    await through(fromScopelog(handler));
    getLogger("app").info("x");
    await reset();
    expect(handler.calls).toEqual(calls);
    expect(handler.messages).toEqual(["x"]);
  });

  it("can be used synchronously if the handler is closed at once", () => {
    let closed = 0;
    const handler = { handle() {}, [Symbol.dispose]: () => void closed++ };
    configureSync({
      reset: true,
      sinks: { a: fromScopelog(handler) },
      loggers: [{ category: [], sinks: ["a"] }, quiet],
    });
    resetSync();
    expect(closed).toBe(1);
    configureSync({
      reset: true,
      sinks: { a: fromScopelog(memoryHandler()) },
      loggers: [{ category: [], sinks: ["a"] }, quiet],
    });
    resetSync();
  });

  it("refuses what is no handler", () => {
    expectCode("ERR_SCOPELOG_HANDLER", () => fromScopelog((() => {}) as never), "fromScopelog");
    expect(createRegistry().stats().live).toBe(0);
  });
});
