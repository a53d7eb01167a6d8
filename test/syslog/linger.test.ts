import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { allLingerSteps, Linger, lingerSteps } from "../../src/syslog/linger.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A linger of steps of one millisecond, whose listener does `stepped`; how often it expired. */
function lingering(stepped: (linger: Linger) => void): { linger: Linger; expired: () => number } {
  let expired = 0;
  const linger: Linger = new Linger(lingerSteps, { stepped: () => stepped(linger), expired: () => expired++ });
  return { linger, expired: () => expired };
}

test("ends when nothing came out for the linger time", () => {
  const { linger, expired } = lingering(() => {});
  linger.begin();
  vi.advanceTimersByTime(lingerSteps - 1);
  expect(expired()).toBe(0);
  vi.advanceTimersByTime(1);
  expect([expired(), vi.getTimerCount()]).toEqual([1, 0]);
});

test("ends after ten times that, though something comes out all the time", () => {
  const { linger, expired } = lingering((linger) => linger.progress());
  linger.begin();
  vi.advanceTimersByTime(allLingerSteps - 1);
  expect(expired()).toBe(0);
  vi.advanceTimersByTime(1);
  expect([expired(), vi.getTimerCount()]).toEqual([1, 0]);
});

test("begins again with each line that comes in, and not at all when nothing waits", () => {
  const { linger, expired } = lingering(() => {});
  linger.begin();
  vi.advanceTimersByTime(lingerSteps - 1);
  linger.begin();
  vi.advanceTimersByTime(lingerSteps - 1);
  expect(expired()).toBe(0);
  linger.end();
  vi.advanceTimersByTime(10 * lingerSteps);
  expect([expired(), vi.getTimerCount()]).toEqual([0, 0]);
});
