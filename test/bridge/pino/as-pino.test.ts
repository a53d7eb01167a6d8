import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pino from "pino";
import pinoHttp from "pino-http";
import { getLogger, type ScopedLogger } from "scopelog";
import { asPino, type Serializers } from "scopelog/pino";
import { describe, expect, it } from "vitest";
import { get, listening } from "../../framework/server.ts";
import { expectCode } from "../../support/errors.ts";
import { collectUntil } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";
import { world } from "../../support/world.ts";
import { both, ours, type Twin } from "./twins.ts";

const levels = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
const error = Object.assign(new Error("it broke"), { code: "E_BROKEN", detail: 7 });
class OddError extends Error {}
const odd = new OddError("odd");
const answer = Object.assign(new Error("m"), { statusCode: 500 });
const parsed = (text: string) => JSON.parse(text) as object;
const circular: Record<string, unknown> = { a: { b: {} } };

const calls: Record<string, (log: Twin) => void> = {
  "a message": (log) => log.info("hello world"),
  "an object": (log) => log.info({ hello: "world" }),
  "an object and a message": (log) => log.info({ hello: "world" }, "a string"),
  "undefined and a message": (log) => log.info(undefined, "a string"),
  "null and a message": (log) => log.info(null, "a %s", "string"),
  "null alone": (log) => log.info(null),
  "a number": (log) => log.info(1 as never),
  "an object and a number": (log) => log.info({ answer: 42 }, 1 as never),
  "an object and a function": (log) => log.info({ answer: 42 }, (() => "no") as never),
  "an object of no prototype": (log) => log.info(Object.assign(Object.create(null), { test: "test" })),
  "what is inherited": (log) => log.info(Object.create({ hello: "world" })),
  "undefined fields": (log) => log.info({ hello: "world", property: undefined }),
  functions: (log) => log.info({ hello: "world", method: () => "called", nested: { method: () => "called" } }, "m"),
  "NaN and Infinity": (log) => log.info({ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: Number.NEGATIVE_INFINITY }),
  "toJSON that returns undefined": (log) => log.info({ test: { toJSON: () => undefined } }, "m"),
  "a date": (log) => log.info({ at: new Date(0) }, "m"),
  "quotes in keys and messages": (log) => log.fatal({ 'some"obj': 'w"rld' }, 'this contains " and " too'),
  "names of Object.prototype": (log) =>
    log.info(parsed('{"toString":"a","constructor":"b","valueOf":"c","hasOwnProperty":"d","isPrototypeOf":"g"}'), "m"),
  "msg as a field": (log) => log.info({ msg: "from the object", a: 1 }),
  "msg over the message of an error": (log) => log.error({ msg: "my message", err: error }),
  "an error": (log) => log.error(error),
  "an error and a message": (log) => log.error(error, "that is why: %s", "so"),
  "an error as err": (log) => log.error({ err: error, more: 1 }),
  "an error of its own class": (log) => log.error(odd),
  "an error that looks like a response": (log) => log.error(answer),
  "%s": (log) => log.info("%s and %s", "a", 17),
  "%s of a symbol": (log) => log.info("hello %s", Symbol("foo")),
  "%d": (log) => log.info("%d %d", 42.5, "17"),
  "%i": (log) => log.info("%i", 42.7),
  "%f": (log) => log.info("%f", "42.5"),
  "%j, %o and %O": (log) => log.info("%j %o %O", { a: 1 }, [1, { b: 2 }], "text"),
  "%o of a function": (log) =>
    log.info(
      "%o %o",
      function named() {},
      () => {},
    ),
  "%%": (log) => log.info("100%% of %s", "all"),
  "%% without arguments": (log) => log.info("100%% of all"),
  "too few arguments": (log) => log.info("%s %s %d", "a"),
  "too many arguments": (log) => log.info("%s", "a", "b"),
  "arguments without placeholders": (log) => log.info("nothing", "a"),
  "null and undefined as arguments": (log) => log.info("%s %s %d %j", null, undefined, null, undefined),
  "an object and a format": (log) => log.info({ answer: 42 }, "foo %s", "bar"),
  "a child": (log) => log.child({ a: 1 }).info("m"),
  "children whose names meet": (log) => log.child({ a: 1 }).child({ a: 2 }).info({ a: 3 }),
  "a child of a child": (log) =>
    log
      .child({ a: 1 })
      .child({ b: { c: 2 } })
      .info({ d: 3 }, "m"),
  "a child with functions and undefined": (log) => log.child({ a: () => 1, b: undefined, c: 3 }).info("m"),
  "a child with an error": (log) => log.child({ a: 1 }).error({ err: error }),
  "a coarser child": (log) => {
    const child = log.child({}, { level: "error" });
    child.info("not this");
    child.error("this");
    log.info("and this");
  },
  "a finer child": (log) => {
    const child = log.child({}, { level: "debug" });
    child.debug("this");
    child.child({ b: 1 }).debug("and this");
    log.debug("not this");
  },
  prefixes: (log) => {
    const child = log.child({}, { msgPrefix: "[a] " }).child({}, { msgPrefix: "[b] " });
    child.info("text");
    child.info({ a: 1 }, "text %s", "more");
    child.info({ a: 1 });
    child.child({}).error(error);
    child.error(error, "why");
  },
  "setting the level": (log) => {
    log.level = "silent";
    log.fatal("not this");
    log.level = "info";
    log.info("this");
    log.level = "warn";
    log.info("not this");
    log.level = 50 as never;
    log.warn("not this");
    log.error("this");
    log.child({}).warn("not this");
    log.level = Number.POSITIVE_INFINITY as never;
    log.fatal("not this");
  },
  "children follow the level of their parent, unless they have one": (log) => {
    const child = log.child({ child: 1 });
    const grandchild = child.child({ grandchild: 1 });
    const own = log.child({ own: 1 }, { level: "warn" });
    const say = (what: string) => {
      for (const one of [log, child, grandchild, own]) {
        for (const level of ["debug", "info", "warn", "error"] as const) one[level](what);
      }
    };
    say("at first");
    log.level = "error";
    say("parent at error");
    child.level = "warn";
    say("child at warn");
    log.level = "debug";
    say("parent at debug");
    child.child({}).info("made later");
  },
  "setting bindings": (log) => {
    const before = log.child({ own: 1 });
    log.setBindings({ a: 1, b: 1 });
    log.setBindings({ b: 2 });
    log.info("m");
    before.info("m");
    log.child({ c: 3 }).info("m");
  },
  silent: (log) => {
    log.silent("not this");
    log.child({}).silent({ not: "this" });
  },
};

