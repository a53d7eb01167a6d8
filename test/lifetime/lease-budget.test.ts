import { afterEach, beforeEach, expect, test } from "vitest";
import { meetPressure, setTransportBudget } from "../../src/lifetime/budget.ts";
import { LeasePool, leaseCounts } from "../../src/lifetime/lease.ts";

class Target implements Disposable {
  closed = 0;
  [Symbol.dispose](): void {
    this.closed++;
  }
}

const idleMs = 3_600_000;
const open = () => new Target();
let before: number;

beforeEach(() => {
  before = leaseCounts().targets;
});
afterEach(() => setTransportBudget(undefined));

test("under pressure what nobody holds is closed at once", () => {
  const pool = new LeasePool<Target>();
  const [idle, held] = [pool.lease("idle", open, idleMs), pool.lease("held", open, idleMs)];
  const targets = [idle.target, held.target];
  idle[Symbol.dispose]();
  expect(targets.map((target) => target?.closed)).toEqual([0, 0]);
  expect(meetPressure("a test")).toBeGreaterThanOrEqual(1);
  expect(targets.map((target) => target?.closed)).toEqual([1, 0]);
  held[Symbol.dispose]();
  pool.closeIdle();
});

test("when the budget is reached, what is idle makes room", () => {
  setTransportBudget(before + 1);
  const pool = new LeasePool<Target>();
  const first = pool.lease("first", open, idleMs);
  const { target } = first;
  first[Symbol.dispose]();
  using _second = pool.lease("second", open, 0);
  expect([target?.closed, leaseCounts().targets - before]).toEqual([1, 1]);
});

test("beyond the budget those that want a transport of their own share one", () => {
  setTransportBudget(before + 2);
  const pool = new LeasePool<Target>();
  const own = (): ReturnType<typeof pool.lease> => pool.lease(undefined, open, 0, "shared");
  using one = own();
  using two = own();
  using three = own();
  using four = own();
  expect(new Set([one.target, two.target, three.target, four.target]).size).toBe(3);
  expect(three.target).toBe(four.target);
});
