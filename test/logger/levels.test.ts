import { createRegistry, type LevelSetting } from "scopelog";
import { describe, expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { recorder } from "../support/recorder.ts";
import { world } from "../support/world.ts";

describe("level", () => {
  test("of a named logger is that of its category, for all loggers of the name, now and later", () => {
    const { registry } = world({ loggers: { "": { level: "warn", handlers: ["root"] } } });
    const one = registry.getLogger("net");
    one.level = "debug";
    expect([registry.getLogger("net").level, registry.getLogger("net.conn").level, registry.getLogger().level]).toEqual(
      ["debug", "debug", "warn"],
    );
    using scope = registry.getScoped("net.conn");
    expect([scope.level, scope.isEnabled("debug"), scope.isEnabled("trace")]).toEqual(["debug", true, false]);
    registry.getLogger().level = "off";
    expect([registry.getLogger("db").level, one.level]).toEqual(["off", "debug"]);
  });

  test("of a scope is its own, for its views and the scopes inside, and nobody else's", () => {
    const { registry } = world({ loggers: { "": { level: "info", handlers: ["root"] } } });
    using one = registry.getScoped("conn");
    using two = registry.getScoped("conn");
    const view = one.with({ a: 1 });
    using inner = one.scope("req");
    one.level = "trace";
    expect([one, view, inner, two, registry.getLogger("conn")].map((log) => log.level)).toEqual([
      "trace",
      "trace",
      "trace",
      "info",
      "info",
    ]);
    view.level = "error";
    expect([one.level, inner.level]).toEqual(["error", "error"]);
    inner.level = "debug";
    expect([one.level, inner.level]).toEqual(["error", "debug"]);
    using given = registry.getScoped("conn", {}, { level: "fatal" });
    expect([given.level, given.isEnabled("error")]).toEqual(["fatal", false]);
  });

  test("is refused if it is none", () => {
    const { registry } = world();
    using scope = registry.getScoped("conn");
    for (const log of [registry.getLogger(), scope, scope.with({})]) {
      for (const level of ["loud", "INFO", 30, null, undefined]) {
        expectCode("ERR_SCOPELOG_LEVEL", () => {
          log.level = level as never;
        });
      }
    }
    expect(scope.level).toBe("trace");
  });
});

describe("setLevel", () => {
  function crowd() {
    const { registry, root } = world({
      loggers: { "": { level: "info", handlers: ["root"] }, "conn.req.db": { level: "error" } },
    });
    const conn1 = registry.getScoped("conn");
    const conn2 = registry.getScoped("conn", {}, { level: "warn" });
    const req = conn1.scope("req");
    const db = req.scope("db");
    const connector = registry.getScoped("connector");
    const all = { conn1, conn2, req, db, connector };
    const levels = () => Object.values(all).map((log) => log.level);
    return { registry, root, levels, ...all };
  }
  const before: LevelSetting[] = ["info", "warn", "info", "error", "info"];

  test("of an id concerns the one live scope", () => {
    const { registry, levels, conn2 } = crowd();
    expect(levels()).toEqual(before);
    expect(registry.setLevel("conn#2", "trace")).toBe(1);
    expect(levels()).toEqual(["info", "trace", "info", "error", "info"]);
    expect(registry.getLogger("conn").level).toBe("info");
    conn2.level = "fatal";
    expect(conn2.level, "what is set from outside is over what the scope says").toBe("trace");
    expect(registry.setLevel("conn#2", undefined)).toBe(1);
    expect(conn2.level).toBe("fatal");
    expect([
      registry.setLevel("conn#1", "debug"),
      registry.setLevel("conn.req#1", "debug"),
      registry.setLevel("conn#99", "debug"),
    ]).toEqual([1, 0, 0]);
  });

  test("of an id that has ended concerns nobody", () => {
    const { registry, conn2, conn1 } = crowd();
    conn2.dispose();
    const next = registry.getScoped("conn");
    expect(registry.setLevel("conn#2", "trace")).toBe(0);
    expect([next.level, conn1.level]).toEqual(["info", "info"]);
  });

  test("of a name concerns the category and its live scopes, also those with a level of their own", () => {
    const { registry, levels } = crowd();
    expect(registry.setLevel("conn", "debug")).toBe(2);
    expect(levels()).toEqual(["debug", "debug", "debug", "error", "info"]);
    using later = registry.getScoped("conn");
    using below = registry.getScoped("conn.other");
    expect([later.level, below.level]).toEqual(["debug", "debug"]);
    expect(registry.setLevel("conn", undefined)).toBe(3);
    expect(levels()).toEqual(before);
    expect([later.level, below.level]).toEqual(["info", "info"]);
  });

  test("of a subtree concerns everything below, whatever is configured there", () => {
    const { registry, levels } = crowd();
    expect(registry.setLevel("conn.*", "trace")).toBe(4);
    expect(levels()).toEqual(["trace", "trace", "trace", "trace", "info"]);
    expect(registry.getLogger("conn.req.db.x").level).toBe("trace");
    expect(registry.setLevel("conn.*", undefined)).toBe(4);
    expect(levels()).toEqual(before);
  });

  test("of everything concerns everybody", () => {
    const { registry, levels } = crowd();
    expect(registry.setLevel("*", "fatal")).toBe(5);
    expect(levels()).toEqual(["fatal", "fatal", "fatal", "fatal", "fatal"]);
    expect([registry.getLogger().level, registry.getLogger("new.name").level]).toEqual(["fatal", "fatal"]);
    registry.setLevel("*", undefined);
    expect(levels()).toEqual(before);
    expect(registry.setLevel("", "trace"), "the root category alone").toBe(0);
    expect([registry.getLogger("x").level, registry.getLogger("conn.req.db").level]).toEqual(["trace", "error"]);
  });

  test("of a name that nobody has is kept for who comes", () => {
    const registry = createRegistry();
    expect(registry.setLevel("later", "trace")).toBe(0);
    using log = registry.getScoped("later");
    expect(log.level).toBe("trace");
  });

  test("reaches a scope inside one with a level of its own", () => {
    const { registry } = world({ loggers: { "": { level: "info", handlers: ["root"] } } });
    using outer = registry.getScoped("conn", {}, { level: "error" });
    using inner = outer.scope("req");
    expect(inner.level).toBe("error");
    expect(registry.setLevel("conn.req", "trace")).toBe(1);
    expect([inner.level, outer.level]).toEqual(["trace", "error"]);
    expect(registry.setLevel("conn.req", undefined)).toBe(1);
    expect(inner.level).toBe("error");
  });

  test("changes what is written at once, for scopes, views and named loggers", () => {
    const { registry, root, conn1 } = crowd();
    const view = conn1.with({});
    const log = registry.getLogger("conn");
    for (const one of [conn1, view, log]) one.debug("no");
    registry.setLevel("conn", "debug");
    for (const one of [conn1, view, log]) one.debug("yes");
    registry.setLevel("conn", "off");
    for (const one of [conn1, view, log]) one.fatal("no");
    expect(root.messages).toEqual(["yes", "yes", "yes"]);
  });

  test.each([5, null, undefined, {}, "#17", "conn*", ".*"])("%j is no target", (target) => {
    const { registry } = world();
    expectCode("ERR_SCOPELOG_TARGET", () => registry.setLevel(target as never, "info"));
  });

  test("refuses what is no level before anything is changed", () => {
    const { registry } = world();
    for (const level of ["loud", 30, null])
      expectCode("ERR_SCOPELOG_LEVEL", () => registry.setLevel("conn", level as never));
    expect(registry.getLogger("conn").level).toBe("trace");
  });
});

test("a handler's own level comes after the logger's", () => {
  const high = recorder("high", { level: "error" });
  const { registry, root } = world();
  using log = registry.getScoped("conn", {}, { handlers: [high], level: "warn" });
  log.info("a");
  log.warn("b");
  log.error("c");
  expect([high.messages, root.messages]).toEqual([["c"], ["b", "c"]]);
});
