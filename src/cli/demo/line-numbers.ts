/**
 * Numbers the lines of one act, so that the receiver can tell which of them it never saw, and which it saw twice.
 */
export class LineNumbers {
  readonly #act: number;
  #last = 0;

  constructor(act: number) {
    this.#act = act;
  }

  /** The mark of the next line, such as `act=2 line=17`. */
  next(): string {
    this.#last++;
    return `act=${this.#act} line=${this.#last}`;
  }

  /** How many lines were logged. */
  get logged(): number {
    return this.#last;
  }
}

/** Finds the mark in a line that arrived. */
export const lineMark = /\bact=(\d+) line=(\d+)\b/;
