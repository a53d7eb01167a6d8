import { meetPressure, relieveIdle, transportBudget } from "./budget.ts";

/**
 * One holder's share of something costly: a socket, a file. The first lease of a key opens it, further ones share it,
 * and it is closed an idle time after the last was given back. A lease leads to what is shared and to nothing else, so
 * it may be the `resource` of a forgotten handler.
 */
export class Lease<T extends Disposable> implements Disposable {
  #share: Share<T> | undefined;

  /** @internal */
  constructor(share: Share<T>) {
    this.#share = share;
  }

  /** What is shared; undefined once the lease was given back. */
  get target(): T | undefined {
    return this.#share?.target;
  }

  /** Gives the lease back. Idempotent: a lease counts once. */
  [Symbol.dispose](): void {
    const share = this.#share;
    if (share === undefined) return;
    this.#share = undefined;
    share.giveBack();
  }
}

/** What a timer must have so that it does not keep the process alive; browsers return a number instead. */
interface Unrefable {
  unref?(): void;
}

/** @internal One shared thing with its count. */
class Share<T extends Disposable> {
  readonly target: T;
  readonly #pool: LeasePool<T>;
  readonly #key: string | undefined;
  readonly #idleMs: number;
  #leases = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(target: T, pool: LeasePool<T>, key: string | undefined, idleMs: number) {
    this.target = target;
    this.#pool = pool;
    this.#key = key;
    this.#idleMs = idleMs;
  }

  take(): Lease<T> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    this.#leases++;
    counts.leases++;
    return new Lease(this);
  }

  giveBack(): void {
    counts.leases--;
    if (--this.#leases > 0) return;
    if (this.#idleMs <= 0) this.close();
    else {
      this.#timer = setTimeout(closeIdle, this.#idleMs, this);
      (this.#timer as Unrefable).unref?.();
    }
  }

  /** How many leases are out. */
  get leases(): number {
    return this.#leases;
  }

  /** Whether nobody holds a lease now. */
  get idle(): boolean {
    return this.#leases === 0;
  }

  close(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#pool.remove(this.#key, this)) return;
    counts.targets--;
    this.target[Symbol.dispose]();
  }
}

// A named function, not a closure: the timer leads to the share and no further.
function closeIdle(share: Share<Disposable>): void {
  try {
    if (share.idle) share.close();
  } catch {
    // A throw in a timer would end the process; what is shared tells its own trouble.
  }
}

// Of all copies of the package in the process: they share the limit of open files.
const countsKey = Symbol.for("scopelog/leases@1");
const shared = globalThis as { [countsKey]?: { leases: number; targets: number } };
const counts = (shared[countsKey] ??= { leases: 0, targets: 0 });

/** How many leases are out, and how many things they share are open, in this process. */
export function leaseCounts(): Readonly<{ leases: number; targets: number }> {
  return counts;
}

/** Something shared that is open, and how many leases are out on it. */
export interface OpenShare<T extends Disposable = Disposable> {
  readonly target: T;
  readonly leases: number;
}

// Of all copies of the package as well: of a pool from another copy only `shares` is used. A pool is kept for the life
// of the process anyway, by having its idle things closed under pressure.
const poolsKey = Symbol.for("scopelog/pools@1");
const everyPool = globalThis as { [poolsKey]?: Set<{ shares(): Iterable<OpenShare> }> };
const pools = (everyPool[poolsKey] ??= new Set());

/** What is shared and open now, in this process. */
export function* openShares(): Iterable<OpenShare> {
  for (const pool of pools) yield* pool.shares();
}

/**
 * Waits until what is shared and open has brought out what it was given, by holders that may be gone by now: their end
 * gives a lease back, and does not wait. Never rejects.
 */
export async function flushShares(): Promise<void> {
  const flushes: unknown[] = [];
  for (const { target } of openShares()) flushes.push((target as { flush?(): unknown }).flush?.());
  await Promise.allSettled(flushes);
}

/** The shared things of one kind, by key: at most one open for each key. */
export class LeasePool<T extends Disposable> {
  readonly #shares = new Map<string, Share<T>>();
  readonly #dedicated = new Set<Share<T>>();

  constructor() {
    relieveIdle(() => this.closeIdle());
    pools.add(this);
  }

  /**
   * A lease on what `key` names, opened by `open` if nobody has it open.
   * @param key undefined for one that is not shared: it is closed when its only lease is given back
   * @param idleMs how long it stays open without a lease, in milliseconds; 0 closes at once
   * @param sharedKey what to share instead of opening one that is not shared, if the budget of transports is reached
   * @throws whatever `open` throws; nothing is counted then
   */
  lease(key: string | undefined, open: () => T, idleMs: number, sharedKey?: string): Lease<T> {
    const known = key === undefined ? undefined : this.#shares.get(key);
    if (known !== undefined) return known.take();
    if (counts.targets >= transportBudget()) {
      meetPressure(`the budget of ${transportBudget()} open transports is reached`);
      if (key === undefined && sharedKey !== undefined && counts.targets >= transportBudget()) {
        return this.lease(sharedKey, open, idleMs);
      }
    }
    const share = new Share(open(), this, key, key === undefined ? 0 : idleMs);
    if (key === undefined) this.#dedicated.add(share);
    else this.#shares.set(key, share);
    counts.targets++;
    return share.take();
  }

  /** @internal Forgets `share`, by identity: a later one under the same key stays. False if it was forgotten before. */
  remove(key: string | undefined, share: Share<T>): boolean {
    if (key === undefined) return this.#dedicated.delete(share);
    if (this.#shares.get(key) !== share) return false;
    return this.#shares.delete(key);
  }

  /** What is open now. */
  *targets(): Iterable<T> {
    for (const { target } of this.shares()) yield target;
  }

  /** What is open now, with how many leases are out on it. */
  *shares(): Iterable<OpenShare<T>> {
    yield* this.#shares.values();
    yield* this.#dedicated;
  }

  /** Closes at once what nobody holds a lease on, without waiting for the idle time. Returns how many. */
  closeIdle(): number {
    let closed = 0;
    for (const share of [...this.#shares.values()]) {
      if (share.idle) {
        share.close();
        closed++;
      }
    }
    return closed;
  }

  /** How many are open. */
  get size(): number {
    return this.#shares.size + this.#dedicated.size;
  }
}
