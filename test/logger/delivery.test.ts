import { copyRecord, createRecord, createRegistry, type Handler, nullHandler } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { deliver } from "../../src/handler/deliver.ts";
import { Trouble } from "../../src/port/trouble.ts";
import { collect } from "../support/gc.ts";
import { only, recorder } from "../support/recorder.ts";
import { counted, world } from "../support/world.ts";

const fail = () => {
  throw new Error("broken");
};

describe("deliver", () => {
  const warning = createRecord({ message: "m", levelNumber: 40 });

  test("passes the handler's level, then its filter, then its handle", () => {
    const filter = vi.fn(() => true);
    for (const level of ["trace", "warn"] as const) {
      const handler = recorder("h", { level, filter });
      deliver(handler, warning);
      expect(handler.records).toEqual([warning]);
    }
    expect(filter).toHaveBeenCalledTimes(2);
    const high = recorder("h", { level: "error", filter });
    deliver(high, warning);
    deliver(recorder("h", { level: "off", filter }), warning);
    expect(high.records).toEqual([]);
    expect(filter).toHaveBeenCalledTimes(2);
  });

  test("a filter holds back, or passes another record to this handler alone", () => {
    const changed = copyRecord(warning, { message: "changed" });
    const [none, other] = [
      recorder("a", { filter: () => false }),
      recorder("b", { filter: { filter: () => changed } }),
    ];
    for (const handler of [none, other]) deliver(handler, warning);
    expect([none.messages, other.messages]).toEqual([[], ["changed"]]);
  });

  test.each<[string, Handler]>([
    ["handle", { handle: fail }],
    ["filter", { filter: fail, handle() {} }],
    ["the getter of a level", Object.defineProperty(nullHandler(), "level", { get: fail })],
  ])("%s may throw: counted and told with its cause", (_, handler) => {
    const heard = vi.fn();
    const registry = createRegistry();
    expect(counted(registry, () => deliver(handler, warning, new Trouble(heard)))).toMatchObject({
      failed: 1,
      dropped: 0,
    });
    expect(heard.mock.calls[0]?.[0]).toMatchObject({
      code: "SCOPELOG_WARN_HANDLER_FAILED",
      cause: new Error("broken"),
    });
  });

  test("an asynchronous handle that rejects is counted and told, and no unhandled rejection", async () => {
    const heard = vi.fn();
    const registry = createRegistry();
    const before = registry.stats().failed;
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      deliver({ handle: async () => fail() }, warning, new Trouble(heard));
      await collect();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
    expect(unhandled).not.toHaveBeenCalled();
    expect(registry.stats().failed - before).toBe(1);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test("a handler that logs to itself is given up once, however it comes back to itself", () => {
    const heard = vi.fn();
    const trouble = new Trouble(heard);
    const registry = createRegistry();
    const inner: Handler = { handle: () => deliver(outer, warning, trouble) };
    let handled = 0;
    const outer: Handler = {
      handle() {
        handled++;
        deliver(inner, warning, trouble);
        deliver(outer, warning, trouble);
      },
    };
    expect(counted(registry, () => deliver(outer, warning, trouble))).toMatchObject({ dropped: 2, failed: 0 });
    expect(handled).toBe(1);
    expect(heard.mock.calls.map(([{ code }]) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);
    // It takes lines again afterwards, also after it has thrown.
    deliver(outer, warning, trouble);
    expect(handled).toBe(2);
    const broken: Handler = { handle: vi.fn(fail) };
    for (let n = 0; n < 3; n++) deliver(broken, warning, trouble);
    expect(broken.handle).toHaveBeenCalledTimes(3);
  });
});

describe("through a logger", () => {
  test("a handler that throws keeps nothing from the others, and is told once", () => {
    const [before, after] = [recorder("before"), recorder("after")];
    const { registry, told, root } = world();
    using log = registry.getScoped("conn", undefined, { handlers: [before, { handle: fail }, after] });
    const { failed } = counted(registry, () => {
      for (let n = 0; n < 10; n++) log.info(`m${n}`);
    });
    expect(failed).toBe(10);
    for (const handler of [before, after, root]) expect(handler.messages).toHaveLength(10);
    expect(told).toEqual(["SCOPELOG_WARN_HANDLER_FAILED"]);
  });

  test("a handler that logs, to its own scope and to others, ends neither in recursion nor in a throw", () => {
    const { registry, root, told } = world();
    const noisy: Handler = {
      handle(record) {
        log.info(`about ${record.message}`);
        registry.getLogger("other").info(`elsewhere about ${record.message}`);
      },
    };
    using log = registry.getScoped("conn", undefined, { handlers: [noisy] });
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 1, failed: 0, late: 0 });
    expect(root.messages).toEqual(["about m", "elsewhere about m", "m"]);
    expect(told).toEqual(["SCOPELOG_WARN_DROPPED"]);
  });

  test("a getter or toJSON that logs while its line is written does not recurse", () => {
    const { registry, root } = world();
    const log = registry.getLogger();
    const json: Handler = { handle: (record) => void JSON.stringify(record.fields) };
    using scope = registry.getScoped("conn", undefined, { handlers: [json] });
    const { dropped } = counted(registry, () => {
      scope.info("m", {
        value: {
          toJSON() {
            scope.info("from toJSON");
            log.info("from toJSON, elsewhere");
            return 1;
          },
        },
      });
    });
    expect(dropped).toBe(1);
    expect(root.messages).toEqual(["from toJSON", "from toJSON, elsewhere", "m"]);
  });

  test("onError that throws or logs leads to nothing more", () => {
    const calls: string[] = [];
    const { registry, root } = world({
      onError(problem) {
        calls.push(problem.code);
        registry.getLogger().error("told");
        throw new Error("listener");
      },
      handlers: { broken: { handle: fail } },
      loggers: { "": { level: "info", handlers: ["broken", "root"] } },
    });
    registry.getLogger().info("m");
    expect(calls).toEqual(["SCOPELOG_WARN_HANDLER_FAILED"]);
    expect(root.messages, "the listener's own line reaches those who are not at fault").toEqual(["told", "m"]);
  });

  test("filters of categories see every line before any handler, the scope's own too", () => {
    const own = recorder("own");
    const { registry, root } = world({
      loggers: {
        "": {
          level: "trace",
          handlers: ["root"],
          filters: [(record) => copyRecord(record, { message: `${record.message}+root` })],
        },
        conn: {
          filters: [
            (record) =>
              record.message === "secret" ? false : copyRecord(record, { message: `${record.message}+conn` }),
          ],
        },
      },
    });
    using log = registry.getScoped("conn", undefined, { handlers: [own] });
    const { dropped } = counted(registry, () => log.info("secret"));
    expect(dropped, "held back is not given up").toBe(0);
    log.info("m");
    expect([own.messages, root.messages]).toEqual([["m+conn+root"], ["m+conn+root"]]);
  });

  test("a filter of a category that throws costs the line, counted and told", () => {
    const { registry, root, told } = world({
      loggers: { "": { level: "trace", handlers: ["root"], filters: [fail] } },
    });
    expect(counted(registry, () => registry.getLogger().info("m"))).toMatchObject({ failed: 1 });
    expect([root.messages, told]).toEqual([[], ["SCOPELOG_WARN_HANDLER_FAILED"]]);
  });

  test("a line takes one way to each handler, wherever it is met", () => {
    const shared = recorder("shared");
    const { registry } = world({ handlers: { shared }, loggers: { "": { level: "trace", handlers: ["shared"] } } });
    using outer = registry.getScoped("conn");
    using inner = outer.scope("req");
    outer.addHandler(shared);
    inner.addHandler(shared);
    inner.addHandler(shared);
    inner.info("inner");
    outer.info("outer");
    expect(shared.messages).toEqual(["inner", "outer"]);
  });

  test("a handler that was borrowed and is owned then takes a line once", () => {
    const registry = createRegistry();
    const handler = recorder();
    using log = registry.getScoped("conn");
    log.addHandler(handler);
    log.use(handler);
    log.info("m");
    expect(only(handler.records).message).toBe("m");
  });
});
