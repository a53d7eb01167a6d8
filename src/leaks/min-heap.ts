/** Numbers by weight, the lightest first. */
export class MinHeap {
  readonly #items: number[] = [];
  readonly #weights: number[] = [];

  push(item: number, weight: number): void {
    let at = this.#items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#weights[parent]! <= weight) break;
      this.#place(at, this.#items[parent]!, this.#weights[parent]!);
      at = parent;
    }
    this.#place(at, item, weight);
  }

  /** Takes the lightest out; undefined if there is none. */
  pop(): number | undefined {
    const top = this.#items[0];
    const item = this.#items.pop();
    const weight = this.#weights.pop();
    if (item === undefined || weight === undefined || this.#items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= this.#items.length) break;
      if (child + 1 < this.#items.length && this.#weights[child + 1]! < this.#weights[child]!) child++;
      if (this.#weights[child]! >= weight) break;
      this.#place(at, this.#items[child]!, this.#weights[child]!);
      at = child;
    }
    this.#place(at, item, weight);
    return top;
  }

  #place(at: number, item: number, weight: number): void {
    this.#items[at] = item;
    this.#weights[at] = weight;
  }
}
