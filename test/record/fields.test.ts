import { describe, expect, test, vi } from "vitest";
import { type Fields, mergeFields, messageOf, needCare, noFields, resolveLazy } from "../../src/record/fields.ts";

const withProtoKey = (value: unknown) => JSON.parse(`{ "__proto__": ${JSON.stringify(value)} }`) as Fields;

describe("mergeFields", () => {
  test("lets the inner ones win and changes neither", () => {
    const outer = Object.freeze({ a: 1, b: 1 });
    const inner = Object.freeze({ b: 2, c: 2 });
    expect(mergeFields(outer, inner)).toEqual({ a: 1, b: 2, c: 2 });
  });

  test("returns the other one as it is if one is empty", () => {
    const some = { a: 1 };
    expect(mergeFields(noFields, some)).toBe(some);
    expect(mergeFields(some, noFields)).toBe(some);
    expect(mergeFields(noFields, noFields)).toBe(noFields);
  });

  test("keeps a key named __proto__ a key", () => {
    const merged = mergeFields({ a: 1 }, withProtoKey({ polluted: true }));
    expect(Object.keys(merged)).toEqual(["a", "__proto__"]);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect("polluted" in merged).toBe(false);
  });

  test("noFields is empty and frozen", () => {
    expect(Object.keys(noFields)).toEqual([]);
    expect(Object.isFrozen(noFields)).toBe(true);
    expect("constructor" in noFields).toBe(false);
  });
});

describe("lazy values", () => {
  test("are found among the others", () => {
    expect(needCare({ a: 1, b: () => 2 })).toBe(true);
    expect(needCare({ a: 1, b: "f", c: null, d: undefined })).toBe(false);
    expect(needCare(noFields)).toBe(false);
  });

  test("are called once each, the others are kept in their order", () => {
    const lazy = vi.fn(() => 2);
    const resolved = resolveLazy({ a: 1, b: lazy, c: 3 });
    expect(Object.entries(resolved)).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 3],
    ]);
    expect(lazy).toHaveBeenCalledTimes(1);
    expect(lazy).toHaveBeenCalledWith();
  });

  test("that throw become a text, and the rest is not lost", () => {
    const resolved = resolveLazy({
      a: () => {
        throw new Error("no luck");
      },
      b: () => {
        throw "a string";
      },
      c: () => 3,
    });
    expect(resolved).toEqual({ a: "[threw: no luck]", b: "[threw: a string]", c: 3 });
  });

  test("a getter that throws does not hide that there are others, and becomes a text", () => {
    const fields = {
      get bad(): number {
        throw new Error("no luck");
      },
      good: () => 1,
    };
    expect(needCare(fields)).toBe(true);
    expect(resolveLazy(fields)).toEqual({ bad: "[threw: no luck]", good: 1 });
  });

  test("under the key __proto__ stay under that key", () => {
    const fields = { ...withProtoKey(1), a: () => 2 };
    const resolved = resolveLazy(fields);
    expect(Object.entries(resolved)).toEqual([
      ["__proto__", 1],
      ["a", 2],
    ]);
    expect(Object.getPrototypeOf(resolved)).toBe(Object.prototype);
  });
});

describe("messageOf", () => {
  test.each<[unknown, string]>([
    [new Error("broken"), "broken"],
    ["text", "text"],
    [undefined, "undefined"],
    [null, "null"],
    [12n, "12"],
    [Symbol("s"), "Symbol(s)"],
    [Object.create(null), "unknown"],
    [
      {
        toString() {
          throw new Error("hostile");
        },
      },
      "unknown",
    ],
  ])("of %# is a short text", (thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });

  test("never throws, not even for a revoked proxy or a message that throws", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(messageOf(proxy)).toBe("unknown");
    const error = new Error("x");
    Object.defineProperty(error, "message", {
      get() {
        throw new Error("hostile");
      },
    });
    expect(messageOf(error)).toBe("unknown");
  });
});
