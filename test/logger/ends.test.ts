import { createRegistry, type Handler } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { pooledCells } from "../../src/lifetime/cell.ts";
import { expectCode } from "../support/errors.ts";
import { collect, collectThoroughly, collectUntil } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

describe("the end of a scope", () => {
  test("comes with its block", () => {
    const handler = recorder();
    const { registry } = world();
    const id = (() => {
      using log = registry.getScoped("conn", {}, { handlers: [handler] });
      log.info("m");
      expect(books(registry)).toMatchObject({ live: 1 });
      return log.id;
    })();
    expect(handler.calls).toEqual(["dispose"]);
    expect(books(registry)).toMatchObject({ opened: 1, live: 0, disposed: 1 });
    expect([...registry.scopes()].map((scope) => scope.id)).not.toContain(id);
  });

  test("comes with an exception in its block", () => {
    const handler = recorder();
    const { registry } = world();
    expect(() => {
      using _log = registry.getScoped("conn", {}, { handlers: [handler] });
      throw new Error("in the block");
    }).toThrow("in the block");
    expect([handler.closed, books(registry).disposed]).toEqual([1, 1]);
  });

  test("await using flushes and waits", async () => {
    const handler = recorder();
    const { registry } = world();
    await (async () => {
      await using log = registry.getScoped("conn", {}, { handlers: [handler] });
      log.info("m");
    })();
    expect(handler.calls).toEqual(["flush", "asyncDispose"]);
    expect(books(registry).disposed).toBe(1);
  });

  test("comes once, whichever of the four ways are taken, and never throws", async () => {
    const handler = recorder();
    const { registry } = world();
    const log = registry.getScoped("conn", {}, { handlers: [handler] });
    log.dispose();
    log.dispose();
    log[Symbol.dispose]();
    await log.close();
    await log[Symbol.asyncDispose]();
    expect([handler.calls, log.disposed]).toEqual([["dispose"], true]);
    expect(books(registry)).toMatchObject({ disposed: 1, live: 0 });
  });

  test("closes what the scope owns, the last added first, and nothing that it borrows", async () => {
    for (const way of ["dispose", "close"] as const) {
      const diary: string[] = [];
      const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => recorder(name, { diary }));
      const registry = createRegistry();
      const log = registry.getScoped("conn", {}, { handlers: [a!, b!] });
      log.addHandler(c!);
      log.use(d!);
      await log[way]();
      expect(diary).toEqual(
        way === "dispose"
          ? ["d.dispose", "b.dispose", "a.dispose"]
          : ["d.flush", "d.asyncDispose", "b.flush", "b.asyncDispose", "a.flush", "a.asyncDispose"],
      );
    }
  });

  test("close() waits for each flush and close before the next", async () => {
    const diary: string[] = [];
    const slow: Handler = {
      handle() {},
      async flush() {
        await collect();
        diary.push("slow.flushed");
      },
      async [Symbol.asyncDispose]() {
        await collect();
        diary.push("slow.closed");
      },
    };
    const registry = createRegistry();
    const log = registry.getScoped("conn", {}, { handlers: [recorder("a", { diary }), slow] });
    await log.close();
    expect(diary).toEqual(["slow.flushed", "slow.closed", "a.flush", "a.asyncDispose"]);
  });

  test("is over before the handlers are closed: a handler that logs or ends it again as it closes does no harm", () => {
    const { registry, root } = world();
    const meddler: Handler = {
      handle() {},
      [Symbol.dispose]() {
        log.info("closing");
        log.dispose();
        expect(log.disposed).toBe(true);
      },
    };
    const after = recorder();
    const log = registry.getScoped("conn", {}, { handlers: [after, meddler] });
    log.dispose();
    expect([root.messages, root.records[0]?.late, after.calls]).toEqual([["closing"], true, ["dispose"]]);
    expect(books(registry)).toMatchObject({ disposed: 1, late: 1 });
  });

  test("with handlers that throw as they close: told, never thrown, and the others are closed", async () => {
    const { registry, problems } = world();
    const bad: () => Handler = () => ({
      handle() {},
      flush: () => Promise.reject(new Error("flush")),
      [Symbol.dispose]() {
        throw new Error("dispose");
      },
      async [Symbol.asyncDispose]() {
        throw new Error("asyncDispose");
      },
    });
    const [a, b] = [recorder("a"), recorder("b")];
    registry.getScoped("conn", {}, { handlers: [a, bad(), b] }).dispose();
    expect([a.closed, b.closed]).toEqual([1, 1]);
    const [c, d] = [recorder("c"), recorder("d")];
    await expect(registry.getScoped("conn", {}, { handlers: [c, bad(), d] }).close()).resolves.toBeUndefined();
    expect([c.closed, d.closed]).toEqual([1, 1]);
    expect(problems.map(({ code, cause }) => [code, (cause as Error).message])).toEqual([
      ["SCOPELOG_WARN_CLOSE_FAILED", "dispose"],
    ]);
  });

  test("takes handlers, and no more afterwards", () => {
    const { registry } = world();
    const log = registry.getScoped("conn");
    log.dispose();
    expectCode("ERR_SCOPELOG_SCOPE_ENDED", () => log.use(recorder()), log.id);
    expectCode("ERR_SCOPELOG_SCOPE_ENDED", () => log.addHandler(recorder()), log.id);
    log.removeHandler(recorder());
    const handler = recorder();
    expectCode("ERR_SCOPELOG_SCOPE_ENDED", () => log.use(handler));
    registry.getScoped("conn", {}, { handlers: [handler] }).dispose();
    expect(handler.closed).toBe(1);
  });
});

