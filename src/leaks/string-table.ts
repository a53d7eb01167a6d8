/**
 * The strings of a heap snapshot, kept as the bytes they came in and decoded one by one when asked for: most of them
 * never are.
 */
export class StringTable {
  readonly #bytes: Buffer;
  readonly #bounds: Uint32Array;
  readonly #decoded = new Map<number, string>();

  /**
   * @param bytes the JSON text of the strings
   * @param bounds start and end of each string in it, without the quotes
   */
  constructor(bytes: Buffer, bounds: Uint32Array) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#bounds.length >> 1;
  }

  /** The string at `index`; `""` if there is none. */
  get(index: number): string {
    const known = this.#decoded.get(index);
    if (known !== undefined) return known;
    const text = this.#decode(index);
    this.#decoded.set(index, text);
    return text;
  }

  /** The index of `text`, or -1. Snapshots hold every string once. */
  indexOf(text: string): number {
    const raw = JSON.stringify(text);
    for (let at = this.#bytes.indexOf(raw); at >= 0; at = this.#bytes.indexOf(raw, at + 1)) {
      const index = this.#stringAround(at + 1, 0);
      // The quote may also be an escaped one, in the middle of a longer string.
      if (this.#bounds[index * 2] === at + 1) return index;
    }
    if (/^[ !#-[\]-~]*$/.test(text)) return -1;
    // V8 escapes what JSON.stringify does not.
    for (let index = 0; index < this.size; index++) {
      if (this.#length(index) >= text.length && this.#decode(index) === text) return index;
    }
    return -1;
  }

  /** The indices of all strings that contain `part`, an ASCII text without quotes or backslashes. */
  *containing(part: string): Iterable<number> {
    const bounds = this.#bounds;
    let index = 0;
    for (let at = this.#bytes.indexOf(part); at >= 0; at = this.#bytes.indexOf(part, at + 1)) {
      index = this.#stringAround(at, index);
      if (at < bounds[index * 2 + 1]!) yield index;
    }
  }

  /** The last string that starts at or before `offset`, which is not before the one at `from`. */
  #stringAround(offset: number, from: number): number {
    let low = from;
    let high = this.size - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#bounds[middle * 2]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #length(index: number): number {
    return this.#bounds[index * 2 + 1]! - this.#bounds[index * 2]!;
  }

  #escaped(index: number): boolean {
    const close = this.#bounds[index * 2 + 1]!;
    for (let at = this.#bounds[index * 2]!; at < close; at++) {
      const byte = this.#bytes[at]!;
      if (byte === backslash || byte > 127) return true;
    }
    return false;
  }

  #decode(index: number): string {
    if (index < 0 || index >= this.size) return "";
    const start = this.#bounds[index * 2]!;
    const end = this.#bounds[index * 2 + 1]!;
    if (!this.#escaped(index)) return this.#bytes.toString("latin1", start, end);
    const raw = this.#bytes.toString("utf8", start, end);
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      // A string that was cut in the middle of an escape.
      return raw;
    }
  }
}

const backslash = 92;
