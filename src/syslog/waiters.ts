import { allLingerSteps, lingerSteps } from "./linger.ts";

interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
  /** Steps of the linger without progress, and all of them. */
  still: number;
  all: number;
}

/** Those who wait until so many lines are settled, each no longer than a linger without progress. */
export class Waiters {
  #waiters: Waiter[] = [];

  /** Resolves when `count` lines are settled, or the linger of this call is over. */
  wait(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ until: count, resolve, still: 0, all: 0 }));
  }

  /** So many lines are settled now; the number never goes down. */
  reach(count: number): void {
    while (this.#waiters.length > 0 && (this.#waiters[0] as Waiter).until <= count) this.#waiters.shift()?.resolve();
    for (const waiter of this.#waiters) waiter.still = 0;
  }

  /** A step of the linger has passed. New lines do not matter to those who wait for the old ones. */
  step(): void {
    this.#waiters = this.#waiters.filter((waiter) => {
      const waits = ++waiter.still < lingerSteps && ++waiter.all < allLingerSteps;
      if (!waits) waiter.resolve();
      return waits;
    });
  }

  /** Lets everybody go. */
  release(): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }
}
