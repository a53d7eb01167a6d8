import { createRegistry } from "scopelog";
import { fakeClock } from "scopelog/testing";
import { expect, test } from "vitest";
import { LeasePool } from "../../src/lifetime/lease.ts";
import { expectCode } from "../support/errors.ts";

test("stands still until it is told to go, and is gone afterwards", () => {
  const real = [Date.now, setTimeout, clearTimeout, setInterval, clearInterval];
  const performanceNow = performance.now;
  const start = performance.now();
  {
    using clock = fakeClock(new Date("2020-02-29T12:00:00Z"));
    const first = performance.now();
    expect(Date.now()).toBe(Date.parse("2020-02-29T12:00:00Z"));
    expect(clock.now).toBe(Date.now());
    clock.tick(1500);
    expect(Date.now()).toBe(Date.parse("2020-02-29T12:00:01.500Z"));
    expect(performance.now() - first).toBeCloseTo(1500, 3);
    expect(first).toBeGreaterThanOrEqual(start - 1);
  }
  expect([Date.now, setTimeout, clearTimeout, setInterval, clearInterval]).toEqual(real);
  expect(performance.now).toBe(performanceNow);
  expect(Object.hasOwn(performance, "now")).toBe(false);
  expect(Date.now()).toBeGreaterThan(Date.parse("2024-01-01"));
});

test("calls timers in order, each at its own time", () => {
  using clock = fakeClock(1000);
  const calls: string[] = [];
  const note = (name: string) => calls.push(`${name}@${Date.now()}`);
  setTimeout(note, 30, "late");
  setTimeout(() => {
    note("early");
    setTimeout(note, 10, "nested");
  }, 10);
  const interval = setInterval(note, 8, "interval");
  const cleared = setTimeout(note, 5, "cleared");
  clearTimeout(cleared);
  const byNumber = setTimeout(note, 5, "cleared by number");
  clearTimeout(Number(byNumber));
  clearTimeout(undefined);
  setTimeout(note, 0, "soon");
  expect(calls).toEqual([]);
  expect(clock.timers).toBe(4);
  clock.tick(20);
  expect(calls).toEqual(["soon@1001", "interval@1008", "early@1010", "interval@1016", "nested@1020"]);
  expect(Date.now()).toBe(1020);
  clearInterval(interval);
  clock.tick(9);
  expect(calls.length).toBe(5);
  clock.tick(1);
  expect(calls.at(-1)).toBe("late@1030");
  expect(clock.timers).toBe(0);
});

test("has timers as the runtime's", () => {
  using clock = fakeClock(0);
  let fired = 0;
  const timer = setTimeout(() => fired++, 100);
  expect(timer.unref().ref()).toBe(timer);
  expect(timer.hasRef()).toBe(true);
  clock.tick(60);
  timer.refresh();
  clock.tick(60);
  expect(fired).toBe(0);
  clock.tick(40);
  expect(fired).toBe(1);
  {
    using _ended = setTimeout(() => fired++, 1);
  }
  clock.tick(5);
  expect(fired).toBe(1);
});

test("throws what a timer throws, and goes on afterwards", () => {
  using clock = fakeClock(0);
  const calls: number[] = [];
  setTimeout(() => {
    throw new Error("from a timer");
  }, 1);
  setTimeout(() => calls.push(Date.now()), 2);
  expect(() => clock.tick(10)).toThrow("from a timer");
  clock.tick(9);
  expect(calls).toEqual([2]);
});

test("tickAsync lets promises run between the timers", async () => {
  using clock = fakeClock(0);
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const moments: number[] = [];
  const work = (async () => {
    for (let round = 0; round < 3; round++) {
      await sleep(10);
      moments.push(Date.now());
    }
  })();
  await clock.tickAsync(25);
  expect(moments).toEqual([10, 20]);
  await clock.tickAsync(5);
  await work;
  expect(moments).toEqual([10, 20, 30]);
});

test("governs what the library asks of time: records, the age of scopes, idle times", async () => {
  using clock = fakeClock(5000);
  const times: number[] = [];
  const registry = createRegistry({
    loggers: { "": { handlers: ["h"] } },
    handlers: { h: { handle: (record) => void times.push(record.time) } },
  });
  const scope = registry.getScoped("conn");
  await Promise.resolve();
  scope.info("now");
  clock.tick(250);
  scope.info("later");
  expect(times).toEqual([5000, 5250]);
  expect([...registry.scopes()][0]?.age).toBe(250);
  scope.dispose();

  let closed = 0;
  const pool = new LeasePool<Disposable>();
  const open = () => ({ [Symbol.dispose]: () => void closed++ });
  pool.lease("key", open, 1000)[Symbol.dispose]();
  clock.tick(999);
  expect(closed).toBe(0);
  clock.tick(1);
  expect(closed).toBe(1);
});

test("refuses what is no time, and a second clock", () => {
  expectCode("ERR_SCOPELOG_OPTION", () => fakeClock(Number.NaN), "start");
  using clock = fakeClock();
  expectCode("ERR_SCOPELOG_OPTION", () => fakeClock(), "another");
  expectCode("ERR_SCOPELOG_OPTION", () => clock.tick(-1), "ms");
  clock[Symbol.dispose]();
  using again = fakeClock(7);
  // The end of the first is over: it must not take the second away.
  clock[Symbol.dispose]();
  expect(Date.now()).toBe(again.now);
});
