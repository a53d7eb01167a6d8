import { SeenNumbers } from "../../../../src/cli/demo/peers/seen-numbers.ts";

/** What arrived of the lines of one kind, which are numbered 1, 2, 3 ... */
export interface Counted {
  readonly different: number;
  /** How often one came that had come before. */
  readonly again: number;
}

/** What arrived. */
export interface Counts {
  /** By the word in front of the number: `line=17`, `line="17"`, `"line":17`. */
  readonly kinds: Readonly<Record<string, Counted>>;
  /** Lines without a mark, or broken ones. */
  readonly garbled: number;
  /** The first of these. */
  readonly example: string | undefined;
  /** Lines that should have been held back. */
  readonly held: number;
}

const mark = /\b(line|own|held)["=:]+(\d+)/g;

/** Counts lines by their marks. Of several in a line the last counts: a formatter's own stands in MSG, after the fields. */
export class TallyMarks {
  readonly #kinds = new Map<string, SeenNumbers>();
  #garbled = 0;
  #example: string | undefined;
  #held = 0;

  see(line: string): void {
    let last: RegExpMatchArray | undefined;
    for (const found of line.matchAll(mark)) last = found;
    const [, kind = "", number] = last ?? [];
    if (kind === "") this.garble(line);
    else if (kind === "held") this.#held++;
    else this.#numbers(kind).see(Number(number));
  }

  garble(line: string): void {
    this.#garbled++;
    this.#example ??= line.slice(0, 500);
  }

  get counts(): Counts {
    const kinds = [...this.#kinds].map(([kind, { different, again }]) => [kind, { different, again }]);
    return {
      kinds: Object.fromEntries(kinds) as Counts["kinds"],
      garbled: this.#garbled,
      example: this.#example,
      held: this.#held,
    };
  }

  #numbers(kind: string): SeenNumbers {
    let numbers = this.#kinds.get(kind);
    if (numbers === undefined) this.#kinds.set(kind, (numbers = new SeenNumbers()));
    return numbers;
  }
}