describe("fork", () => {
  test("holds the scope until the last holder ends", () => {
    const handler = recorder();
    const { registry } = world();
    const one = registry.getScoped("conn", { peer: "a" }, { handlers: [handler] });
    const two = one.fork();
    const three = two.fork();
    expect([two.id, two.name, two.fields]).toEqual([one.id, one.name, one.fields]);
    expect(books(registry)).toMatchObject({ opened: 1, live: 1 });
    one.dispose();
    one.dispose();
    expect([one.disposed, two.disposed, three.disposed, handler.closed]).toEqual([true, false, false, 0]);
    one.info("1");
    two.info("2");
    three.dispose();
    two.info("3");
    expect(handler.records.map(({ message, late }) => [message, late])).toEqual([
      ["1", false],
      ["2", false],
      ["3", false],
    ]);
    expect([...registry.scopes()].map(({ id }) => id)).toEqual([one.id]);
    two.dispose();
    expect([handler.closed, books(registry).disposed]).toEqual([1, 1]);
    for (const log of [one, two, three]) log.info("late");
    expect(books(registry).late).toBe(3);
  });

  test("shares level and handlers both ways", () => {
    const { registry } = world();
    using one = registry.getScoped("conn");
    using two = one.fork();
    const handler = recorder();
    two.addHandler(handler);
    two.level = "error";
    one.error("m");
    expect([one.level, handler.messages]).toEqual(["error", ["m"]]);
    registry.setLevel(one.id, "trace");
    expect([one.level, two.level]).toEqual(["trace", "trace"]);
  });

  test("hears of a handler that another holder adds, also after a new configuration", () => {
    const { registry } = world();
    using one = registry.getScoped("conn", {}, { propagate: false });
    using two = one.fork();
    using _over = registry.configure({ handlers: { h: recorder() }, loggers: { "": { handlers: ["h"] } } });
    expect(one.isEnabled("info")).toBe(false);
    const handler = two.use(recorder());
    one.info("m");
    expect(handler.messages).toEqual(["m"]);
  });

  test("that is collected takes its handlers from the scopes inside, though an ended holder is still referenced", async () => {
    const { registry, root } = world();
    const [handler, inner] = [recorder("outer"), recorder("inner")];
    const forget = () => {
      const one = registry.getScoped("conn", {}, { handlers: [handler] });
      const two = one.fork();
      two.dispose();
      return two.scope("req");
    };
    const scope = forget();
    // What is met outside again is written there, unless nobody is there.
    scope.addHandler(handler);
    scope.use(inner);
    await collectUntil(() => registry.stats().live === 1, "the outer scope collected");
    scope.info("m");
    expect([handler.messages, inner.messages, root.messages]).toEqual([["m"], ["m"], ["m"]]);
    scope.removeHandler(handler);
    scope.info("n");
    expect([handler.messages, inner.messages]).toEqual([["m"], ["m", "n"]]);
  });

  test("that has ended may still take a handler away: its resource is not closed with the scope", async () => {
    const { registry } = world();
    const closed: string[] = [];
    const resource = { [Symbol.dispose]: () => void closed.push("resource") };
    const handler = recorder("h", { resource });
    const forget = () => {
      const one = registry.getScoped("conn", {}, { handlers: [handler] });
      const two = one.fork();
      two.dispose();
      two.removeHandler(handler);
    };
    forget();
    await collectUntil(() => registry.stats().live === 0, "the scope collected");
    expect(closed).toEqual([]);
  });

  test("of a scope that has ended has ended too", () => {
    const { registry, root } = world();
    const log = registry.getScoped("conn");
    log.dispose();
    const fork = log.fork();
    expect([fork.disposed, log.disposed]).toEqual([true, true]);
    expectCode("ERR_SCOPELOG_SCOPE_ENDED", () => fork.use(recorder()));
    fork.info("m");
    log.info("n");
    expect(root.records.map(({ late }) => late)).toEqual([true, true]);
    fork.dispose();
    expect(books(registry)).toMatchObject({ opened: 1, disposed: 1, live: 0 });
  });

  test("of a holder that has ended while others hold has ended too, and lets nobody else's hold go", () => {
    const { registry } = world();
    const one = registry.getScoped("conn");
    const two = one.fork();
    one.dispose();
    one.fork().dispose();
    expect([two.disposed, books(registry).live]).toEqual([false, 1]);
    two.dispose();
    expect(books(registry)).toMatchObject({ live: 0, disposed: 1 });
  });

  test("forgotten ends its scope with the collection, and lines of the holder that ended are late from then on", async () => {
    const { registry, root } = world();
    const handler = recorder();
    const forget = () => {
      const log = registry.getScoped("conn", {}, { handlers: [handler] });
      log.fork();
      log.dispose();
      return log;
    };
    const log = forget();
    await collectUntil(() => registry.stats().live === 0, "the scope collected");
    expect(books(registry)).toMatchObject({ collected: 1, disposed: 0 });
    log.info("m");
    expect(root.records.map(({ late }) => late)).toEqual([true]);
    expect(handler.messages).toEqual([]);
  });
});

