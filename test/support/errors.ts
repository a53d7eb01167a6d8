import { type Code, ScopelogError } from "scopelog";
import { expect } from "vitest";

/** Calls `act`, which must throw a `ScopelogError` with `code` whose message contains all of `words`. */
export function expectCode(code: Code, act: () => unknown, ...words: string[]): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, `${code} should be thrown`).toBeInstanceOf(ScopelogError);
  const { code: found, message, name } = thrown as ScopelogError;
  expect(found, message).toBe(code);
  expect(name).toBe("ScopelogError");
  for (const word of words) expect(message).toContain(word);
}
