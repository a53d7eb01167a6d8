import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Lease, LeasePool, leaseCounts } from "../../src/lifetime/lease.ts";
import { collectUntil } from "../support/gc.ts";

class Target implements Disposable {
  closed = 0;
  [Symbol.dispose](): void {
    this.closed++;
  }
}

describe("LeasePool", () => {
  let pool: LeasePool<Target>;
  let opened: Target[];
  const open = (): Target => {
    const target = new Target();
    opened.push(target);
    return target;
  };
  let before: { leases: number; targets: number };
  const added = () => ({
    leases: leaseCounts().leases - before.leases,
    targets: leaseCounts().targets - before.targets,
  });

  beforeEach(() => {
    vi.useFakeTimers();
    pool = new LeasePool();
    opened = [];
    before = { ...leaseCounts() };
  });
  afterEach(() => void vi.useRealTimers());

  test("opens once for a key, however many leases are out", () => {
    const leases = Array.from({ length: 1000 }, () => pool.lease("a", open, 100));
    expect(opened).toHaveLength(1);
    expect(new Set(leases.map(({ target }) => target))).toEqual(new Set(opened));
    expect(added()).toEqual({ leases: 1000, targets: 1 });
    expect([pool.size, [...pool.targets()]]).toEqual([1, opened]);
    for (const lease of leases) lease[Symbol.dispose]();
    expect(added()).toEqual({ leases: 0, targets: 1 });
  });

  test("keeps what is without a lease for the idle time, and closes it then", () => {
    pool.lease("a", open, 100)[Symbol.dispose]();
    vi.advanceTimersByTime(99);
    expect([opened[0]?.closed, pool.size]).toEqual([0, 1]);
    vi.advanceTimersByTime(1);
    expect([opened[0]?.closed, pool.size]).toEqual([1, 0]);
    expect(added()).toEqual({ leases: 0, targets: 0 });
  });

  test("does not close what was leased again meanwhile, and waits a whole idle time anew", () => {
    pool.lease("a", open, 100)[Symbol.dispose]();
    vi.advanceTimersByTime(60);
    const again = pool.lease("a", open, 100);
    vi.advanceTimersByTime(1000);
    expect([opened.length, opened[0]?.closed]).toEqual([1, 0]);
    again[Symbol.dispose]();
    vi.advanceTimersByTime(60);
    pool.lease("a", open, 100)[Symbol.dispose]();
    vi.advanceTimersByTime(99);
    expect(opened[0]?.closed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(opened[0]?.closed).toBe(1);
  });

  test("closes at once without an idle time", () => {
    pool.lease("a", open, 0)[Symbol.dispose]();
    expect([opened[0]?.closed, pool.size]).toEqual([1, 0]);
  });

  test("a lease counts once, however often it is given back", () => {
    const [one, two] = [pool.lease("a", open, 0), pool.lease("a", open, 0)];
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    expect([one.target, two.target, opened[0]?.closed]).toEqual([undefined, opened[0], 0]);
    two[Symbol.dispose]();
    expect(opened[0]?.closed).toBe(1);
    expect(added()).toEqual({ leases: 0, targets: 0 });
  });

  test("without a key shares nothing, and closes with its only lease", () => {
    const [one, two] = [pool.lease(undefined, open, 100), pool.lease(undefined, open, 100)];
    expect([opened.length, pool.size, one.target === two.target]).toEqual([2, 2, false]);
    expect([...pool.targets()]).toEqual(opened);
    one[Symbol.dispose]();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0]);
    expect(pool.size).toBe(1);
    two[Symbol.dispose]();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
    expect(added()).toEqual({ leases: 0, targets: 0 });
  });

  test("opens anew after a close, and an old share never closes or forgets the new one", () => {
    const first = pool.lease("a", open, 0);
    first[Symbol.dispose]();
    const second = pool.lease("a", open, 0);
    expect(opened).toHaveLength(2);
    first[Symbol.dispose]();
    expect([second.target, opened[1]?.closed, pool.size]).toEqual([opened[1], 0, 1]);
    second[Symbol.dispose]();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  test("is removed by identity: a target that leases its own key while it closes keeps the new one", () => {
    let second: Lease<Target> | undefined;
    const reopening = new (class extends Target {
      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        second = pool.lease("a", open, 0);
      }
    })();
    pool.lease("a", () => reopening, 0)[Symbol.dispose]();
    expect([reopening.closed, pool.size, second?.target]).toEqual([1, 1, opened[0]]);
    second?.[Symbol.dispose]();
    expect([opened[0]?.closed, pool.size]).toEqual([1, 0]);
  });

  test("a share that was closed meanwhile does not take its successor out", () => {
    const meddler = new (class extends Target {
      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        // Closes "b" while the pool is about to, and opens it anew.
        pool.closeIdle();
        pool.lease("b", open, 1000)[Symbol.dispose]();
      }
    })();
    pool.lease("a", () => meddler, 1000)[Symbol.dispose]();
    pool.lease("b", open, 1000)[Symbol.dispose]();
    pool.closeIdle();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 0]);
    expect([pool.size, [...pool.targets()]]).toEqual([1, [opened[1]]]);
    expect(added()).toEqual({ leases: 0, targets: 1 });
    pool.closeIdle();
    expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  test("counts nothing if it cannot be opened", () => {
    const fail = () => {
      throw new Error("EMFILE");
    };
    expect(() => pool.lease("a", fail, 0)).toThrow("EMFILE");
    expect(() => pool.lease(undefined, fail, 0)).toThrow("EMFILE");
    expect(added()).toEqual({ leases: 0, targets: 0 });
    expect(pool.size).toBe(0);
    expect(pool.lease("a", open, 0).target).toBe(opened[0]);
  });

  test("closeIdle() closes what nobody holds, and nothing else", () => {
    const held = pool.lease("held", open, 1000);
    for (const key of ["a", "b"]) pool.lease(key, open, 1000)[Symbol.dispose]();
    expect(pool.closeIdle()).toBe(2);
    expect(opened.map(({ closed }) => closed)).toEqual([0, 1, 1]);
    expect(pool.closeIdle()).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(opened.map(({ closed }) => closed)).toEqual([0, 1, 1]);
    held[Symbol.dispose]();
    expect(pool.closeIdle()).toBe(1);
    expect(added()).toEqual({ leases: 0, targets: 0 });
  });

  test("a target that cannot be closed does not end the process when its time is up", () => {
    const bad = {
      [Symbol.dispose]() {
        throw new Error("cannot close");
      },
    };
    const badPool = new LeasePool<Disposable>();
    badPool.lease("a", () => bad, 10)[Symbol.dispose]();
    expect(() => vi.advanceTimersByTime(10)).not.toThrow();
    expect(badPool.size).toBe(0);
    expect(added()).toEqual({ leases: 0, targets: 0 });
  });
});

test("the idle timer does not keep the process alive", () => {
  const pool = new LeasePool<Target>();
  const started: NodeJS.Timeout[] = [];
  const { setTimeout } = globalThis;
  vi.stubGlobal("setTimeout", (...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    started.push(timer);
    return timer;
  });
  try {
    pool.lease("a", () => new Target(), 60_000)[Symbol.dispose]();
  } finally {
    vi.unstubAllGlobals();
  }
  expect(started.map((timer) => timer.hasRef())).toEqual([false]);
  expect(pool.closeIdle()).toBe(1);
});

test("a lease leads to what is shared and not to who opened it", async () => {
  const pool = new LeasePool<Target>();
  const make = () => {
    const holder = { name: "a formatter, a connection", open: () => new Target() };
    const lease = pool.lease("a", () => holder.open(), 0);
    return { lease, holder: new WeakRef(holder) };
  };
  const { lease, holder } = make();
  await collectUntil(() => holder.deref() === undefined, "the opener gone");
  lease[Symbol.dispose]();
  expect(pool.size).toBe(0);
});
