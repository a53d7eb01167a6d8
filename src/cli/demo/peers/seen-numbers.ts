/** Which of the numbers 1, 2, 3 ... were seen: one bit each. */
export class SeenNumbers {
  /** How many different ones. */
  different = 0;
  /** How often one came that was there before. */
  again = 0;
  #bits = new Uint8Array(1024);

  see(number: number): void {
    const index = number >>> 3;
    const bit = 1 << (number & 7);
    while (index >= this.#bits.length) this.#grow();
    const byte = this.#bits[index] as number;
    if ((byte & bit) !== 0) this.again++;
    else {
      this.#bits[index] = byte | bit;
      this.different++;
    }
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bits.length * 2);
    larger.set(this.#bits);
    this.#bits = larger;
  }
}
