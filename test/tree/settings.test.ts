import type { Config } from "scopelog";
import { describe, expect, test } from "vitest";
import { OFF } from "../../src/record/level.ts";
import { parentName } from "../../src/tree/category.ts";
import { checkConfig } from "../../src/tree/config.ts";
import { epoch } from "../../src/tree/plan.ts";
import { Settings } from "../../src/tree/settings.ts";
import { recorder } from "../support/recorder.ts";

const [a, b, c] = [recorder("a"), recorder("b"), recorder("c")];
const handlers = { a, b, c };

function settings(loggers: Config["loggers"]): Settings {
  const made = new Settings();
  const config: Config = { handlers, ...(loggers === undefined ? {} : { loggers }) };
  checkConfig(config);
  made.apply(config);
  return made;
}

const levelOf = (made: Settings, name: string) => made.category(name).plan.level;
const handlersOf = (made: Settings, name: string) =>
  made.category(name).plan.handlers.map((one) => (one as typeof a).name);

describe("parentName", () => {
  test.each([
    ["net.conn.tls", "net.conn"],
    ["net", ""],
    ["", ""],
    [".x", ""],
    ["net.", "net"],
  ])("%j is below %j", (name, above) => expect(parentName(name)).toBe(above));
});

describe("the category tree", () => {
  test("without configuration is at info, and takes nothing", () => {
    const made = new Settings();
    expect([levelOf(made, "any"), made.category("any").plan.threshold, made.category("any").plan.handlers]).toEqual([
      30,
      OFF,
      [],
    ]);
  });

  test("inherits the level of the nearest configured name above", () => {
    const made = settings({
      "": { level: "warn" },
      net: { level: "debug" },
      "net.conn": {},
      "net.conn.tls": { level: "off" },
    });
    expect(
      ["", "db", "net", "net.conn", "net.connx", "network", "net.conn.tls", "net.conn.tls.x"].map((name) =>
        levelOf(made, name),
      ),
    ).toEqual([40, 40, 20, 20, 20, 40, OFF, OFF]);
  });

  test("hands lines on to the handlers above, nearest first, each once", () => {
    const made = settings({
      "": { handlers: ["a"] },
      net: { handlers: ["b", "a"] },
      "net.conn": { handlers: ["c", "c"] },
    });
    expect([handlersOf(made, "db"), handlersOf(made, "net.x"), handlersOf(made, "net.conn.x")]).toEqual([
      ["a"],
      ["b", "a"],
      ["c", "b", "a"],
    ]);
  });

  test("propagate: false cuts off what is above, for all below", () => {
    const made = settings({
      "": { handlers: ["a"] },
      net: { handlers: ["b"], propagate: false },
      "net.conn": { handlers: ["c"] },
      mute: { propagate: false },
    });
    expect([handlersOf(made, "net"), handlersOf(made, "net.conn"), handlersOf(made, "mute.x")]).toEqual([
      ["b"],
      ["c", "b"],
      [],
    ]);
    expect(made.category("mute").plan.threshold).toBe(OFF);
  });

  test("filters are inherited, nearest first, also past propagate: false", () => {
    const [f, g] = [() => true, () => true];
    const made = settings({ "": { filters: [f] }, net: { filters: [g], propagate: false } });
    expect([made.category("db").plan.filters, made.category("net.x").plan.filters]).toEqual([[f], [g, f]]);
    expect(settings({}).category("net").plan.filters).toBeUndefined();
  });

  test("gives names that nobody configured no category of their own", () => {
    const made = settings({ net: {} });
    expect(made.category("net.conn-1")).toBe(made.category("net.conn-2"));
    expect(made.category("x")).toBe(made.category("y"));
    expect(made.category("")).toBe(made.category("x"));
  });

  test.each(["__proto__", "constructor", "hasOwnProperty", "__proto__.x", "constructor.prototype"])(
    "%s is a name like others",
    (name) => {
      const made = settings({ "": { level: "error" } });
      expect(levelOf(made, name)).toBe(50);
      made.setLevel(name, "trace");
      expect([levelOf(made, name), levelOf(made, `${name}.below`), levelOf(made, "other")]).toEqual([10, 10, 50]);
      const configured = settings(JSON.parse(`{"${name}": {"level": "fatal"}}`));
      expect([levelOf(configured, name), levelOf(configured, "other")]).toEqual([60, 30]);
    },
  );
});

describe("setLevel", () => {
  test("is over the configuration, and inherited as if it were configured", () => {
    const made = settings({ "": { level: "warn" }, net: { level: "info" }, "net.conn": { level: "error" } });
    made.setLevel("net", "trace");
    expect(["", "net", "net.x", "net.conn"].map((name) => levelOf(made, name))).toEqual([40, 10, 10, 50]);
    made.setLevel("net", undefined);
    expect(levelOf(made, "net.x")).toBe(30);
    made.setLevel("", "fatal");
    expect([levelOf(made, "db"), levelOf(made, "net")]).toEqual([60, 30]);
  });

  test("of a subtree is over everything below, whatever is said there", () => {
    const made = settings({ net: { level: "info" }, "net.conn": { level: "error" } });
    made.setLevel("net.conn.tls", "off");
    made.setSubtreeLevel("net", "debug");
    expect(["net", "net.conn", "net.conn.tls", "net.new", "network"].map((name) => levelOf(made, name))).toEqual([
      20, 20, 20, 20, 30,
    ]);
    made.setSubtreeLevel("net.conn", "trace");
    expect([levelOf(made, "net.conn.tls"), levelOf(made, "net.x")]).toEqual([10, 20]);
    made.setSubtreeLevel("net.conn", undefined);
    made.setSubtreeLevel("net", undefined);
    expect(["net", "net.conn", "net.conn.tls"].map((name) => levelOf(made, name))).toEqual([30, 50, OFF]);
    made.setSubtreeLevel("", "fatal");
    expect(["", "net", "net.conn.tls", "x"].map((name) => levelOf(made, name))).toEqual([60, 60, 60, 60]);
  });

  test("survives a new configuration", () => {
    const made = settings({ net: { level: "info" } });
    made.setLevel("net", "trace");
    made.apply({ loggers: { net: { level: "error" } } });
    expect(levelOf(made, "net")).toBe(10);
  });
});

describe("plans", () => {
  test("are drawn anew when anything changes, and kept until then", () => {
    const made = settings({ net: {} });
    const plan = made.category("net").plan;
    expect(made.category("net").plan).toBe(plan);
    const before = epoch;
    made.setLevel("db", "warn");
    expect(epoch).toBeGreaterThan(before);
    expect(made.category("net").plan).not.toBe(plan);
    expect(plan.epoch).toBeLessThan(made.category("net").plan.epoch);
  });

  test("an open one is worth making records for though nobody is configured", () => {
    const category = new Settings().category("x");
    expect([category.plan.threshold, category.openPlan.threshold]).toEqual([OFF, 30]);
    expect(category.planFor(undefined, true, true)).toBe(category.openPlan);
    expect(category.planFor(undefined, true, false)).toBe(category.plan);
  });

  test("of one's own mind have its level and leave out what is not inherited", () => {
    const made = settings({ "": { handlers: ["a"], filters: [() => true] } });
    const own = made.category("x").planFor(10, false, true);
    expect([own.level, own.threshold, own.handlers, own.filters?.length]).toEqual([10, 10, [], 1]);
    expect(made.category("x").planFor(10, false, false).threshold).toBe(OFF);
    expect(made.category("x").planFor(OFF, true, true).threshold).toBe(OFF);
  });
});
