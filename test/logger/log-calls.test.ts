import { createRegistry, type LogRecord, levelNames } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { only, recorder } from "../support/recorder.ts";
import { books, counted, world } from "../support/world.ts";

const error = new Error("broken");

function raise(): never {
  throw error;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe("the forms of a log call", () => {
  test.each(levelNames)("%s() logs at its level", (level) => {
    const { registry, root } = world();
    registry.getLogger("x")[level]("hi", { a: 1 });
    const record = only(root.records);
    expect([record.level, record.message, record.fields, record.logger, record.late]).toEqual([
      level,
      "hi",
      { a: 1 },
      "x",
      false,
    ]);
  });

  type Seen = [message: string, fields: unknown, error: unknown];
  const seen = ({ message, fields, error }: LogRecord): Seen => [message, fields, error];

  test.each<[string, unknown[], Seen]>([
    ["message", ["m"], ["m", undefined, undefined]],
    ["message, fields", ["m", { a: 1 }], ["m", { a: 1 }, undefined]],
    ["message, error", ["m", error], ["m", undefined, error]],
    ["message, error, fields", ["m", error, { a: 1 }], ["m", { a: 1 }, error]],
    ["message, undefined, fields", ["m", undefined, { a: 1 }], ["m", { a: 1 }, undefined]],
    ["message, a thrown text", ["m", "thrown"], ["m", undefined, "thrown"]],
    ["message, null", ["m", null], ["m", undefined, null]],
    ["message, a thrown object, fields", ["m", { code: 1 }, { a: 1 }], ["m", { a: 1 }, { code: 1 }]],
    ["error", [error], ["broken", undefined, error]],
    ["error, fields", [error, { a: 1 }], ["broken", { a: 1 }, error]],
    ["lazy message", [() => "m"], ["m", undefined, undefined]],
    ["lazy message with fields", [() => ["m", { a: 1 }]], ["m", { a: 1 }, undefined]],
    ["lazy fields", ["m", { a: () => 1, b: 2 }], ["m", { a: 1, b: 2 }, undefined]],
    ["lazy fields beside an error", ["m", error, { a: () => 1 }], ["m", { a: 1 }, error]],
    ["lazy fields of a lazy message", [() => ["m", { a: () => 1 }]], ["m", { a: 1 }, undefined]],
    ["an error among the fields, as err", ["m", { a: 1, err: error }], ["m", { a: 1 }, error]],
    ["a lazy error among the fields", ["m", { err: () => error, b: 2 }], ["m", { b: 2 }, error]],
    ["an error among the fields of a lazy message", [() => ["m", { err: error, a: 1 }]], ["m", { a: 1 }, error]],
    ["an error, and another among the fields", ["m", "thrown", { err: error }], ["m", { err: error }, "thrown"]],
    [
      "no error among the fields, as err",
      ["m", { err: "thrown", b: null }],
      ["m", { err: "thrown", b: null }, undefined],
    ],
    ["an error among the fields by another name", ["m", { error }], ["m", { error }, undefined]],
    ["fields, message, as pino has it", [{ a: 1 }, "m"], ["m", { a: 1 }, undefined]],
    ["fields with an error, message", [{ a: 1, err: error }, "m"], ["m", { a: 1 }, error]],
    ["fields, error", [{ a: 1 }, error], ["broken", { a: 1 }, error]],
    ["fields alone", [{ a: 1 }], ["", { a: 1 }, undefined]],
    [
      "fields without a prototype, message",
      [Object.assign(Object.create(null), { a: 1 }), "m"],
      ["m", { a: 1 }, undefined],
    ],
    ["a date, whose text says what it is", [new Date(Number.NaN), { a: 1 }], ["Invalid Date", { a: 1 }, undefined]],
    ["a URL", [new URL("http://a/b")], ["http://a/b", undefined, undefined]],
    ["a Map", [new Map([["k", 1]])], ["[object Map]", undefined, undefined]],
    ["an array", [[1, 2]], ["1,2", undefined, undefined]],
    ["a number, fields", [5, { a: 1 }], ["5", { a: 1 }, undefined]],
    ["fields without a prototype", ["m", Object.assign(Object.create(null), { a: 1 })], ["m", { a: 1 }, undefined]],
  ])("%s", (_, args, expected) => {
    const { registry, root } = world();
    const log = registry.getLogger();
    (log.warn as (...args: unknown[]) => void)(...args);
    (log.log as (...args: unknown[]) => void)("warn", ...args);
    const [one, two] = root.records;
    for (const record of [one, two]) {
      expect(seen(record as LogRecord)).toEqual(expected);
      expect(record?.error).toBe(expected[2] === error ? error : record?.error);
      expect(record?.level).toBe("warn");
    }
    expect(root.records).toHaveLength(2);
  });

  test("an error of another realm is an error, and so is one of a class", async () => {
    const { runInNewContext } = await import("node:vm");
    const foreign = runInNewContext("new TypeError('from afar')");
    class Own extends Error {}
    const own = new Own("own");
    const { registry, root } = world();
    const log = registry.getLogger();
    for (const one of [foreign, own]) {
      log.error(one);
      log.error("m", one);
    }
    expect(root.records.map((record) => [record.message, record.error])).toEqual([
      ["from afar", foreign],
      ["m", foreign],
      ["own", own],
      ["m", own],
    ]);
  });

  test("an error among the fields is no reason to lose a line: hostile ones, and those beside it", () => {
    const { registry, root } = world();
    const log = registry.getLogger();
    const counts = counted(registry, () => {
      log.info("getter", {
        get err(): unknown {
          throw error;
        },
      });
      log.info("proxy", new Proxy({}, { get: () => raise() }));
      log.info("revoked", { err: revoked() });
      log.info("beside", {
        err: error,
        get other(): unknown {
          throw error;
        },
      });
      log.info("prototype", JSON.parse('{"__proto__":{"a":1}}'));
    });
    expect(counts).toMatchObject({ failed: 0, dropped: 0 });
    expect(root.records.map((record) => [record.message, record.error])).toEqual([
      ["getter", undefined],
      ["proxy", undefined],
      ["revoked", undefined],
      ["beside", error],
      ["prototype", undefined],
    ]);
    expect(root.records[3]?.fields).toEqual({ other: "[threw: broken]" });
    // What was given stays as it is.
    const given = Object.freeze({ err: error, a: 1 });
    log.info("frozen", given);
    expect([root.records.at(-1)?.fields, root.records.at(-1)?.error]).toEqual([{ a: 1 }, error]);
    expect(given).toEqual({ err: error, a: 1 });
  });

  test("fields of a class, a Map or a Date are fields, an array is something thrown", () => {
    class Bag {
      a = 1;
    }
    const { registry, root } = world();
    const bag = new Bag();
    registry.getLogger().info("m", bag as never);
    registry.getLogger().info("m", [1] as never);
    expect(root.records.map((record) => [record.fields, record.error])).toEqual([
      [bag, undefined],
      [undefined, [1]],
    ]);
  });

  test("log() takes numbers in between, and what is no level is info", () => {
    const { registry, root } = world();
    const log = registry.getLogger();
    for (const level of [
      35,
      60,
      5,
      10,
      Number.NaN,
      "off",
      "loud",
      undefined,
      null,
      {},
      Symbol("x"),
      Number.POSITIVE_INFINITY,
    ]) {
      log.log(level as never, "m");
    }
    expect(root.records.map(({ levelNumber }) => levelNumber)).toEqual([35, 60, 10, 30, 30, 30, 30, 30, 30, 30, 30]);
    expect([log.isEnabled(9), log.isEnabled(10), log.isEnabled("fatal"), log.isEnabled("loud" as never)]).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });
});

describe("what is not written costs nothing", () => {
  test("below the level nothing is called: no lazy message, no lazy field, no handler", () => {
    const { registry, root } = world({ loggers: { "": { level: "warn", handlers: ["root"] } } });
    const lazy = vi.fn(() => "m");
    const log = registry.getLogger();
    log.info(lazy);
    log.info("m", { a: lazy });
    log.log("debug", lazy);
    expect([lazy.mock.calls.length, root.records.length]).toEqual([0, 0]);
    log.warn(lazy);
    expect([lazy.mock.calls.length, root.records.length]).toEqual([1, 1]);
  });

  test("unconfigured is silent at every level, and says so", () => {
    const registry = createRegistry();
    const lazy = vi.fn(() => "m");
    using scope = registry.getScoped("conn", { peer: lazy });
    for (const log of [registry.getLogger(), registry.getLogger("x"), scope, scope.with({ a: 1 })]) {
      for (const level of levelNames) {
        log[level](lazy);
        log.log(level, "m", { a: lazy });
        expect(log.isEnabled(level)).toBe(false);
      }
    }
    expect(lazy).not.toHaveBeenCalled();
    expect(counted(registry, () => scope.fatal("m"))).toEqual({ dropped: 0, failed: 0, late: 0 });
  });

  test("a level of off lets nothing through, not even fatal", () => {
    const { registry, root } = world({ loggers: { "": { level: "off", handlers: ["root"] } } });
    const log = registry.getLogger();
    log.fatal("m");
    expect([log.level, log.isEnabled("fatal"), root.records.length]).toEqual(["off", false, 0]);
  });

  test("lazy bound fields are asked once a line that is written", () => {
    const { registry, root } = world({ loggers: { "": { level: "info", handlers: ["root"] } } });
    let asked = 0;
    const log = registry.getLogger().with({ n: () => ++asked, a: 1 });
    log.debug("m");
    log.info("m");
    log.info("m", { n: "call" });
    expect(asked).toBe(2);
    expect(root.records.map(({ bound, fields }) => [bound, fields])).toEqual([
      [{ a: 1 }, { n: 1 }],
      [{ a: 1 }, { n: "call" }],
    ]);
  });
});

/** Arguments that throw at whoever looks at them. */
function hostileValues(): unknown[] {
  const explode = (): never => {
    throw new Error("hostile");
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const revokedFunction = () => {
    const { proxy, revoke } = Proxy.revocable(() => "m", {});
    revoke();
    return proxy;
  };
  const everyTrap = new Proxy({}, new Proxy({}, { get: () => explode }));
  const message = new Error("x");
  Object.defineProperty(message, "message", { get: explode });
  return [
    revoked(),
    revokedFunction(),
    everyTrap,
    message,
    {
      get a() {
        return explode();
      },
    },
    { a: explode },
    { toString: explode, valueOf: explode, toJSON: explode },
    { [Symbol.toPrimitive]: explode, [Symbol.iterator]: explode },
    Object.defineProperty({}, Symbol.toStringTag, { get: explode }),
    explode,
    () => explode,
    () => revoked(),
    () => [revoked(), revoked()],
    () => ["m", everyTrap],
    () => [],
    Object.create(null),
    Symbol("x"),
    12n,
    null,
    undefined,
    Number.NaN,
    [],
    new Array(3),
    new WeakRef({}),
    Promise.resolve(),
    "\u0000\ud800",
    "x".repeat(10_000),
  ];
}

describe("a log call never throws", () => {
  test("whatever it is given, in every place", () => {
    const { registry } = world();
    using scope = registry.getScoped("conn", { a: 1 });
    const values = hostileValues();
    let calls = 0;
    // Not expect().not.toThrow(), which costs more than all the rest.
    const call = (log: object, method: string, ...args: unknown[]) => {
      calls++;
      (log as Record<string, (...args: unknown[]) => void>)[method]?.(...args);
    };
    for (const log of [registry.getLogger(), scope, scope.with({ b: 2 })]) {
      for (const method of [...levelNames, "log", "isEnabled"]) {
        call(log, method);
        for (const one of values) {
          call(log, method, one);
          for (const two of values) {
            call(log, method, "m", one, two);
            call(log, method, one, two, {});
            call(log, method, "info", "m", one, two);
          }
        }
      }
    }
    expect(calls).toBeGreaterThan(3 * 8 * 3 * values.length ** 2);
  });

  test("every line reaches the handler, whatever it is made of", () => {
    const { registry, root, told } = world();
    const log = registry.getLogger();
    let lines = 0;
    const { failed, dropped } = counted(registry, () => {
      for (const one of hostileValues()) {
        for (const two of hostileValues()) {
          lines++;
          (log.info as (...args: unknown[]) => void)(one, two);
        }
      }
    });
    expect([root.records.length, failed, dropped]).toEqual([lines, 0, 0]);
    expect(told).toEqual([]);
  });

  test("what is bound may be hostile too", () => {
    const { registry, root } = world();
    const explode = () => {
      throw new Error("hostile");
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    using revoked = registry.getScoped("revoked", proxy);
    revoke();
    using getter = registry.getScoped(
      "getter",
      Object.defineProperty({ a: 1 }, "bad", { get: explode, enumerable: true }),
    );
    using inner = getter.scope("inner", { c: 3 });
    using lazy = registry.getScoped("lazy", { bad: explode, a: 1 });
    const { failed } = counted(registry, () => {
      for (const log of [revoked, getter, inner, lazy]) {
        log.info("one");
        log.info("two", { b: 2 });
      }
    });
    const lines = root.records.map(({ logger, message, bound, fields }) => [logger, message, { ...bound, ...fields }]);
    expect([lines.length, failed]).toEqual([8, 0]);
    expect(lines).toContainEqual(["revoked", "one", { fields: expect.stringContaining("[threw: ") }]);
    expect(lines).toContainEqual(["getter.inner", "one", { a: 1, c: 3, bad: "[threw: hostile]" }]);
    expect([...registry.scopes()].map(({ id }) => id)).toEqual(["revoked#1", "getter#2", "getter.inner#3", "lazy#4"]);
    expect(getter.with({ d: 4 }).fields).toMatchObject({ a: 1, d: 4 });
    expect(lines).toContainEqual(["getter", "one", { a: 1, bad: "[threw: hostile]" }]);
    expect(lines).toContainEqual(["getter", "two", { a: 1, b: 2, bad: "[threw: hostile]" }]);
    expect(lines).toContainEqual(["lazy", "two", { a: 1, b: 2, bad: "[threw: hostile]" }]);
  });

  test("a lazy message that throws is a line that says so", () => {
    const { registry, root } = world();
    registry.getLogger().info(() => {
      throw new Error("no luck");
    });
    expect(root.messages).toEqual(["[lazy message threw: no luck]"]);
  });

  test("a getter that throws in the fields of a call becomes a text, and the line is written", () => {
    const { registry, root } = world();
    registry.getLogger().info("m", {
      a: 1,
      get bad() {
        throw new Error("no luck");
      },
    });
    expect(only(root.records).fields).toEqual({ a: 1, bad: "[threw: no luck]" });
  });

  test("a key named __proto__ is a field like others", () => {
    const { registry, root } = world();
    const fields = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const log = registry.getLogger().with(fields);
    log.info("m", { ...fields, b: () => 2 });
    const { bound, fields: own } = only(root.records);
    for (const one of [bound, own ?? {}]) {
      expect(Object.hasOwn(one, "__proto__")).toBe(true);
      expect("polluted" in one).toBe(false);
    }
    expect("polluted" in {}).toBe(false);
  });
});

test("the time is that of the call, and the record names its logger and never leads to it", () => {
  const handler = recorder();
  const registry = createRegistry();
  using log = registry.getScoped("conn", { a: 1 }, { handlers: [handler] });
  const before = Date.now();
  log.info("m");
  const record = only(handler.records);
  expect(record.time).toBeGreaterThanOrEqual(before);
  expect(record.time).toBeLessThanOrEqual(Date.now());
  expect([record.logger, record.scope]).toEqual(["conn", log.id]);
  const seen = new Set<unknown>();
  const search = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) search((value as Record<PropertyKey, unknown>)[key]);
  };
  search(record);
  expect(seen.has(log)).toBe(false);
  expect(seen.has(registry)).toBe(false);
  expect(seen.has(handler)).toBe(false);
  books(registry);
});
