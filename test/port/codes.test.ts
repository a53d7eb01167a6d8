import { codes, ScopelogError } from "scopelog";
import { expect, test } from "vitest";

test("every code is there once and says whether it is thrown or told", () => {
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^(ERR_SCOPELOG|SCOPELOG_WARN)_[A-Z0-9_]+$/);
});

test("the error is a TypeError with a code and a cause", () => {
  const cause = new Error("inner");
  const error = new ScopelogError("ERR_SCOPELOG_OPTION", "what is wrong", { cause });
  expect(error).toBeInstanceOf(TypeError);
  expect([error.code, error.message, error.name, error.cause]).toEqual([
    "ERR_SCOPELOG_OPTION",
    "what is wrong",
    "ScopelogError",
    cause,
  ]);
});
