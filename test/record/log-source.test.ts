import { describe, expect, test, vi } from "vitest";
import { type Fields, noFields } from "../../src/record/fields.ts";
import { LogSource } from "../../src/record/log-source.ts";

describe("LogSource", () => {
  test("holds bound fields without lazy ones as they are", () => {
    const bound = { a: 1 };
    const source = new LogSource("conn", "conn#1", "net#1", bound);
    expect(source.bound).toBe(bound);
    expect(source.lazy).toBeUndefined();
    expect([source.logger, source.scope, source.parent]).toEqual(["conn", "conn#1", "net#1"]);
    const fields = { b: 1 };
    expect(source.withLazy(fields)).toBe(fields);
    expect(source.withLazy(undefined)).toBeUndefined();
  });

  test("bound fields of which none is lazy are held as they are, whatever their names", () => {
    const bound = { err: new Error("bound"), a: 1 };
    const source = new LogSource("conn", undefined, undefined, bound);
    expect(source.bound).toBe(bound);
    expect(source.lazy).toBeUndefined();
    expect(source.withLazy(undefined)).toBeUndefined();
  });

  test("asks lazy bound fields for each line, under the fields of the call", () => {
    let count = 0;
    const source = new LogSource("conn", undefined, undefined, { a: 1, n: () => ++count });
    expect(source.bound).toEqual({ a: 1 });
    expect(source.withLazy(undefined)).toEqual({ n: 1 });
    expect(source.withLazy({ b: 2 })).toEqual({ n: 2, b: 2 });
    expect(source.withLazy({ n: "call" })).toEqual({ n: "call" });
  });

  test("keeps a key named __proto__ a key on both sides", () => {
    const bound = Object.fromEntries([
      ["__proto__", 1],
      ["n", () => 2],
    ]) as Fields;
    const source = new LogSource("conn", undefined, undefined, bound);
    expect(Object.entries(source.bound)).toEqual([["__proto__", 1]]);
    const lazyProto = Object.fromEntries([["__proto__", () => 3]]) as Fields;
    expect(Object.entries(new LogSource("c", undefined, undefined, lazyProto).withLazy({ a: 1 }) ?? {})).toEqual([
      ["__proto__", 3],
      ["a", 1],
    ]);
  });

  test("survives a bound getter that throws: it is asked again for each line, as a lazy value", () => {
    const bad = vi.fn(() => {
      throw new Error("no luck");
    });
    const bound = Object.defineProperty({ a: 1 }, "bad", { get: bad, enumerable: true });
    const source = new LogSource("conn", undefined, undefined, bound);
    expect(source.bound).toEqual({ a: 1 });
    expect(source.withLazy({ b: 2 })).toEqual({ bad: "[threw: no luck]", b: 2 });
  });

  test("remembers texts under each key", () => {
    const source = new LogSource("conn", undefined, undefined, noFields);
    const [one, two] = [{}, {}];
    expect(source.recall(one)).toBeUndefined();
    expect(source.remember(one, "1", "!")).toMatchObject({ before: "1", after: "!" });
    source.remember(two, "2");
    expect(source.recall(one)).toMatchObject({ before: "1", after: "!" });
    expect(source.recall(two)).toMatchObject({ before: "2", after: "" });
    expect(source.recall(two)).toMatchObject({ before: "2", after: "" });
    expect(source.recall({})).toBeUndefined();
    source.remember(one, "new");
    expect(source.recall(one)?.before).toBe("new");
  });
});