describe("cells are handed on", () => {
  test("after a deterministic end, and an ended scope sees nothing of the next one", () => {
    const { registry, root } = world();
    const one = registry.getScoped("one");
    const pooled = pooledCells();
    one.dispose();
    expect(pooledCells()).toBe(pooled + 1);
    const two = registry.getScoped("two");
    expect(pooledCells()).toBe(pooled);
    one.info("late");
    expect(root.records.map(({ scope, late }) => [scope, late])).toEqual([["one#1", true]]);
    one.dispose();
    one.fork().dispose();
    expect([two.disposed, books(registry).live]).toEqual([false, 1]);
    two.dispose();
  });

  test("not while another holder has them", () => {
    const { registry } = world();
    const one = registry.getScoped("conn");
    const two = one.fork();
    const pooled = pooledCells();
    one.dispose();
    expect(pooledCells()).toBe(pooled);
    two.dispose();
    expect(pooledCells()).toBe(pooled + 1);
  });

  test.each(["the first holder", "a fork", "both"])("not after a shutdown while %s is held", async (who) => {
    const { registry } = world();
    const one = registry.getScoped("conn");
    const two = one.fork();
    if (who === "the first holder") two.dispose();
    if (who === "a fork") one.dispose();
    await registry.shutdown();
    const next = Array.from({ length: pooledCells() + 1 }, () => registry.getScoped("next"));
    expect([one.disposed, two.disposed]).toEqual([true, true]);
    expect(next.some((log) => log.disposed)).toBe(false);
    const before = registry.stats().late;
    // Whoever is still held must know that it has ended, and not be taken for the next tenant.
    using _speaking = registry.configure({ handlers: { h: recorder() }, loggers: { "": { handlers: ["h"] } } });
    one.info("late");
    two.info("late");
    expect(registry.stats().late - before).toBe(2);
    one.dispose();
    two.dispose();
    expect(next.some((log) => log.disposed)).toBe(false);
    for (const log of next) log.dispose();
    books(registry);
  });

  test.each(["dispose", "close", "shutdown"] as const)(
    "and an ended scope that is still referenced does not keep the next tenant: %s",
    async (way) => {
      const { registry } = world();
      // Drains the pool, so that each cell below is known.
      const taken = Array.from({ length: pooledCells() }, () => registry.getScoped("taken"));
      const kept = Array.from({ length: 50 }, () => {
        const log = registry.getScoped("kept");
        return [log, log.with({ a: 1 }), log.fork()];
      });
      for (const [log, , fork] of kept) {
        (log as typeof fork & { dispose(): void }).dispose();
        if (way === "shutdown") continue;
        await (fork as unknown as { close(): Promise<void>; dispose(): void })[way]();
      }
      if (way === "shutdown") await registry.shutdown();
      const before = registry.stats().collected;
      (() => {
        for (let n = 0; n < 200; n++) registry.getScoped("forgotten");
      })();
      await collectUntil(() => registry.stats().collected - before === 200, "the next tenants collected");
      expect(kept).toHaveLength(50);
      for (const log of taken) log.dispose();
      books(registry);
    },
  );

  test("a handler that ends the scope as it takes the last line of it harms no other scope", () => {
    const registry = createRegistry();
    let next: ReturnType<typeof registry.getScoped> | undefined;
    const handler: Handler = {
      handle() {
        log.dispose();
        next ??= registry.getScoped("next");
      },
    };
    const log = registry.getScoped("conn", {}, { handlers: [handler], summary: true });
    log.dispose();
    expect(next?.disposed).toBe(false);
    expect(books(registry)).toMatchObject({ opened: 2, disposed: 1, live: 1 });
    next?.dispose();
    const [one, two] = [registry.getScoped("a"), registry.getScoped("b")];
    one.dispose();
    expect(two.disposed, "no two scopes live in one cell").toBe(false);
    two.dispose();
  });
});

