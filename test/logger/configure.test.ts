import { createRegistry } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { expectCode } from "../support/errors.ts";
import { collectUntil } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { world } from "../support/world.ts";

const toRoot = (name: string) => ({ "": { handlers: [name] } });

describe("configure", () => {
  test("has fields that are on every line of every logger, under all others, and go with it", () => {
    let version = 1;
    const { registry, root } = world({ fields: { service: "shop", version: () => version, a: 0 } });
    using log = registry.getScoped("req", { a: 1 });
    log.info("1");
    version = 2;
    registry.getLogger("db").info("2", { service: "db" });
    {
      using _inner = registry.configure({
        loggers: { "": { level: "trace", handlers: ["root"] } },
        handlers: { root: { handle: (record) => root.handle(record) } },
      });
      log.info("3");
    }
    expect(root.records.map(({ bound, fields }) => ({ ...bound, ...fields }))).toEqual([
      { a: 1, service: "shop", version: 1 },
      { service: "db", version: 2, a: 0 },
      { a: 1 },
    ]);
  });

  test("puts a configuration in force for those who log already", () => {
    const registry = createRegistry();
    const log = registry.getLogger("net");
    using scope = registry.getScoped("conn");
    const view = scope.with({ a: 1 });
    const h = recorder();
    const everybody = () => {
      for (const one of [log, scope, view]) one.debug("m");
      return h.records.splice(0).length;
    };
    expect(everybody()).toBe(0);
    const configuration = registry.configure({ handlers: { h }, loggers: { "": { level: "debug", handlers: ["h"] } } });
    expect(everybody()).toBe(3);
    configuration[Symbol.dispose]();
    expect(everybody()).toBe(0);
    expect([log.level, h.calls]).toEqual(["info", ["dispose"]]);
  });

  test("lies on the one before, and gives way to it at its end", async () => {
    const registry = createRegistry();
    const [a, b, c] = [recorder("a"), recorder("b"), recorder("c")];
    const [one, two, three] = [a, b, c].map((handler) =>
      registry.configure({ handlers: { [handler.name]: handler }, loggers: toRoot(handler.name) }),
    );
    const log = registry.getLogger();
    log.info("to c");
    await two?.close();
    log.info("still to c");
    await three?.close();
    log.info("to a");
    await one?.close();
    log.info("to nobody");
    expect([a.messages, b.messages, c.messages]).toEqual([["to a"], [], ["to c", "still to c"]]);
    expect([a, b, c].map(({ calls }) => calls)).toEqual(Array(3).fill(["flush", "asyncDispose"]));
  });

  test("owns its handlers: closed once, the last first, whichever way it ends", async () => {
    for (const way of ["sync", "async", "close"] as const) {
      const diary: string[] = [];
      const registry = createRegistry();
      const configuration = registry.configure({
        handlers: { a: recorder("a", { diary }), b: recorder("b", { diary }) },
      });
      if (way === "sync") configuration[Symbol.dispose]();
      else if (way === "async") await configuration[Symbol.asyncDispose]();
      else await configuration.close();
      await configuration.close();
      configuration[Symbol.dispose]();
      expect(diary).toEqual(
        way === "sync" ? ["b.dispose", "a.dispose"] : ["b.flush", "b.asyncDispose", "a.flush", "a.asyncDispose"],
      );
    }
  });

  test("is out of force before its handlers are closed", () => {
    const registry = createRegistry();
    let level = "";
    registry
      .configure({
        handlers: { h: { handle() {}, [Symbol.dispose]: () => void (level = registry.getLogger().level) } },
        loggers: { "": { level: "trace", handlers: ["h"] } },
      })
      [Symbol.dispose]();
    expect(level).toBe("info");
  });

  test("flush() flushes its handlers and ends nothing", async () => {
    const registry = createRegistry();
    const [a, b] = [recorder("a"), recorder("b")];
    const configuration = registry.configure({ handlers: { a, b } });
    await configuration.flush();
    expect([a.calls, b.calls]).toEqual([["flush"], ["flush"]]);
    configuration[Symbol.dispose]();
  });

  test("may name handlers of the one before: they are closed with the last that has them", async () => {
    const registry = createRegistry();
    const shared = recorder("shared");
    const one = registry.configure({ handlers: { shared, again: shared }, loggers: toRoot("shared") });
    const two = registry.configure({ handlers: { other: shared }, loggers: toRoot("other") });
    registry.getLogger().info("1");
    one[Symbol.dispose]();
    expect(shared.calls).toEqual([]);
    registry.getLogger().info("2");
    await two.close();
    expect([shared.messages, shared.calls]).toEqual([
      ["1", "2"],
      ["flush", "asyncDispose"],
    ]);
    registry.configure({ handlers: { shared } })[Symbol.dispose]();
    expect(shared.calls.length).toBe(3);
  });

  test("closes handlers whatever they throw, and tells it to the listener of the configuration below", async () => {
    const heard = vi.fn();
    const registry = createRegistry({ onError: heard });
    const bad = {
      handle() {},
      [Symbol.dispose]() {
        throw new Error("bad");
      },
    };
    const good = recorder();
    registry.configure({ handlers: { good, bad } })[Symbol.dispose]();
    expect(good.closed).toBe(1);
    expect(heard.mock.calls.map(([{ code }]) => code)).toEqual(["SCOPELOG_WARN_CLOSE_FAILED"]);
  });

  test("with an error changes nothing", () => {
    const [a, b] = [recorder("a"), recorder("b")];
    const registry = createRegistry({ handlers: { a }, loggers: toRoot("a") });
    expectCode("ERR_SCOPELOG_CONFIG_HANDLER", () => registry.configure({ handlers: { b }, loggers: toRoot("c") }));
    registry.getLogger().info("m");
    expect([a.messages, b.messages]).toEqual([["m"], []]);
    registry.configure({ handlers: { b }, loggers: toRoot("b") });
    registry.getLogger().info("m");
    expect(b.messages).toEqual(["m"]);
  });

  test("with onError: problems go to the innermost listener", () => {
    const [outer, inner] = [vi.fn(), vi.fn()];
    const fail = {
      handle() {
        throw new Error("broken");
      },
    };
    const registry = createRegistry({ onError: outer, handlers: { fail }, loggers: toRoot("fail") });
    using _over = registry.configure({ onError: inner, handlers: { fail }, loggers: toRoot("fail") });
    registry.getLogger().info("m");
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([0, 1]);
  });
});

describe("settings are strong, loggers weak", () => {
  test("a level set on a logger outlives every logger of the name", async () => {
    const registry = createRegistry();
    const set = () => {
      const log = registry.getLogger("net.conn");
      log.level = "trace";
      return new WeakRef(log);
    };
    const reference = set();
    await collectUntil(() => reference.deref() === undefined, "the logger collected");
    expect(registry.getLogger("net.conn").level).toBe("trace");
  });

  test("a configuration that nobody holds stays in force", async () => {
    const h = recorder();
    const registry = createRegistry();
    const reference = (() => new WeakRef(registry.configure({ handlers: { h }, loggers: toRoot("h") })))();
    const probe = (() => new WeakRef({}))();
    await collectUntil(() => probe.deref() === undefined, "a collection");
    registry.getLogger().info("m");
    expect(h.messages).toEqual(["m"]);
    expect(reference.deref()).toBeDefined();
  });

  test("a handler that is kept keeps no registry", async () => {
    const h = recorder();
    const make = () => new WeakRef(createRegistry({ handlers: { h }, loggers: toRoot("h") }));
    const reference = make();
    await collectUntil(() => reference.deref() === undefined, "the registry collected");
    expect(h.calls).toEqual([]);
  });
});