const serializers: Serializers = {
  test: () => "parent",
  shared: (value: string) => `${value}!`,
  gone: () => undefined,
};

const serialized: Record<string, (log: Twin) => void> = {
  "a serializer": (log) => log.info({ test: "x", other: 1 }),
  "one that returns undefined": (log) => log.info({ gone: "sensitive", other: 1 }),
  "in a child": (log) => log.child({ shared: "bound", gone: 1 }).info({ shared: "called" }),
  "of a child": (log) => {
    const child = log.child({ test: 1 }, { serializers: { test: () => "child", own: () => "own" } });
    child.info({ shared: "x", own: "y" });
    child.child({}).info({ test: "x" });
    log.info({ test: "x", own: "y" });
  },
  "for err, that strips it": (log) => log.child({}, { serializers: { err() {} } }).error(error),
  "pino's own for err": (log) => log.child({}, { serializers: { err: pino.stdSerializers.err } }).error({ err: error }),
};

describe("asPino writes what pino writes", () => {
  for (const [name, act] of Object.entries(calls)) {
    it(name, () => {
      const { ours, theirs } = both(act);
      expect(ours).toEqual(theirs);
    });
  }
  for (const [name, act] of Object.entries(serialized)) {
    it(`with serializers: ${name}`, () => {
      const { ours, theirs } = both(act, { serializers });
      expect(ours).toEqual(theirs);
      expect(theirs.length).toBeGreaterThan(0);
    });
  }
  for (const level of levels) {
    it(`at ${level}`, () => {
      const { ours, theirs } = both((log) => {
        log.level = level;
        for (const one of levels) log[one]({ a: 1 }, "at %s", one);
        log.child({ hello: "world" })[level]("child");
      });
      expect(ours).toEqual(theirs);
      expect(theirs.length).toBe(levels.indexOf(level) + 2);
    });
  }
  it("with options", () => {
    const { ours, theirs } = both((log) => log.debug({ test: 1 }, "James Bond"), {
      level: "debug",
      msgPrefix: "My name is ",
      serializers,
    });
    expect(ours).toEqual(theirs);
    expect(only(ours)["msg"]).toBe("My name is James Bond");
  });

  it("has the same answers", () => {
    const { ours, theirs } = both(
      (log) => {
        const child = log.child({ a: 1, test: 2, f: () => {} }, { level: "warn", msgPrefix: "p " });
        const enabled = Object.fromEntries(
          [...levels, "loud", "silent"].map((level) => [level, child.isLevelEnabled(level)]),
        );
        const { level: its, levelVal, levels: known } = child;
        log.info({ bindings: child.bindings(), enabled, its, levelVal, known, prefix: child.msgPrefix });
        log.info({ none: log.msgPrefix === undefined, its: log.level });
      },
      { serializers },
    );
    expect(ours).toEqual(theirs);
  });
});

