/** A text of which each scope has a part, to look for words in. */
export class Searched {
  readonly #text: string;
  /** Where the part of each scope begins; one more than there are scopes. */
  readonly #at: Uint32Array;
  /** The text in small letters, made when it is first needed; undefined if that would move them. */
  #small: string | undefined | null = null;

  constructor(text: string, at: Uint32Array) {
    this.#text = text;
    this.#at = at;
  }

  /** Marks the scopes that have the word, which is in small letters, with a 1. */
  find(word: string, found: Uint8Array): void {
    const at = this.#at;
    let scope = 0;
    const mark = (place: number): number => {
      while ((at[scope + 1] as number) <= place) scope++;
      found[scope] = 1;
      // One find is enough for a scope.
      return at[scope + 1] as number;
    };
    const text = this.#text;
    const small = this.#lower(text);
    if (small !== undefined) {
      for (let place = small.indexOf(word); place !== -1; place = small.indexOf(word, place)) place = mark(place);
      return;
    }
    const pattern = new RegExp(word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "gi");
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
      pattern.lastIndex = mark(match.index);
  }

  // Some letters have a small form of another length: then the places would no longer be right.
  #lower(text: string): string | undefined {
    if (this.#small === null) {
      const small = text.toLowerCase();
      this.#small = small.length === text.length ? small : undefined;
    }
    return this.#small;
  }
}
