// The dead are looked for when so many have come, and again at twice what was left: adding stays cheap in the long run.
const leastLook = 64;

/** Things that are known without being kept, each once, in the order they were added. */
export class WeakCrowd<T extends object> implements Iterable<T> {
  readonly #known = new WeakSet<T>();
  readonly #references = new Set<WeakRef<T>>();
  #lookAt = leastLook;

  /** Adds `thing`, unless it is known already. */
  add(thing: T): void {
    if (this.#known.has(thing)) return;
    this.#known.add(thing);
    if (this.#references.size >= this.#lookAt) this.#look();
    this.#references.add(new WeakRef(thing));
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const reference of this.#references) {
      const thing = reference.deref();
      if (thing === undefined) this.#references.delete(reference);
      else yield thing;
    }
  }

  #look(): void {
    for (const reference of this.#references) {
      if (reference.deref() === undefined) this.#references.delete(reference);
    }
    this.#lookAt = Math.max(leastLook, this.#references.size * 2);
  }
}
