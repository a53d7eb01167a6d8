import {
  type AsyncSink,
  fromAsyncSink,
  getConsoleSink,
  getStreamSink,
  jsonLinesFormatter,
  type LogRecord as LogtapeLogRecord,
  type Sink,
} from "@logtape/logtape";
import { createRecord, createRegistry, jsonFormatter, type LogRecord } from "scopelog";
import { type LogtapeOutput, type LogtapeRecord, logtapeHandler, toLogtape, toScopelog } from "scopelog/logtape";
import { describe, expect, it } from "vitest";
import { expectCode } from "../../support/errors.ts";
import { collectUntil } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";
import { counted, world } from "../../support/world.ts";
import { generatedRecords, hostileFields } from "../shared/generated-records.ts";

const ours = new Set(["error", "scope", "late"]);
const renamed = (key: string) => (ours.has(key.replace(/_+$/, "")) ? `${key}_` : key);

function read(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key];
}

/** The properties that a record should have, values as they are. */
function properties(record: LogRecord): [string, unknown][] {
  const all = new Map<string, unknown>();
  for (const one of [record.source.bound, record.fields ?? {}]) {
    for (const key of Object.keys(one)) all.set(renamed(key), read(one, key));
  }
  if (record.scope !== undefined) all.set("scope", record.scope);
  if (record.error !== undefined) all.set("error", record.error);
  if (record.late) all.set("late", true);
  return [...all];
}

/** A web stream, what was written to it, and whether it was closed. */
function webStream() {
  const written = { text: "", closed: false };
  const decoder = new TextDecoder();
  const stream = new WritableStream<Uint8Array>({
    write(chunk) {
      written.text += decoder.decode(chunk, { stream: true });
    },
    close() {
      written.closed = true;
    },
  });
  return { stream, written, lines: () => written.text.split("\n").slice(0, -1) };
}

