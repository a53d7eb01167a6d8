/** What was lost and not yet told in a line, and how it is told. */
export class Losses {
  #drops = 0;
  #doubts = 0;
  // What the last line told.
  #toldDrops = 0;
  #toldDoubts = 0;

  /** Lines were given up. Returns whether they are the first since it was told. */
  drop(count: number): boolean {
    const first = this.#drops === 0;
    this.#drops += count;
    return first;
  }

  /** Lines may not have arrived. */
  doubt(count: number): void {
    this.#doubts += count;
  }

  /** Whether there is something to tell. */
  get untold(): boolean {
    return this.#drops + this.#doubts > 0;
  }

  /** The text that tells it: `3 messages dropped, up to 7 messages unconfirmed`. */
  tell(): string {
    const parts: string[] = [];
    if (this.#drops > 0) parts.push(`${messages(this.#drops)} dropped`);
    if (this.#doubts > 0) parts.push(`up to ${messages(this.#doubts)} unconfirmed`);
    this.#toldDrops = this.#drops;
    this.#toldDoubts = this.#doubts;
    this.#drops = 0;
    this.#doubts = 0;
    return parts.join(", ");
  }

  /** The line that told it did not get through: it is to be told again. */
  untell(): void {
    this.#drops += this.#toldDrops;
    this.#doubts += this.#toldDoubts;
    this.#toldDrops = 0;
    this.#toldDoubts = 0;
  }
}

function messages(count: number): string {
  return count === 1 ? "1 message" : `${count} messages`;
}
