import { createRegistry, type Fields } from "scopelog";
import { describe, expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

describe("getScoped", () => {
  test("opens a new scope each time, with an id of its own", () => {
    const { registry, root } = world();
    using one = registry.getScoped("conn", { peer: "a" });
    using two = registry.getScoped("conn", { peer: "b" });
    expect([one.id, two.id, one.name, one.disposed]).toEqual(["conn#1", "conn#2", "conn", false]);
    one.info("1");
    two.info("2");
    expect(root.records.map(({ scope, bound, logger }) => [scope, bound, logger])).toEqual([
      ["conn#1", { peer: "a" }, "conn"],
      ["conn#2", { peer: "b" }, "conn"],
    ]);
  });

  test("holds the fields as they are given", () => {
    const { registry } = world();
    const fields = { peer: "a" };
    using log = registry.getScoped("conn", fields);
    expect(log.fields).toBe(fields);
  });

  test.each<[string, Parameters<ReturnType<typeof createRegistry>["getScoped"]>, Parameters<typeof expectCode>[0]]>([
    ["no name", ["" as never], "ERR_SCOPELOG_NAME"],
    ["a number as name", [5 as never], "ERR_SCOPELOG_NAME"],
    ["fields that are a text", ["conn", "text" as never], "ERR_SCOPELOG_FIELDS"],
    ["fields that are null", ["conn", null as never], "ERR_SCOPELOG_FIELDS"],
    ["fields that are an array", ["conn", [] as never], "ERR_SCOPELOG_FIELDS"],
    ["options that are none", ["conn", {}, null as never], "ERR_SCOPELOG_OPTION"],
    ["a level that is none", ["conn", {}, { level: "loud" as never }], "ERR_SCOPELOG_LEVEL"],
    ["handlers that are no array", ["conn", {}, { handlers: recorder() as never }], "ERR_SCOPELOG_OPTION"],
    ["a handler that is none", ["conn", {}, { handlers: [recorder(), {} as never] }], "ERR_SCOPELOG_HANDLER"],
    ["a gap among the handlers", ["conn", {}, { handlers: new Array(1) }], "ERR_SCOPELOG_HANDLER"],
    ["propagate that is no boolean", ["conn", {}, { propagate: 1 as never }], "ERR_SCOPELOG_OPTION"],
    ["a parent that is no logger", ["conn", {}, { parent: {} as never }], "ERR_SCOPELOG_OPTION"],
  ])("%s is refused, and nothing is opened or taken", (_, args, code) => {
    const { registry } = world();
    expectCode(code, () => registry.getScoped(...args));
    if (args[2] !== null && args[2]?.parent === undefined) {
      expectCode(code, () => registry.getLogger("x").scope(...(args as [string, Fields])));
    }
    expect(books(registry)).toMatchObject({ opened: 0, live: 0 });
    for (const handler of Array.isArray(args[2]?.handlers) ? args[2].handlers : []) {
      if (handler?.handle === undefined) continue;
      // It is free still.
      registry.getScoped("conn", {}, { handlers: [handler] }).dispose();
    }
  });

  test("a million names leave no trace", () => {
    const { registry } = world();
    for (let n = 0; n < 1000; n++) registry.getScoped(`conn.${n}`).dispose();
    expect([...registry.scopes()]).toEqual([]);
    expect(books(registry)).toMatchObject({ opened: 1000, disposed: 1000 });
  });
});

describe("a scope inside another", () => {
  test("has its name below, its fields over, its handlers beside", () => {
    const [outerHandler, innerHandler] = [recorder("outer"), recorder("inner")];
    const { registry, root } = world();
    using outer = registry.getScoped("conn", { peer: "a", at: "outer" }, { handlers: [outerHandler] });
    using inner = outer.scope("req", { id: 7, at: "inner" }, { handlers: [innerHandler] });
    using innermost = inner.scope("step");
    expect([inner.name, inner.id, innermost.name, innermost.id]).toEqual([
      "conn.req",
      "conn.req#2",
      "conn.req.step",
      "conn.req.step#3",
    ]);
    expect(innermost.fields).toEqual({ peer: "a", at: "inner", id: 7 });
    innermost.info("m");
    outer.info("n");
    expect([innerHandler.messages, outerHandler.messages, root.messages]).toEqual([["m"], ["m", "n"], ["m", "n"]]);
    const [record] = root.records;
    expect([record?.scope, record?.source.parent, record?.bound]).toEqual([
      "conn.req.step#3",
      "conn.req#2",
      { peer: "a", at: "inner", id: 7 },
    ]);
  });

  test("may have a name of its own, with the option parent", () => {
    const handler = recorder();
    const { registry } = world();
    using outer = registry.getScoped("conn", { peer: "a" }, { handlers: [handler] });
    using inner = registry.getScoped("job", { n: 1 }, { parent: outer });
    inner.info("m");
    const record = only(handler.records);
    expect([record.logger, record.scope, record.source.parent, record.bound]).toEqual([
      "job",
      "job#2",
      "conn#1",
      { peer: "a", n: 1 },
    ]);
  });

  test("takes over what a view adds to its scope", () => {
    const { registry } = world();
    using outer = registry.getScoped("conn", { peer: "a" });
    const view = outer.with({ user: "u" }).getChild("auth");
    using inner = view.scope("login", { n: 1 });
    expect([inner.name, inner.fields]).toEqual(["conn.auth.login", { peer: "a", user: "u", n: 1 }]);
    using named = registry.getLogger("lib").with({ v: 1 }).scope("job");
    expect([named.name, named.fields]).toEqual(["lib.job", { v: 1 }]);
    using rooted = registry.getLogger().scope("top");
    expect(rooted.name).toBe("top");
  });

  test("is named after what it is inside of, whoever asked for the same name before", () => {
    const { registry } = world();
    const [one, other] = [registry.getLogger("one"), registry.getLogger("other")];
    using first = one.scope("job");
    using second = other.scope("job");
    using third = one.scope("job");
    const names = [first, second, third, other.getChild("job"), other.getChild("task"), other.getChild("job")];
    expect(names.map(({ name }) => name)).toEqual([
      "one.job",
      "other.job",
      "one.job",
      "other.job",
      "other.task",
      "other.job",
    ]);
  });

  test("a parent of another make gives its fields", () => {
    const { registry } = world();
    const foreign = { fields: { a: 1 }, info() {} };
    using log = registry.getScoped("conn", { b: 2 }, { parent: foreign as never });
    expect(log.fields).toEqual({ a: 1, b: 2 });
    using bare = registry.getScoped("conn", undefined, { parent: { info() {} } as never });
    bare.info("m");
    expect(bare.fields).toEqual({});
  });

  test("propagate: false keeps its lines from those around it and from the categories", () => {
    const [outerHandler, innerHandler] = [recorder("outer"), recorder("inner")];
    const { registry, root } = world();
    using outer = registry.getScoped("conn", {}, { handlers: [outerHandler] });
    using inner = outer.scope("req", {}, { handlers: [innerHandler], propagate: false });
    inner.info("m");
    inner.scope("step").info("n");
    expect([innerHandler.messages, outerHandler.messages, root.messages]).toEqual([["m", "n"], [], []]);
    using mute = outer.scope("mute", {}, { propagate: false });
    expect(mute.isEnabled("fatal")).toBe(false);
  });

  test("outlives the one around it: what is left takes its lines, and those that nobody takes are counted", () => {
    const handler = recorder();
    const { registry, root } = world();
    const outer = registry.getScoped("conn", { peer: "a" }, { handlers: [handler] });
    using inner = outer.scope("req");
    outer.dispose();
    inner.info("m");
    const record = only(root.records);
    expect([record.late, record.bound, handler.messages]).toEqual([false, { peer: "a" }, []]);

    const bare = createRegistry();
    const gone = bare.getScoped("conn", {}, { handlers: [recorder()] });
    using left = gone.scope("req");
    gone.dispose();
    const { dropped, late } = bare.stats();
    left.info("nobody takes this");
    expect([bare.stats().dropped - dropped, bare.stats().late - late]).toEqual([1, 0]);
  });
});

describe("views", () => {
  test("with() adds fields and is registered nowhere", () => {
    const { registry, root } = world();
    using log = registry.getScoped("conn", { peer: "a", n: 1 });
    const view = log.with({ user: "u", n: 2 });
    expect(Symbol.dispose in view).toBe(false);
    view.info("m");
    const record = only(root.records);
    expect([record.bound, record.scope, record.logger]).toEqual([{ peer: "a", n: 2, user: "u" }, "conn#1", "conn"]);
    expect(log.fields).toEqual({ peer: "a", n: 1 });
    expect(books(registry).opened).toBe(1);
  });

  test("getChild() has the name below in the same scope, and the settings of that name", () => {
    const { registry, root } = world({
      loggers: { "": { level: "info", handlers: ["root"] }, "conn.sql": { level: "error" } },
    });
    using log = registry.getScoped("conn", { peer: "a" });
    const child = log.getChild("sql");
    child.warn("no");
    child.error("yes");
    const record = only(root.records);
    expect([record.logger, record.scope, record.bound, record.message]).toEqual([
      "conn.sql",
      "conn#1",
      { peer: "a" },
      "yes",
    ]);
    expect([child.level, log.level]).toEqual(["error", "info"]);
    expect([registry.getLogger("a").getChild("b.c").name, registry.getLogger().getChild("b").name]).toEqual([
      "a.b.c",
      "b",
    ]);
  });

  test("use the handlers that their scope has now, and are late when it has ended", () => {
    const handler = recorder();
    const registry = createRegistry();
    const log = registry.getScoped("conn");
    const view = log.with({ a: 1 }).getChild("x");
    expect(view.isEnabled("info")).toBe(false);
    log.use(handler);
    expect(view.isEnabled("info")).toBe(true);
    view.info("m");
    log.removeHandler(handler);
    expect(view.isEnabled("info")).toBe(false);
    view.info("n");
    expect(handler.messages).toEqual(["m"]);
    log.dispose();
    expect(view.isEnabled("info")).toBe(false);
  });

  test("refuse what is no name and no fields", () => {
    const { registry } = world();
    const log = registry.getLogger();
    for (const name of ["", 5, undefined, null]) expectCode("ERR_SCOPELOG_NAME", () => log.getChild(name as never));
    for (const fields of [undefined, null, 1, "x", []])
      expectCode("ERR_SCOPELOG_FIELDS", () => log.with(fields as never));
    expectCode("ERR_SCOPELOG_NAME", () => registry.getLogger(5 as never));
  });

  test("say what they are, and lead nowhere when written as JSON", async () => {
    const { inspect } = await import("node:util");
    const { registry } = world();
    using log = registry.getScoped("conn", { secret: 1 });
    expect(
      JSON.stringify({ log, view: log.with({ a: 1 }), root: registry.getLogger(), x: registry.getLogger("x") }),
    ).toBe(
      '{"log":{"logger":"conn","scope":"conn#1"},"view":{"logger":"conn","scope":"conn#1"},"root":{"logger":""},"x":{"logger":"x"}}',
    );
    expect([inspect(log), inspect(registry.getLogger()), inspect(registry.getLogger("x"))]).toEqual([
      "ScopedLogger(conn#1)",
      "Logger(root)",
      "Logger(x)",
    ]);
  });
});

describe("handlers of a scope", () => {
  test("are taken away by removeHandler, unclosed, the owned one being the caller's again", () => {
    const registry = createRegistry();
    const [owned, borrowed] = [recorder("owned"), recorder("borrowed")];
    const log = registry.getScoped("conn", {}, { handlers: [owned] });
    log.addHandler(borrowed);
    log.info("1");
    log.removeHandler(owned);
    log.removeHandler(owned);
    log.info("2");
    log.removeHandler(borrowed);
    log.removeHandler(recorder("unknown"));
    log.info("3");
    log.dispose();
    expect([owned.messages, borrowed.messages]).toEqual([["1"], ["1", "2"]]);
    expect([owned.calls, borrowed.calls]).toEqual([[], []]);
    registry.getScoped("other", {}, { handlers: [owned] }).dispose();
    expect(owned.closed).toBe(1);
  });

  test("are returned by use()", () => {
    const registry = createRegistry();
    using log = registry.getScoped("conn");
    const handler = recorder();
    expect(log.use(handler)).toBe(handler);
  });

  test("make a scope that was silent speak, and those inside it", () => {
    const registry = createRegistry();
    const handler = recorder();
    using outer = registry.getScoped("conn");
    using inner = outer.scope("req");
    inner.info("nobody hears this");
    outer.addHandler(handler);
    inner.info("m");
    expect(handler.messages).toEqual(["m"]);
  });
});
