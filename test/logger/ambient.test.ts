import { AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { createRegistry, currentLogger, getScoped, type ScopedLogger } from "scopelog";
import { describe, expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { collectUntil } from "../support/gc.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

describe("run", () => {
  test("returns what the function returns, and throws what it throws", async () => {
    const { registry } = world();
    using log = registry.getScoped("req");
    expect(log.run(() => 5)).toBe(5);
    expect(await log.run(async () => 6)).toBe(6);
    const error = new Error("no");
    expect(() =>
      log.run(() => {
        throw error;
      }),
    ).toThrow(error);
    await expect(log.run(() => Promise.reject(error))).rejects.toBe(error);
    expectCode("ERR_SCOPELOG_OPTION", () => log.run(5 as never), "run() takes a function");
  });

  test("makes the scope the current logger there and in all it starts, and nowhere else", async () => {
    const { registry } = world();
    using log = registry.getScoped("req");
    const seen: (string | undefined)[] = [];
    const look = () => seen.push((registry.currentLogger() as ScopedLogger).id);
    look();
    await log.run(async () => {
      look();
      await turn();
      look();
      await new Promise<void>((done) => {
        setTimeout(() => {
          look();
          done();
        });
      });
      queueMicrotask(look);
      await null;
    });
    look();
    expect(seen).toEqual([undefined, "req#1", "req#1", "req#1", "req#1", undefined]);
  });

  test("requests that take turns do not see each other", async () => {
    const { registry } = world();
    const seen = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        using log = registry.getScoped("req", { index });
        return await log.run(async () => {
          for (let turns = 0; turns < index % 5; turns++) await turn();
          return registry.currentLogger().fields["index"] === index;
        });
      }),
    );
    expect(seen.filter((same) => same)).toHaveLength(50);
  });

  test("gives its fields to every line of every logger inside, under those of the logger and the call", () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", { requestId: "r1", user: "u" });
    const db = registry.getLogger("db").with({ user: "db" });
    log.run(() => {
      db.info("query", { ms: 3 });
      log.info("own");
    });
    db.info("after");
    expect(root.records.map(({ message, fields, bound }) => [message, { ...bound, ...fields }])).toEqual([
      ["query", { requestId: "r1", user: "db", ms: 3 }],
      ["own", { requestId: "r1", user: "u" }],
      ["after", { user: "db" }],
    ]);
  });

  test("a lazy field is called for each line of whichever logger, and for an error when it leaves", () => {
    const { registry, root } = world();
    let span = 1;
    using log = registry.getScoped("req", { span: () => span });
    log.run(() => {
      log.info("own");
      registry.getLogger("db").info("other");
    });
    const error = new Error("no");
    log.fail(error);
    span = 2;
    registry.getLogger("app").error(error);
    expect(root.records.map(({ fields }) => fields)).toEqual([{ span: 1 }, { span: 1 }, { span: 1 }]);
  });

  test("getScoped inside reads the ambient fields, and never enters", () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", { requestId: "r1" });
    log.run(() => {
      using job = registry.getScoped("job", { job: 1 });
      expect(job.fields).toEqual({ requestId: "r1", job: 1 });
      expect((registry.currentLogger() as ScopedLogger).id).toBe(log.id);
      using inside = registry.getScoped("job", { job: 2 }, { parent: log });
      expect(inside.fields).toEqual({ requestId: "r1", job: 2 });
      job.info("x");
    });
    expect(only(root.records).bound).toEqual({ requestId: "r1", job: 1 });
  });

  test("the innermost counts", () => {
    const { registry } = world();
    using outer = registry.getScoped("outer", { a: 1, b: 1 });
    using inner = outer.scope("inner", { b: 2 });
    outer.run(() => {
      inner.run(() => {
        expect((registry.currentLogger() as ScopedLogger).id).toBe(inner.id);
        expect(registry.currentLogger().fields).toEqual({ a: 1, b: 2 });
      });
      expect((registry.currentLogger() as ScopedLogger).id).toBe(outer.id);
    });
  });

  test("registries do not see each other's", () => {
    const [one, two] = [world().registry, world().registry];
    using log = one.getScoped("req");
    log.run(() => expect((two.currentLogger() as ScopedLogger).id).toBeUndefined());
  });

  test("currentLogger() is that of the default registry", () => {
    expect((currentLogger() as ScopedLogger).id).toBeUndefined();
    using log = getScoped("req");
    log.run(() => expect(currentLogger()).toBe(log));
  });

  test("a line after the end of the scope is late, and goes to the handlers above", async () => {
    const { registry, root, told } = world();
    const own = recorder();
    let background: Promise<unknown> = Promise.resolve();
    {
      using log = registry.getScoped("req", { requestId: "r1" }, { handlers: [own] });
      background = log.run(async () => {
        await wait(5);
        registry.currentLogger().info("late");
      });
    }
    await background;
    expect(own.records).toEqual([]);
    expect(only(root.records)).toMatchObject({ message: "late", late: true, scope: "req#1" });
    expect(told).toEqual(["SCOPELOG_WARN_LATE"]);
  });

  test("lines after the end are late however often and long after, with the names and fields of the scope, and told once", async () => {
    const { registry, root, told } = world();
    const emitter = new EventEmitter();
    const reference = (() => {
      using log = registry.getScoped("req", { requestId: "r1" });
      log.run(
        () =>
          void emitter.on(
            "line",
            AsyncResource.bind(() => registry.currentLogger().info("late", { n: 1 })),
          ),
      );
      return new WeakRef(log);
    })();
    await collectUntil(() => reference.deref() === undefined);
    // Its cell may have another tenant.
    using _next = registry.getScoped("next");
    emitter.emit("line");
    emitter.emit("line");
    const lines = root.records.map(({ message, late, scope, logger, bound, fields }) => ({
      ...{ message, late, scope, logger },
      ...{ ...bound, ...fields },
    }));
    const line = { message: "late", late: true, scope: "req#1", logger: "req", requestId: "r1", n: 1 };
    expect(lines).toEqual([line, line]);
    expect(told.filter((code) => code === "SCOPELOG_WARN_LATE")).toHaveLength(1);
    expect(books(registry).late).toBe(2);
  });

  test("lines after the end of a scope inside another go to the handlers of that one", async () => {
    const { registry, root } = world();
    const own = recorder();
    using conn = registry.getScoped("conn", { peer: "p" }, { handlers: [own] });
    let line = (): void => {};
    {
      using log = conn.scope("req", { requestId: "r1" });
      log.run(() => {
        line = AsyncResource.bind(() => registry.currentLogger().info("late"));
      });
    }
    line();
    for (const { records } of [own, root]) {
      expect(records.map(({ message, late, scope, source }) => [message, late, scope, source.parent])).toEqual([
        ["late", true, "conn.req#2", "conn#1"],
      ]);
    }
    expect(only(own.records).bound).toEqual({ peer: "p", requestId: "r1" });
    conn.dispose();
    line();
    expect([own.records.length, root.records.length]).toEqual([1, 2]);
  });

  test("run() of a scope that has ended is that of one that has ended", () => {
    const { registry, root } = world();
    const log = registry.getScoped("req", { requestId: "r1" });
    log.dispose();
    using _next = registry.getScoped("next");
    log.run(() => registry.currentLogger().info("late"));
    expect(only(root.records)).toMatchObject({ message: "late", late: true, scope: "req#1" });
  });
});

