import { createRegistry } from "scopelog";
import { describe, expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { collectUntil } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { books, counted, world } from "../support/world.ts";

const buffer = { until: "error" } as const;

describe("a buffer until an error", () => {
  test("holds finer lines and writes them, in order and with their own times, when it goes wrong", async () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", { id: 1 }, { buffer });
    log.trace("1");
    const first = Date.now();
    log.debug("2", { a: 1 });
    log.warn("3");
    expect(root.records).toEqual([]);
    while (Date.now() < first + 5);
    log.error("4");
    log.debug("5");
    expect(root.messages).toEqual(["1", "2", "3", "4", "5"]);
    expect(root.records[1]).toMatchObject({ level: "debug", fields: { a: 1 }, bound: { id: 1 }, late: false });
    expect((root.records[1]?.time as number) - first).toBeLessThan((root.records[3]?.time as number) - first);
  });

  test("is written by fail() as well, and by a fatal line", () => {
    const { registry, root } = world();
    using one = registry.getScoped("req", {}, { buffer });
    one.info("1");
    one.fail();
    one.info("2");
    using two = registry.getScoped("req", {}, { buffer });
    two.info("3");
    two.fatal("4");
    expect(root.messages).toEqual(["1", "2", "3", "4"]);
  });

  test("is dropped with the scope if it went well, and that is no loss", () => {
    const { registry, root } = world();
    const lost = counted(registry, () => {
      using log = registry.getScoped("req", {}, { buffer });
      for (let index = 0; index < 100; index++) log.info("fine");
      expect(registry.stats().buffered).toBeGreaterThan(0);
      log.ok();
    });
    expect(root.records).toEqual([]);
    expect(lost).toEqual({ dropped: 0, failed: 0, late: 0 });
    expect(registry.stats().buffered).toBe(0);
  });

  test("takes the level that it waits for", () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", {}, { buffer: { until: "warn" } });
    log.info("1");
    log.warn("2");
    expect(root.messages).toEqual(["1", "2"]);
  });

  test("holds the lines of what is inside: scopes, views, holders", () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", {}, { buffer });
    log.with({ a: 1 }).info("1");
    {
      using inner = log.scope("query");
      inner.info("2");
    }
    using fork = log.fork();
    fork.info("3");
    registry.getLogger("other").info("not inside");
    expect(root.messages).toEqual(["not inside"]);
    log.error("4");
    expect(root.messages).toEqual(["not inside", "1", "2", "3", "4"]);
    expect(root.records.map(({ late }) => late)).not.toContain(true);
  });

  test("an error inside sets free what was held around it", () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", {}, { buffer });
    log.info("1");
    {
      using inner = log.scope("query");
      inner.error("2");
    }
    expect(root.messages).toEqual(["1", "2"]);
  });

  test("keeps the newest `limit` lines, and counts those that made room", () => {
    const { registry, root } = world();
    const lost = counted(registry, () => {
      using log = registry.getScoped("req", {}, { buffer: { until: "error", limit: 3 }, summary: true });
      for (let index = 0; index < 10; index++) log.info(String(index));
      log.error("wrong");
    });
    expect(root.messages).toEqual(["7", "8", "9", "wrong", "req ended"]);
    expect(root.records.at(-1)?.fields).toMatchObject({ dropped: 7, lines: { info: 10, error: 1 } });
    expect(lost.dropped).toBe(7);
  });

  test("all buffers of the process share one budget of bytes", () => {
    const registry = createRegistry({
      loggers: { "": { level: "trace", handlers: ["root"] } },
      handlers: { root: recorder() },
      budget: { bufferBytes: 100_000 },
    });
    const logs = Array.from({ length: 20 }, () => registry.getScoped("req", {}, { buffer }));
    const lost = counted(registry, () => {
      for (const log of logs) for (let index = 0; index < 100; index++) log.info("x".repeat(100));
    });
    expect(registry.stats().buffered).toBeLessThanOrEqual(100_000);
    expect(registry.stats().buffered).toBeGreaterThan(80_000);
    expect(lost.dropped).toBeGreaterThan(1000);
    for (const log of logs) log.dispose();
    expect(registry.stats().buffered).toBe(0);
    void registry.shutdown();
  });

  test("beyond the budget its own oldest lines make room for the newest", () => {
    const { registry, root } = world({ budget: { bufferBytes: 10_000 } });
    using log = registry.getScoped("req", {}, { buffer });
    for (let index = 0; index < 200; index++) log.info(`${index} ${"x".repeat(100)}`);
    log.error("wrong");
    const numbers = root.messages.slice(0, -1).map((message) => Number.parseInt(message, 10));
    expect(numbers.at(-1)).toBe(199);
    expect(numbers).toEqual(Array.from(numbers, (_, index) => 200 - numbers.length + index));
    void registry.shutdown();
  });

  test("gives its bytes back when the scope is forgotten", async () => {
    const { registry } = world();
    (() => {
      const log = registry.getScoped("req", {}, { buffer });
      for (let index = 0; index < 100; index++) log.info("fine");
    })();
    expect(registry.stats().buffered).toBeGreaterThan(0);
    await collectUntil(() => registry.stats().live === 0);
    expect([registry.stats().buffered, books(registry).collected]).toEqual([0, 1]);
  });

  test("goes on to the handlers of the scope itself, before they are closed", () => {
    const { registry } = world();
    const own = recorder();
    {
      using log = registry.getScoped("req", {}, { buffer, handlers: [own] });
      log.info("1");
      log.error("2");
    }
    expect([own.messages, own.closed]).toEqual([["1", "2"], 1]);
  });

  test("goes to the handlers that are configured when it goes wrong: those of before may be closed", async () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", {}, { buffer });
    log.info("1");
    log.getChild("part").with({ a: 1 }).info("2");
    {
      using inner = log.scope("query");
      inner.info("3");
    }
    const [then, now, part] = [recorder(), recorder(), recorder()];
    const before = registry.configure({ handlers: { then }, loggers: { "": { level: "trace", handlers: ["then"] } } });
    log.info("4");
    const config = { "": { level: "trace", handlers: ["now"] }, "req.part": { handlers: ["part"] } } as const;
    using _configuration = registry.configure({ handlers: { now, part }, loggers: config });
    await before.close();
    log.error("5");
    expect([root.messages, then.messages, part.messages]).toEqual([[], [], ["2"]]);
    expect(now.messages).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("a lazy line is asked when it is logged, and not when it is written", () => {
    const { registry, root } = world();
    let state = "then";
    using log = registry.getScoped("req", {}, { buffer });
    log.info("state", { state: () => state });
    state = "now";
    log.error("wrong");
    expect(root.records[0]?.fields).toEqual({ state: "then" });
  });

  test("options that make no sense are refused where they are given", () => {
    const { registry } = world();
    expectCode("ERR_SCOPELOG_LEVEL", () => registry.getScoped("req", {}, { buffer: { until: "loud" as never } }));
    expectCode("ERR_SCOPELOG_OPTION", () => registry.getScoped("req", {}, { buffer: { until: "error", limit: 0 } }));
    expect(registry.stats().opened).toBe(0);
  });
});
