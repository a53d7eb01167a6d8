import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ageOf, coarseNow } from "../../src/lifetime/clock.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** Two calls at once, so that the second is of a crowd. */
function coarseNowOfMany(): number {
  coarseNow();
  return coarseNow();
}

test("reads the clock once for a crowd in one turn, and for no more than 64 calls", async () => {
  await Promise.resolve();
  const first = coarseNowOfMany();
  vi.advanceTimersByTime(50);
  const others = Array.from({ length: 64 }, coarseNow);
  expect(new Set(others)).toEqual(new Set([first]));
  expect(coarseNow()).toBe(first + 50);
  coarseNow();
  vi.advanceTimersByTime(50);
  expect(coarseNow()).toBe(first + 50);
  await Promise.resolve();
  expect(coarseNow()).toBe(first + 100);
});

test("reads it each time for calls that are apart", async () => {
  await Promise.resolve();
  vi.advanceTimersByTime(1);
  const first = coarseNow();
  const later = [1, 2, 3].map(() => {
    vi.advanceTimersByTime(1);
    return coarseNow();
  });
  expect(later).toEqual([first + 1, first + 2, first + 3]);
});

test("ages are never negative and survive the wrap of 32 bits", async () => {
  await Promise.resolve();
  const moment = coarseNow();
  expect(ageOf(moment)).toBe(0);
  vi.advanceTimersByTime(30 * 24 * 3600_000);
  expect(ageOf(moment)).toBe(30 * 24 * 3600_000);
  await Promise.resolve();
  const later = coarseNow();
  vi.advanceTimersByTime(1234);
  expect(ageOf(later)).toBe(1234);
});