describe("what the ambient frame keeps", () => {
  const holders = {
    "who opened the scope": (log: ScopedLogger) => log,
    "a fork": (log: ScopedLogger) => log.fork(),
  };

  test.each(Object.entries(holders))(
    "an interval in run() of %s pins the frame, but neither the scope nor its handlers; its lines still have the fields",
    async (_, holder) => {
      const { registry, root } = world();
      const resource = { closed: 0, [Symbol.dispose]: () => void resource.closed++ };
      const emitter = new EventEmitter();
      let interval: NodeJS.Timeout | undefined;
      (() => {
        const log = registry.getScoped("req", { requestId: "r1" }, { handlers: [recorder("own", { resource })] });
        holder(log).run(() => {
          interval = setInterval(() => {
            registry.currentLogger().info("tick");
            emitter.emit("tick");
          }, 1);
        });
      })();
      await collectUntil(() => registry.stats().live === 0);
      expect([resource.closed, books(registry).collected]).toEqual([1, 1]);
      root.records.length = 0;
      await new Promise((resolve) => emitter.once("tick", resolve));
      clearInterval(interval);
      const line = root.records.at(-1);
      expect([line?.message, line?.logger, { ...line?.bound, ...line?.fields }]).toEqual([
        "tick",
        "req",
        { requestId: "r1" },
      ]);
    },
  );

  test("run alone holds the scope until its work is done", async () => {
    const { registry } = world();
    let finish = (): void => {};
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const done = (() => registry.getScoped("req").run(() => work))();
    for (let round = 0; round < 5; round++) {
      (globalThis as { gc?: () => void }).gc?.();
      await turn();
    }
    expect(registry.stats().live).toBe(1);
    finish();
    await done;
    await collectUntil(() => registry.stats().live === 0);
  });
});