describe("logtapeHandler", () => {
  it("hands over 200 generated records field for field, in their order", () => {
    const taken: LogtapeLogRecord[] = [];
    const sink: Sink = (record) => void taken.push(record);
    const handler = logtapeHandler(sink);
    const records = generatedRecords();
    for (const one of records) handler.handle(one);
    expect(taken).toHaveLength(200);
    const levels = { trace: "trace", debug: "debug", info: "info", warn: "warning", error: "error", fatal: "fatal" };
    for (const [index, one] of records.entries()) {
      const made = taken[index] as LogtapeLogRecord;
      expect(made).toMatchObject({
        category: one.logger === "" ? [] : one.logger.split("."),
        level: levels[one.level],
        message: [one.message],
        rawMessage: one.message,
        timestamp: one.time,
      });
      const found = new Map(Object.entries(made.properties));
      const expected = properties(one);
      expect([...found.keys()].sort()).toEqual(expected.map(([key]) => key).sort());
      // The very same values.
      for (const [key, value] of expected) expect(Object.is(found.get(key), value), key).toBe(true);
    }
  });

  it("brings them back as they were", () => {
    const format = jsonFormatter();
    for (const one of generatedRecords(20_260_101)) {
      const back = toScopelog(toLogtape(one));
      expect(back).toMatchObject({ time: one.time, levelNumber: one.levelNumber, logger: one.logger });
      expect(back.message).toBe(one.message);
      expect(back.error).toBe(one.error instanceof Error ? one.error : undefined);
      const expected = new Map(properties(one));
      if (one.error instanceof Error) expected.delete("error");
      for (const [key, value] of expected) if (value === undefined) expected.delete(key);
      const found = new Map(Object.entries(back.fields ?? {}));
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [key, value] of expected) expect(Object.is(found.get(key), value), key).toBe(true);
      JSON.parse(format.format(back));
    }
  });

  it("serves LogTape's stream: flushed, in order, borrowed", async () => {
    const { stream, written, lines } = webStream();
    const sink = getStreamSink(stream, { formatter: jsonLinesFormatter });
    const registry = createRegistry();
    {
      await using log = registry.getScoped("net.conn", { peer: "::1" }, { handlers: [logtapeHandler(sink)] });
      for (let index = 0; index < 50; index++) log.warn("line {index}", { index });
    }
    await registry.shutdown();
    expect(written.closed).toBe(false);
    expect(lines()).toHaveLength(50);
    expect(JSON.parse(lines()[49] as string)).toMatchObject({
      level: "WARN",
      logger: "net.conn",
      message: "line {index}",
      properties: { peer: "::1", index: 49 },
    });
    await sink[Symbol.asyncDispose]();
    expect(written.closed).toBe(true);
  });

  it("closes what it owns, once, after what was logged", async () => {
    const { stream, written, lines } = webStream();
    const sink = getStreamSink(stream, { formatter: jsonLinesFormatter, nonBlocking: true });
    const registry = createRegistry();
    const handler = logtapeHandler(sink, { owned: true });
    {
      await using log = registry.getScoped("conn", {}, { handlers: [handler] });
      for (let index = 0; index < 50; index++) log.info("line");
    }
    expect(written.closed).toBe(true);
    expect(lines()).toHaveLength(50);
    await handler[Symbol.asyncDispose]?.();
    handler[Symbol.dispose]?.();
    await handler.flush?.();
    expect(counted(registry, () => handler.handle(createRecord())).dropped).toBe(1);
  });

  it("disposes of an owned output that can only do so at once, or not at all", async () => {
    let disposed = 0;
    const sink = Object.assign((_record: LogtapeRecord) => {}, { [Symbol.dispose]: () => void disposed++ });
    const [one, two, three] = [sink, sink, () => {}].map((each) => logtapeHandler(each, { owned: true }));
    one?.[Symbol.dispose]?.();
    await two?.[Symbol.asyncDispose]?.();
    await three?.[Symbol.asyncDispose]?.();
    expect(disposed).toBe(2);
  });

  it("serves LogTape's console", () => {
    const calls: [string, unknown[]][] = [];
    const method =
      (name: string) =>
      (...args: unknown[]) =>
        void calls.push([name, args]);
    const console = { debug: method("debug"), info: method("info"), warn: method("warn"), error: method("error") };
    const handler = logtapeHandler(getConsoleSink({ console: console as never }));
    handler.handle(createRecord({ levelNumber: 40, message: "100% careful", logger: "a.b" }));
    const [name, args] = only(calls);
    expect(name).toBe("warn");
    expect(JSON.stringify(args)).toContain("100% careful");
  });

  it("serves an asynchronous one, and drains it", async () => {
    const taken: string[] = [];
    const slow: AsyncSink = async (record) => {
      await new Promise(setImmediate);
      taken.push(String(record.message[0]));
    };
    const handler = logtapeHandler(fromAsyncSink(slow));
    for (let index = 0; index < 5; index++) handler.handle(createRecord({ message: String(index) }));
    expect(taken).toEqual([]);
    await handler.flush?.();
    expect(taken).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("tells the rejection of an output that is an asynchronous function", async () => {
    const { registry, told } = world();
    const log = registry.getScoped(
      "conn",
      {},
      { handlers: [logtapeHandler((async () => Promise.reject(new Error("no"))) as LogtapeOutput)] },
    );
    const before = registry.stats().failed;
    log.info("x");
    await new Promise(setImmediate);
    expect(registry.stats().failed).toBe(before + 1);
    expect(told).toEqual(["SCOPELOG_WARN_HANDLER_FAILED"]);
    log.dispose();
  });

  it("gives an output that throws at hostile values plain ones", () => {
    const lines: string[] = [];
    const sink: Sink = (record) => void lines.push(jsonLinesFormatter(record));
    const { registry } = world({
      handlers: { logtape: logtapeHandler(sink) },
      loggers: { "": { level: "trace", handlers: ["logtape"] } },
    });
    const counts = counted(registry, () => {
      registry
        .getLogger()
        .with(hostileFields())
        .error("bound", new Proxy(new Error("e"), {}));
      registry.getLogger().error("call", new Error("e"), hostileFields());
    });
    expect(counts).toMatchObject({ failed: 0, dropped: 0 });
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[1] as string)).toMatchObject({
      message: "call",
      properties: { inner: { value: "[threw: getter]" }, direct: "[threw: direct getter]" },
    });
  });

  it("leaves what throws for another reason to the core, which counts it", () => {
    let calls = 0;
    const { registry } = world();
    const handler = logtapeHandler(() => {
      calls++;
      throw new Error("disk full");
    });
    const log = registry.getScoped("conn", {}, { handlers: [handler], propagate: false });
    expect(counted(registry, () => log.info("plain", { a: 1 })).failed).toBe(1);
    expect(calls).toBe(1);
    log.dispose();
  });

  it("has a level and a filter", () => {
    const taken: unknown[] = [];
    const { registry } = world({
      handlers: {
        logtape: logtapeHandler((record) => void taken.push(record.rawMessage), {
          level: "info",
          filter: ({ message }) => message !== "filtered",
        }),
      },
      loggers: { "": { level: "trace", handlers: ["logtape"] } },
    });
    for (const message of ["filtered", "passes"]) registry.getLogger().info(message);
    registry.getLogger().debug("finer");
    expect(taken).toEqual(["passes"]);
  });

  it("closes the owned outputs of forgotten scopes, and leaves nothing at those that are borrowed", async () => {
    let closed = 0;
    const { registry } = world();
    const borrowed = webStream();
    const sink = getStreamSink(borrowed.stream);
    const forget = () => {
      for (let index = 0; index < 200; index++) {
        const own: LogtapeOutput = Object.assign(() => {}, { [Symbol.asyncDispose]: async () => void closed++ });
        const handlers = [logtapeHandler(own, { owned: true }), logtapeHandler(sink)];
        registry.getScoped("conn", { index }, { handlers }).info("forgotten");
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 200, "all 200 scopes");
    await sink.drain();
    expect(closed).toBe(200);
    expect(borrowed.written.closed).toBe(false);
    expect(borrowed.lines()).toHaveLength(200);
  });

  it("refuses what is no output", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => logtapeHandler({} as never), "logtapeHandler");
    expectCode("ERR_SCOPELOG_OPTION", () => logtapeHandler(() => {}, { owned: 1 as never }), "owned");
    expectCode("ERR_SCOPELOG_LEVEL", () => logtapeHandler(() => {}, { level: "warning" as never }), "level");
  });
});
