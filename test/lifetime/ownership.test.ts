import { describe, expect, test } from "vitest";
import { claim, disclaim } from "../../src/lifetime/ownership.ts";
import { collectUntil } from "../support/gc.ts";

describe("ownership", () => {
  test("a thing has one owner", () => {
    const thing = {};
    expect([claim(thing), claim(thing), claim(thing, {})]).toEqual([true, false, false]);
    expect([disclaim(thing), disclaim(thing)]).toEqual([true, false]);
    expect(claim(thing)).toBe(true);
  });

  test("an owner with a name may claim several times, and gives back as often", () => {
    const [thing, owner] = [{}, {}];
    expect([claim(thing, owner), claim(thing, owner), claim(thing), claim(thing, {})]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([disclaim(thing), disclaim(thing), disclaim(thing)]).toEqual([false, true, false]);
    expect(claim(thing, {})).toBe(true);
  });

  test("the claims of one thing are not those of another", () => {
    const [one, two] = [{}, {}];
    claim(one);
    expect(disclaim(two)).toBe(false);
    expect(claim(two)).toBe(true);
    disclaim(one);
    expect(claim(two)).toBe(false);
  });

  test("keeps no thing alive", async () => {
    const make = () => {
      const thing = {};
      claim(thing);
      return new WeakRef(thing);
    };
    const references = Array.from({ length: 10 }, make);
    await collectUntil(() => references.every((reference) => reference.deref() === undefined), "all things gone");
  });
});
