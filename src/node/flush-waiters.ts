/**
 * Those who wait in `flush()`. Waiting is bounded: something that will not take a byte must not hold up a shutdown for
 * ever.
 */
export class FlushWaiters {
  readonly #release = new Set<() => void>();

  get size(): number {
    return this.#release.size;
  }

  /**
   * Resolves at the next `settle`, at the latest after `ms` milliseconds.
   * @param alive whether the process stays alive for it
   */
  wait(ms: number, alive: boolean): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        clearTimeout(timer);
        this.#release.delete(release);
        resolve();
      };
      const timer = setTimeout(release, ms);
      if (!alive) timer.unref();
      this.#release.add(release);
    });
  }

  /** Everything taken so far is written, or known to be lost. */
  settle(): void {
    for (const release of [...this.#release]) release();
  }
}