describe("an error remembers the scope it came through", () => {
  test.each([
    [
      "thrown out of run()",
      (log: ScopedLogger, error: Error) => {
        log.run(() => {
          throw error;
        });
      },
    ],
    ["rejected out of run()", (log: ScopedLogger, error: Error) => log.run(() => Promise.reject(error))],
    ["passed to fail()", (log: ScopedLogger, error: Error) => log.fail(error)],
  ])("%s: a logger outside has the request id", async (_how, leave) => {
    const { registry, root } = world();
    const error = new Error("no");
    {
      using log = registry.getScoped("req", { requestId: "r1", a: 1 });
      try {
        await leave(log, error);
      } catch {}
    }
    registry.getLogger("app").with({ a: 2 }).error(error, { b: 3 });
    const line = only(root.records);
    expect({ ...line.bound, ...line.fields }).toEqual({ requestId: "r1", a: 2, b: 3 });
    expect(line.error).toBe(error);
  });

  test("of scopes inside each other the innermost is nearest to the cause", () => {
    const { registry, root } = world();
    const error = new Error("no");
    using outer = registry.getScoped("outer", { step: "outer", outer: 1 });
    try {
      outer.run(() => {
        using inner = registry.getScoped("inner", { step: "inner" });
        inner.run(() => {
          throw error;
        });
      });
    } catch {}
    registry.getLogger().error(error);
    expect(only(root.records).fields).toEqual({ step: "inner", outer: 1 });
  });

  test("frozen errors and thrown texts do no harm; what is remembered keeps no error", async () => {
    const { registry, root } = world();
    using log = registry.getScoped("req", { requestId: "r1" });
    for (const thrown of ["text", undefined, Object.freeze(new Error("frozen"))]) {
      expect(() =>
        log.run(() => {
          throw thrown;
        }),
      ).toThrow();
    }
    registry.getLogger().error("failed", "text");
    expect(only(root.records).fields).toBeUndefined();
    const references: WeakRef<Error>[] = [];
    (() => {
      const error = new Error("no");
      references.push(new WeakRef(error));
      log.fail(error);
    })();
    log.ok();
    await collectUntil(() => references[0]?.deref() === undefined);
  });
});

test("a context of one's own is used in place of AsyncLocalStorage", () => {
  const ran: unknown[] = [];
  const registry = createRegistry({
    loggers: {},
    handlers: {},
    context: {
      current: () => undefined,
      run(frame, fn) {
        ran.push(frame.fields);
        return fn();
      },
    },
  });
  using log = registry.getScoped("req", { requestId: "r1" });
  log.run(() => expect((registry.currentLogger() as ScopedLogger).id).toBeUndefined());
  expect(ran).toEqual([{ requestId: "r1" }]);
});
