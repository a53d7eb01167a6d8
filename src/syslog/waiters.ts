interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
}

/** Those who wait until a count is reached. */
export class Waiters {
  #waiters: Waiter[] = [];

  /** Resolves when `reach` is called with `count` or more, or everybody is released. */
  wait(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiters.push({ until: count, resolve }));
  }

  /** The count is `count` now; it never goes down. */
  reach(count: number): void {
    while (this.#waiters.length > 0 && (this.#waiters[0] as Waiter).until <= count) this.#waiters.shift()?.resolve();
  }

  /** Lets everybody go. */
  release(): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }
}
