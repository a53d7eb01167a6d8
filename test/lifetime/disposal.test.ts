import { describe, expect, test } from "vitest";
import { type Closable, closeAll, disposeAll, disposeOne, flushAll } from "../../src/lifetime/disposal.ts";
import { collect } from "../support/gc.ts";

function scene() {
  const diary: string[] = [];
  const errors: unknown[] = [];
  const make = (name: string, kind: "sync" | "async" | "both", fails = false): Closable => {
    const note = (what: string) => {
      diary.push(`${name}.${what}`);
      if (fails) throw `${name} failed`;
    };
    return {
      ...(kind === "async" ? {} : { [Symbol.dispose]: () => note("dispose") }),
      ...(kind === "sync" ? {} : { [Symbol.asyncDispose]: async () => note("asyncDispose") }),
      flush: async () => note("flush"),
    };
  };
  return { diary, errors, make, onError: (error: unknown) => void errors.push(error) };
}

describe("disposeAll", () => {
  test("closes the last first, each by its synchronous way if it has one", async () => {
    const { diary, errors, make, onError } = scene();
    disposeAll([make("a", "both"), make("b", "sync"), make("c", "async"), {}], onError);
    expect(diary).toEqual(["c.asyncDispose", "b.dispose", "a.dispose"]);
    await collect();
    expect(errors).toEqual([]);
  });

  test("gives every one its turn, and all that is thrown or rejected to onError", async () => {
    const { diary, errors, make, onError } = scene();
    disposeAll([make("a", "sync", true), make("b", "async", true), make("c", "sync", true)], onError);
    expect(diary).toEqual(["c.dispose", "b.asyncDispose", "a.dispose"]);
    expect(errors).toEqual(["c failed", "a failed"]);
    await collect();
    expect(errors).toEqual(["c failed", "a failed", "b failed"]);
  });

  test("survives what is hostile: getters that throw, thenables that reject, asynchronous functions as dispose", async () => {
    const { errors, onError } = scene();
    const getter = {
      get [Symbol.dispose](): () => void {
        throw "getter";
      },
    };
    const thenable = {
      [Symbol.asyncDispose]: () =>
        // biome-ignore lint/suspicious/noThenProperty: that is the point
        ({ then: (_: unknown, reject: (e: unknown) => void) => reject("thenable") }) as never,
    };
    const late = {
      [Symbol.dispose]: async () => {
        throw "asynchronous dispose";
      },
    };
    disposeAll([getter, thenable, late], onError);
    await collect();
    expect(new Set(errors)).toEqual(new Set(["getter", "thenable", "asynchronous dispose"]));
  });
});

test("disposeOne does nothing to what cannot be closed", () => {
  const { errors, onError } = scene();
  disposeOne({}, onError);
  expect(errors).toEqual([]);
});

describe("closeAll", () => {
  test("flushes and closes the last first, each awaited before the next", async () => {
    const { diary, make, onError } = scene();
    const slow: Closable = {
      async flush() {
        diary.push("slow.flush begins");
        await collect();
        diary.push("slow.flush ends");
      },
      async [Symbol.asyncDispose]() {
        await collect();
        diary.push("slow.asyncDispose ends");
      },
    };
    await closeAll([make("a", "sync"), slow, make("c", "both")], onError);
    expect(diary).toEqual([
      "c.flush",
      "c.asyncDispose",
      "slow.flush begins",
      "slow.flush ends",
      "slow.asyncDispose ends",
      "a.flush",
      "a.dispose",
    ]);
  });

  test("never rejects: a flush that fails is followed by the close, a close that fails by the next", async () => {
    const { diary, errors, make, onError } = scene();
    await closeAll([make("a", "both", true), make("b", "sync", true)], onError);
    expect(diary).toEqual(["b.flush", "b.dispose", "a.flush", "a.asyncDispose"]);
    expect(errors).toEqual(["b failed", "b failed", "a failed", "a failed"]);
  });
});

test("flushAll flushes all at once, closes nothing, and never rejects", async () => {
  const { diary, errors, make, onError } = scene();
  await flushAll([make("a", "both"), make("b", "both", true), {}], onError);
  expect(diary).toEqual(["a.flush", "b.flush"]);
  expect(errors).toEqual(["b failed"]);
});
