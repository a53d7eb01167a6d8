/** A map that never has more than `limit` keys: the one that was set first makes room for a new one. */
export class BoundedMap<V> {
  readonly #limit: number;
  readonly #values = new Map<string, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  /** Sets a value; returns the one that made room, if any. */
  set(key: string, value: V): V | undefined {
    let evicted: V | undefined;
    if (this.#values.size >= this.#limit && !this.#values.has(key)) {
      evicted = this.oldest();
      this.deleteOldest();
    }
    this.#values.set(key, value);
    return evicted;
  }

  /** The value that was set first. */
  oldest(): V | undefined {
    return this.#values.values().next().value;
  }

  deleteOldest(): void {
    for (const key of this.#values.keys()) {
      this.#values.delete(key);
      return;
    }
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
