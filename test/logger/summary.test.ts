import { describe, expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

describe("the summary, one record at the end", () => {
  test("tells the duration, the outcome and the lines by level", () => {
    const { registry, root } = world();
    {
      using log = registry.getScoped("req", { id: 1 }, { summary: true });
      log.info("1");
      log.info("2");
      log.warn("3");
      log.log(35, "4");
      log.ok({ status: 200 });
    }
    const record = root.records.at(-1);
    expect(record).toMatchObject({
      message: "req ended",
      level: "info",
      late: false,
      scope: "req#1",
      bound: { id: 1 },
    });
    const { durationMs, ...fields } = { ...record?.fields };
    expect(fields).toEqual({ status: 200, outcome: "ok", lines: { info: 3, warn: 1 } });
    expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  test("the outcome is unknown if nobody said it: an exception of the block cannot be seen", () => {
    const { registry, root } = world();
    expect(() => {
      using _log = registry.getScoped("req", {}, { summary: true });
      throw new Error("invisible to dispose");
    }).toThrow();
    expect(only(root.records)).toMatchObject({ level: "info", fields: { outcome: "unknown", lines: {} } });
  });

  test("after fail() it is an error, with what was thrown", () => {
    const { registry, root } = world();
    const error = new Error("no");
    {
      using log = registry.getScoped("req", {}, { summary: true });
      log.fail(error, { status: 500 });
      expect(log.outcome).toBe("error");
    }
    expect(only(root.records)).toMatchObject({ level: "error", error, fields: { outcome: "error", status: 500 } });
  });

  test("the last word counts; a second fail() without a cause keeps the first one's", () => {
    const { registry, root } = world();
    const error = new Error("no");
    {
      using log = registry.getScoped("req", {}, { summary: true });
      log.fail(error);
      log.fail(undefined, { a: 1 });
    }
    {
      using log = registry.getScoped("req", {}, { summary: true });
      log.fail(error);
      log.ok();
    }
    expect(root.records.map(({ error, fields }) => [error, fields?.["outcome"]])).toEqual([
      [error, "error"],
      [undefined, "ok"],
    ]);
  });

  test("has the level that was asked for, and is left out below the scope's level", () => {
    const { registry, root } = world();
    registry.getScoped("req", {}, { summary: "debug" }).dispose();
    registry.getScoped("req", {}, { summary: "debug", level: "info" }).dispose();
    registry.getScoped("req", {}, { summary: false }).dispose();
    expect(root.records.map(({ level }) => level)).toEqual(["debug"]);
  });

  test("goes to the scope's own handlers, before they are closed, and comes once", async () => {
    const { registry } = world();
    const own = recorder();
    const log = registry.getScoped("req", {}, { summary: true, handlers: [own] });
    using fork = log.fork();
    log.dispose();
    expect(own.records).toEqual([]);
    fork.dispose();
    fork.dispose();
    await log.close();
    expect([own.messages, own.closed]).toEqual([["req ended"], 1]);
  });

  test("a buffer that held lines does not hold the summary; after a failure they come before it", () => {
    const { registry, root } = world();
    {
      using log = registry.getScoped("req", {}, { summary: true, buffer: { until: "error" } });
      log.info("1");
      log.ok();
    }
    expect(root.messages).toEqual(["req ended"]);
    {
      using log = registry.getScoped("req", {}, { summary: true, buffer: { until: "error" } });
      log.info("1");
      log.fail();
    }
    expect(root.messages).toEqual(["req ended", "1", "req ended"]);
  });

  test("has nothing of what is ambient where the scope happens to be ended", () => {
    const { registry, root } = world();
    const log = registry.getScoped("req", { own: 1 }, { summary: true });
    using other = registry.getScoped("other", { trace: "t" });
    other.run(() => log.dispose());
    expect(only(root.records).fields).not.toHaveProperty("trace");
    const failed = registry.getScoped("req", { own: 1 }, { summary: true });
    failed.fail(new Error("x"));
    other.run(() => failed.dispose());
    expect(root.records[1]?.fields).not.toHaveProperty("trace");
  });

  test("has what was ambient where the scope was opened", () => {
    const { registry, root } = world();
    using other = registry.getScoped("other", { trace: "t" });
    other.run(() => registry.getScoped("req", { own: 1 }, { summary: true })).dispose();
    expect(only(root.records).bound).toEqual({ own: 1, trace: "t" });
  });

  test("is written by a shutdown too", async () => {
    const { registry, root } = world();
    const log = registry.getScoped("req", {}, { summary: true });
    await registry.shutdown();
    expect([root.messages, log.disposed, books(registry).shutdown]).toEqual([["req ended"], true, 1]);
  });

  test("a summary that is neither a level nor true or false is refused", () => {
    const { registry } = world();
    expectCode("ERR_SCOPELOG_LEVEL", () => registry.getScoped("req", {}, { summary: "loud" as never }));
  });
});
