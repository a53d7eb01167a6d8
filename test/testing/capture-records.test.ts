import { configure, createRegistry, defaultRegistry, getLogger, getScoped, type LogRecord } from "scopelog";
import { captureRecords } from "scopelog/testing";
import { expect, test } from "vitest";

test("captures what is logged through the default registry, at every level, and nothing after its end", () => {
  const captured = captureRecords();
  getLogger("a").trace("one", { n: 1 });
  {
    using log = getScoped("conn", { peer: "::1" });
    log.error("two", new Error("cause"));
  }
  expect(captured.registry).toBe(defaultRegistry());
  expect(captured.messages).toEqual(["one", "two"]);
  const [one, two] = captured.records;
  expect(one).toMatchObject({ level: "trace", logger: "a", fields: { n: 1 } });
  expect(two).toMatchObject({ level: "error", bound: { peer: "::1" }, error: { message: "cause" } });
  expect(two?.scope).toMatch(/^conn#\d+$/);
  const { records } = captured;
  captured.clear();
  expect(records).toEqual([]);
  getLogger("a").info("three");
  expect(captured.messages).toEqual(["three"]);
  captured[Symbol.dispose]();
  captured[Symbol.dispose]();
  getLogger("a").fatal("four");
  expect(captured.records).toBe(records);
  expect(captured.messages).toEqual(["three"]);
});

test("puts back the configuration before", () => {
  const before: LogRecord[] = [];
  using _before = configure({
    loggers: { "": { level: "warn", handlers: ["list"] } },
    handlers: { list: { handle: (record) => void before.push(record) } },
  });
  const log = getLogger("app");
  {
    using captured = captureRecords();
    log.info("inside");
    expect(captured.messages).toEqual(["inside"]);
    expect(before).toEqual([]);
    expect(log.isEnabled("trace")).toBe(true);
  }
  expect(log.isEnabled("info")).toBe(false);
  log.warn("outside");
  expect(before.map(({ message }) => message)).toEqual(["outside"]);
});

test("captures an isolated registry alone, from a level on", async () => {
  const registry = createRegistry();
  await using byRegistry = captureRecords(registry);
  registry.getLogger("x").debug("mine");
  getLogger("x").fatal("not mine");
  expect(byRegistry.messages).toEqual(["mine"]);
  {
    using fromWarn = captureRecords({ registry, level: "warn" });
    registry.getLogger("x").info("held");
    registry.getLogger("x").warn("seen");
    expect(fromWarn.messages).toEqual(["seen"]);
  }
  registry.getLogger("x").debug("again");
  expect(byRegistry.messages).toEqual(["mine", "again"]);
});
