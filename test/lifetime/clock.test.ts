import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ageOf, coarseNow } from "../../src/lifetime/clock.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("reads the clock once for a turn, and for no more than 64 calls", async () => {
  await Promise.resolve();
  const first = coarseNow();
  vi.advanceTimersByTime(50);
  const others = Array.from({ length: 64 }, coarseNow);
  expect(new Set(others)).toEqual(new Set([first]));
  expect(coarseNow()).toBe(first + 50);
  vi.advanceTimersByTime(50);
  await Promise.resolve();
  expect(coarseNow()).toBe(first + 100);
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