describe("shutdown", () => {
  test("ends every scope and every configuration, flushing and closing what they own", async () => {
    const diary: string[] = [];
    const registry = createRegistry();
    const lower = recorder("lower", { diary });
    const upper = recorder("upper", { diary });
    registry.configure({ handlers: { lower } });
    registry.configure({ handlers: { upper }, loggers: { "": { handlers: ["upper"] } } });
    const log = registry.getScoped("conn", {}, { handlers: [recorder("a", { diary }), recorder("b", { diary })] });
    const inner = log.scope("req");
    const fork = log.fork();
    await registry.shutdown();
    expect(diary).toEqual([
      "b.flush",
      "b.asyncDispose",
      "a.flush",
      "a.asyncDispose",
      "upper.flush",
      "upper.asyncDispose",
      "lower.flush",
      "lower.asyncDispose",
    ]);
    expect([log.disposed, inner.disposed, fork.disposed]).toEqual([true, true, true]);
    expect(books(registry)).toMatchObject({ opened: 2, live: 0, shutdown: 2, disposed: 0 });
    expect([...registry.scopes()]).toEqual([]);
  });

  test("is one, however often it is asked for while it is under way", async () => {
    const handler = recorder();
    const { registry } = world();
    registry.getScoped("conn", {}, { handlers: [handler] });
    const [one, two] = [registry.shutdown(), registry.shutdown()];
    expect(one).toBe(two);
    await one;
    await registry.shutdown();
    expect(handler.calls).toEqual(["flush", "asyncDispose"]);
    expect(books(registry)).toMatchObject({ shutdown: 1 });
  });

  test("leaves nobody to take a line: it is late, counted, dropped and told", async () => {
    const { registry, told } = world();
    const log = registry.getScoped("conn", {}, { handlers: [recorder()] });
    const silent = registry.getScoped("conn");
    await registry.shutdown();
    const { dropped } = registry.stats();
    expect(() => {
      log.info("m");
      silent.info("m");
      registry.getLogger().info("m");
    }).not.toThrow();
    // Those who never had a handler of their own are as silent as in a registry that was never configured.
    expect([registry.stats().dropped - dropped, registry.stats().late]).toEqual([1, 1]);
    expect(told, "onError went with the configuration").toEqual([]);
  });

  test("never rejects, whatever handlers throw", async () => {
    const { registry, told } = world({
      handlers: {
        bad: {
          handle() {},
          flush() {
            throw new Error("flush");
          },
          [Symbol.asyncDispose]: () => Promise.reject(new Error("close")),
        },
      },
    });
    registry.getScoped(
      "conn",
      {},
      {
        handlers: [
          {
            handle() {},
            [Symbol.dispose]() {
              throw new Error("dispose");
            },
          },
        ],
      },
    );
    await expect(registry.shutdown()).resolves.toBeUndefined();
    expect(told).toEqual(["SCOPELOG_WARN_CLOSE_FAILED"]);
    books(registry);
  });

  test("survives handlers that end other scopes as they are flushed and closed", async () => {
    const { registry } = world();
    const others: Disposable[] = [];
    const meddler = (): Handler => ({
      handle() {},
      flush() {
        for (const other of others.splice(0)) other[Symbol.dispose]();
      },
    });
    for (let n = 0; n < 10; n++) {
      registry.getScoped("meddler", {}, { handlers: [meddler()] });
      others.push(registry.getScoped("other"));
    }
    await expect(registry.shutdown()).resolves.toBeUndefined();
    const { live, disposed, shutdown } = books(registry);
    expect([live, disposed + shutdown]).toEqual([0, 20]);
  });

  test("leaves the registry usable", async () => {
    const { registry } = world();
    await registry.shutdown();
    const handler = recorder();
    registry.configure({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    const log = registry.getScoped("conn");
    log.info("m");
    expect(handler.messages).toEqual(["m"]);
    await registry.shutdown();
    expect([handler.closed, log.disposed]).toEqual([1, true]);
  });

  test("counts what was collected as collected", async () => {
    const { registry } = world();
    (() => {
      for (let n = 0; n < 10; n++) registry.getScoped("forgotten");
    })();
    const held = registry.getScoped("held");
    await collectThoroughly(0);
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as { gc?: () => void }).gc?.();
    await registry.shutdown();
    expect(books(registry)).toMatchObject({ live: 0, collected: 10, shutdown: 1 });
    expect(held.disposed).toBe(true);
  });
});

test("a scope ends for its holders alone: dispose is on scopes and on nothing else", () => {
  const { registry } = world();
  using log = registry.getScoped("conn");
  for (const one of [registry.getLogger(), log.with({}), log.getChild("x")]) {
    for (const key of ["dispose", "close", Symbol.dispose, Symbol.asyncDispose]) expect(key in one).toBe(false);
  }
});

test("a promise that a synchronous dispose returns is watched", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { registry, told } = world();
  registry
    .getScoped(
      "conn",
      {},
      {
        handlers: [{ handle() {}, [Symbol.dispose]: (async () => Promise.reject(new Error("late"))) as () => void }],
      },
    )
    .dispose();
  await collect();
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(told).toEqual(["SCOPELOG_WARN_CLOSE_FAILED"]);
});
