type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** A row of numbers of one kind that grows: a tenth of what the same numbers would take as properties of objects. */
export class Column<A extends Numbers> {
  #values: A;
  #length = 0;
  readonly #make: new (
    length: number,
  ) => A;

  constructor(make: new (length: number) => A) {
    this.#make = make;
    this.#values = new make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new this.#make(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }
}
