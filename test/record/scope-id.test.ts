import { expect, test } from "vitest";
import { scopeId } from "../../src/record/scope-id.ts";

test("is the name and the whole number, whichever was asked for before", () => {
  const numbers = [0, 1, 99, 100, 101, 109, 110, 199, 200, 999, 1000, 1001, 9_999, 10_000, 123_456_789];
  // Up, down, and each beside one of another hundred.
  const asked = [...numbers, ...numbers.toReversed(), ...numbers.flatMap((number) => [number, 12_345, number])];
  for (const number of asked) expect(scopeId("conn", number)).toBe(`conn#${number}`);
});

test("is right beyond what fits into 32 bits", () => {
  expect(scopeId("conn", 2 ** 32)).toBe("conn#4294967296");
  expect(scopeId("conn", Number.MAX_SAFE_INTEGER)).toBe("conn#9007199254740991");
});