describe("asPino beyond pino", () => {
  it("keeps a field that has the name of the message", () => {
    const { log, lines } = ours();
    log.info({ msg: "object" }, "string");
    expect(only(lines)).toMatchObject({ msg: "string", msg_: "object" });
  });

  it("takes whatever is under err for the error", () => {
    const { log, lines } = ours();
    log.error({ err: "a text" }, "m");
    log.error({ err: { message: "like one" } });
    log.child({}, { serializers: { err: (thrown: Error) => ({ m: thrown.message }) } as Serializers }).error(error);
    expect(lines.map(({ time, level, ...line }) => line)).toEqual([
      { msg: "m", err: { type: "string", message: "a text" } },
      { msg: "like one", err: { type: "Object", message: "like one" } },
      { msg: "it broke", err: { type: "Object", message: "", m: "it broke" } },
    ]);
  });

  it("does not skip an argument at a percent sign that is no placeholder", () => {
    const { log, lines } = ours();
    log.info("100% done: %s", "all");
    expect(only(lines)["msg"]).toBe("100% done: all");
  });

  it("never throws, and loops nowhere", () => {
    const { log, lines } = ours({
      serializers: {
        bad: () => {
          throw new Error("bad serializer");
        },
      },
    });
    (circular["a"] as Record<string, unknown>)["b"] = circular;
    const hostile = new Proxy({}, { get: () => { throw new Error("kaboom"); }, ownKeys: () => { throw new Error("kaboom"); } }); // biome-ignore format: short
    log.info({ bad: 1, good: 2 }, "serializer");
    log.info(circular, "cycle");
    log.info("cycle %j", circular);
    log.info(hostile, "hostile");
    log.info({ hostile }, "hostile inside");
    log.info("%s %d", hostile, hostile);
    log.info(parsed('{"__proto__":{"x":1},"user":"bob"}'), "proto");
    log.child(parsed('{"__proto__":{"x":1},"reqId":"abc"}')).info("bound proto");
    expect(lines.map(({ msg }) => msg)).toEqual([
      "serializer",
      "cycle",
      expect.stringContaining("[circular]"),
      "hostile",
      "hostile inside",
      expect.any(String),
      "proto",
      "bound proto",
    ]);
    expect(lines[0]).toMatchObject({ bad: "[threw: bad serializer]", good: 2 });
    expect(lines[6]).toMatchObject({ user: "bob" });
    expect(lines[7]).toMatchObject({ reqId: "abc" });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it("makes the error under err the error of the record", () => {
    const { registry, root } = world();
    const log = asPino(registry.getLogger("app"));
    log.error({ err: error, more: 1 }, "m");
    log.child({}, { serializers: { err: pino.stdSerializers.err as never } }).error(error);
    expect(root.records.map(({ error, fields, message }) => [error, fields, message])).toEqual([
      [error, { more: 1 }, "m"],
      [error, undefined, "it broke"],
    ]);
  });

  it("leaves the logger behind it, and its category, as they are", () => {
    const { registry, root } = world({ loggers: { "": { level: "info", handlers: ["root"] } } });
    const logger = registry.getLogger("app");
    const log = asPino(logger);
    log.level = "trace";
    log.trace("fine");
    logger.debug("not this");
    expect([logger.level, registry.getLogger("app").level, log.level]).toEqual(["info", "info", "trace"]);
    expect(root.messages).toEqual(["fine"]);
    expect(log.logger.name).toBe("app");
  });

  it("opens no scope, unless asked; then it is disposed with the child", () => {
    const { registry, root } = world();
    const log = asPino(registry.getLogger("app"), { serializers: { peer: (peer: string) => peer.toUpperCase() } });
    for (let index = 0; index < 100; index++) log.child({ index }).info("m");
    expect(registry.stats().opened).toBe(0);
    let scope: ScopedLogger;
    {
      using child = log.child({ peer: "a" }, { scope: "conn", level: "debug", msgPrefix: "> " });
      scope = child.logger;
      child.setBindings({ more: 1 });
      child.debug({ a: 1 }, "inside");
      child.child({ deeper: true }).info("deeper");
      expect(registry.stats().live).toBe(1);
    }
    expect(scope.disposed).toBe(true);
    expect(registry.stats().live).toBe(0);
    const [line, deeper] = root.records.slice(-2);
    expect(line).toMatchObject({ message: "> inside", scope: "app.conn#1", bound: { peer: "A", more: 1 } });
    expect(deeper).toMatchObject({
      message: "> deeper",
      scope: "app.conn#1",
      bound: { peer: "A", more: 1, deeper: true },
    });
  });

  it("writes through the logger that a child is given", () => {
    const { registry, root } = world();
    const log = asPino(registry.getLogger("app"), { msgPrefix: "> " });
    using scope = registry.getScoped("conn", { peer: 1 });
    log.child({ a: 1 }, { logger: scope }).info("m");
    expect(only(root.records)).toMatchObject({ message: "> m", scope: "conn#1", bound: { peer: 1, a: 1 } });
  });

  it("leaves nothing behind of children that are dropped", async () => {
    const { log } = ours();
    const references: WeakRef<object>[] = [];
    const drop = () => {
      for (let index = 0; index < 1000; index++) {
        const child = log.child({ index }, { level: "debug", msgPrefix: "x" });
        child.debug("m");
        references.push(new WeakRef(child));
      }
    };
    drop();
    await collectUntil(() => references.every((reference) => reference.deref() === undefined), "children to go");
  });

  it("flushes the handlers that its lines reach", async () => {
    const { registry, root } = world();
    const own: string[] = [];
    using scope = registry.getScoped(
      "conn",
      {},
      { handlers: [{ handle() {}, flush: async () => void own.push("own") }] },
    );
    await new Promise<void>((resolve, reject) =>
      asPino(scope).flush((failure) => (failure ? reject(failure) : resolve())),
    );
    expect(own).toEqual(["own"]);
    expect(root.calls).toEqual(["flush"]);
    scope.addHandler({ handle() {}, flush: () => Promise.reject(new Error("full")) });
    const failure = await new Promise((resolve) => asPino(scope).flush(resolve));
    expect(failure).toMatchObject({ message: "full" });
    asPino(scope).flush();
  });

  it("refuses what it cannot do", () => {
    const log = asPino(getLogger("app"));
    expectCode("ERR_SCOPELOG_OPTION", () => asPino({} as never), "asPino");
    expectCode("ERR_SCOPELOG_OPTION", () => asPino(getLogger(), { serializers: 1 as never }), "options.serializers");
    expectCode("ERR_SCOPELOG_OPTION", () => asPino(getLogger(), { msgPrefix: 1 as never }), "options.msgPrefix");
    expectCode("ERR_SCOPELOG_LEVEL", () => asPino(getLogger(), { level: "loud" }), "options.level");
    expectCode("ERR_SCOPELOG_FIELDS", () => log.child(undefined as never), "bindings");
    expectCode("ERR_SCOPELOG_LEVEL", () => log.child({}, { level: "loud" }), "options.level");
    expectCode("ERR_SCOPELOG_OPTION", () => log.child({}, { redact: ["a"] } as never), "redact");
    expectCode("ERR_SCOPELOG_OPTION", () => log.child({}, { customLevels: {} } as never), "customLevels");
    expectCode("ERR_SCOPELOG_OPTION", () => log.flush(1 as never), "flush");
    expectCode("ERR_SCOPELOG_LEVEL", () => { log.level = 973 as never; }, "level"); // biome-ignore format: short
  });

  it("writes nothing of a request but its method and path, unless told how", async () => {
    const { log, lines } = ours();
    const server = createServer((request, response) => {
      log.info(request, "request");
      log.info({ req: request, res: response }, "both");
      log.info(response);
      log.child({}, { serializers: { req: ({ url }: IncomingMessage) => url } as never }).info({ req: request });
      response.end();
    });
    await using listener = await listening(server);
    await get(listener.port, "/p?q=hush", { headers: { cookie: "hush" } });
    expect(lines.map(({ time, level, ...line }) => line)).toEqual([
      { msg: "request", req: { method: "GET", url: "/p" } },
      { msg: "both", req: { method: "GET", url: "/p" }, res: { statusCode: 200 } },
      { msg: "", res: { statusCode: 200 } },
      { msg: "", req: "/p?q=hush" },
    ]);
  });

  it("serves pino-http as its logger", async () => {
    const { log, lines } = ours();
    const middleware = pinoHttp({
      logger: log,
      serializers: { req: ({ id, url }: { id: number; url: string }) => ({ id, url }) },
    });
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      middleware(request, response);
      (request as IncomingMessage & { log: Twin }).log.info({ a: 1 }, "from the handler");
      if (request.url === "/bad") response.statusCode = 500;
      response.end("x");
    });
    await using listener = await listening(server);
    await get(listener.port, "/good");
    await get(listener.port, "/bad");
    expect(lines.map(({ msg }) => msg)).toEqual([
      "from the handler",
      "request completed",
      "from the handler",
      "request errored",
    ]);
    expect(lines[0]).toMatchObject({ a: 1, req: { id: 1, url: "/good" } });
    expect(lines[1]).toMatchObject({ res: { statusCode: 200 }, req: { url: "/good" } });
    expect(lines[3]).toMatchObject({ err: { message: "failed with status code 500" } });
  });
});
