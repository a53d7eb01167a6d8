import { configure, createRegistry, defaultRegistry, getLogger, getScoped, type Registry, shutdown } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { collect } from "../support/gc.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

describe("scopes()", () => {
  test("tells of the live scopes, the oldest first", async () => {
    const { registry } = world();
    using one = registry.getScoped("conn", { peer: "a" }, { handlers: [recorder()], level: "warn" });
    registry.getScoped("gone").dispose();
    using two = one.scope("req", { n: 1 });
    using three = registry.getScoped("job");
    two.addHandler(recorder());
    const infos = [...registry.scopes()];
    expect(
      infos.map(({ id, name, fields, parent, level, handlers }) => ({ id, name, fields, parent, level, handlers })),
    ).toEqual([
      { id: "conn#1", name: "conn", fields: { peer: "a" }, parent: undefined, level: "warn", handlers: 1 },
      { id: "conn.req#3", name: "conn.req", fields: { peer: "a", n: 1 }, parent: "conn#1", level: "warn", handlers: 1 },
      { id: "job#4", name: "job", fields: {}, parent: undefined, level: "trace", handlers: 0 },
    ]);
    for (const { age } of infos) expect(age).toBeGreaterThanOrEqual(0);
    three.dispose();
    expect([...registry.scopes()].map(({ id }) => id)).toEqual(["conn#1", "conn.req#3"]);
  });

  test("tells the age", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    try {
      const { registry } = world();
      await Promise.resolve();
      using _old = registry.getScoped("old");
      vi.advanceTimersByTime(60_000);
      await Promise.resolve();
      using _young = registry.getScoped("young");
      vi.advanceTimersByTime(1_000);
      expect([...registry.scopes()].map(({ age }) => age)).toEqual([61_000, 1_000]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("may be asked while scopes end and open", () => {
    const { registry } = world();
    const logs = Array.from({ length: 10 }, () => registry.getScoped("conn"));
    const seen: string[] = [];
    for (const { id } of registry.scopes()) {
      seen.push(id);
      for (const log of logs.splice(0, 2)) log.dispose();
      registry.getScoped("new").dispose();
    }
    expect(seen).toContain("conn#1");
    expect(new Set(seen).size).toBe(seen.length);
    for (const log of logs) log.dispose();
  });
});

describe("stats()", () => {
  test("counts agree at every step of a life", async () => {
    const { registry } = world();
    expect(books(registry)).toMatchObject({ opened: 0, live: 0, disposed: 0, collected: 0, shutdown: 0, late: 0 });
    const logs = Array.from({ length: 10 }, () => registry.getScoped("conn"));
    expect(books(registry)).toMatchObject({ opened: 10, live: 10 });
    for (const log of logs.splice(0, 4)) log.dispose();
    expect(books(registry)).toMatchObject({ opened: 10, live: 6, disposed: 4 });
    (() => {
      for (let n = 0; n < 5; n++) registry.getScoped("forgotten");
    })();
    while (registry.stats().collected < 5) await collect();
    expect(books(registry)).toMatchObject({ opened: 15, live: 6, disposed: 4, collected: 5 });
    await registry.shutdown();
    expect(books(registry)).toMatchObject({ opened: 15, live: 0, disposed: 4, collected: 5, shutdown: 6 });
    expect(logs).toHaveLength(6);
  });
});

describe("sweep()", () => {
  test("ends what is dead without waiting for the runtime's word, and counts it", async () => {
    const { registry } = world();
    (() => {
      for (let n = 0; n < 7; n++) registry.getScoped("forgotten");
    })();
    using _held = registry.getScoped("held");
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as { gc?: () => void }).gc?.();
    expect(registry.stats().collected, "the runtime has not said anything yet").toBe(0);
    expect([registry.sweep(), registry.sweep()]).toEqual([7, 0]);
    expect(books(registry)).toMatchObject({ collected: 7, live: 1 });
    await collect();
    expect(books(registry)).toMatchObject({ collected: 7, live: 1 });
  });
});

describe("registries", () => {
  test("know nothing of each other", async () => {
    const [one, two] = [world(), world()];
    one.registry.setLevel("conn", "error");
    const log = one.registry.getScoped("conn");
    using other = two.registry.getScoped("conn");
    expect([log.id, other.id, other.level]).toEqual(["conn#1", "conn#1", "trace"]);
    log.error("1");
    other.info("2");
    expect([one.root.messages, two.root.messages]).toEqual([["1"], ["2"]]);
    expect(two.registry.setLevel("conn#1", "warn")).toBe(1);
    expect([log.level, other.level]).toEqual(["error", "warn"]);
    await one.registry.shutdown();
    expect([log.disposed, other.disposed, two.root.closed]).toEqual([true, false, 0]);
    log.info("late");
    expect([one.registry.stats().late, two.registry.stats().late]).toEqual([0, 0]);
    expect([books(one.registry).shutdown, books(two.registry).live]).toEqual([1, 1]);
  });

  test("createRegistry() takes a configuration at once", () => {
    const handler = recorder();
    const registry = createRegistry({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    registry.getLogger().info("m");
    expect(only(handler.records).message).toBe("m");
  });

  test("getLogger() gives loggers of one name the same settings, and never an end", () => {
    const { registry } = world();
    const [one, two] = [registry.getLogger("a.b"), registry.getLogger("a.b")];
    one.level = "fatal";
    expect([two.level, two.name, registry.getLogger().name, registry.getLogger("").name]).toEqual([
      "fatal",
      "a.b",
      "",
      "",
    ]);
    expect(Symbol.dispose in one).toBe(false);
  });
});

describe("the default registry", () => {
  const key = Symbol.for("scopelog/registry@1");
  const shared = globalThis as unknown as { [key]?: Registry };

  test("is one for the process, under an agreed symbol, and what the functions work on", async () => {
    const registry = defaultRegistry();
    expect(shared[key]).toBe(registry);
    expect(defaultRegistry()).toBe(registry);
    const handler = recorder();
    const configuration = configure({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    getLogger("a").info("1");
    using log = getScoped("conn", { a: 1 });
    log.info("2");
    expect(handler.messages).toEqual(["1", "2"]);
    expect([...registry.scopes()].map(({ id }) => id)).toEqual([log.id]);
    configuration[Symbol.dispose]();
    const again = configure({ handlers: { handler } });
    await shutdown();
    expect([log.disposed, handler.calls]).toEqual([true, ["dispose", "flush", "asyncDispose"]]);
    await again.close();
  });

  test("of another copy of the package is used as it is", async () => {
    const own = shared[key];
    const calls: string[] = [];
    shared[key] = {
      getLogger: (name: string) => calls.push(`getLogger ${name}`),
      getScoped: (name: string) => calls.push(`getScoped ${name}`),
      configure: () => calls.push("configure"),
      shutdown: () => calls.push("shutdown"),
    } as never;
    try {
      getLogger("a");
      getScoped("b");
      configure({});
      await shutdown();
    } finally {
      if (own !== undefined) shared[key] = own;
    }
    expect(calls).toEqual(["getLogger a", "getScoped b", "configure", "shutdown"]);
  });

  test("is shared by copies of the package", async () => {
    vi.resetModules();
    const copy = await import("scopelog");
    expect(copy.getScoped).not.toBe(getScoped);
    expect(copy.defaultRegistry()).toBe(defaultRegistry());
    const handler = recorder();
    using _configuration = configure({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    using log = copy.getScoped("conn");
    log.info("m");
    copy.getLogger("x").info("n");
    expect(handler.messages).toEqual(["m", "n"]);
    expect([...defaultRegistry().scopes()].map(({ id }) => id)).toEqual([log.id]);
  });
});
