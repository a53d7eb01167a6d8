import { Column } from "./column.ts";

const blockBytes = 1024 * 1024;

/** The lines that are kept, as bytes and columns of numbers instead of objects and strings. */
export class LineStore {
  readonly #scopes = new Column(Uint32Array);
  readonly #times = new Column(Float64Array);
  readonly #levels = new Column(Uint8Array);
  readonly #chars = new Column(Uint32Array);
  readonly #bytes = new Column(Uint32Array);
  readonly #blocks: Buffer[] = [];
  /** How many bytes of the last block are in use. */
  #used = blockBytes;
  /** Where each line's text begins, in bytes from the begin of the first block. */
  readonly #starts = new Column(Float64Array);
  /** Characters in all. */
  characters = 0;

  get length(): number {
    return this.#times.length;
  }

  add(scope: number, time: number, level: number, text: string): void {
    const size = Buffer.byteLength(text);
    // The limits of a line's text keep it far below a block.
    if (this.#blocks.length === 0 || this.#used + size > blockBytes) {
      this.#blocks.push(Buffer.allocUnsafeSlow(blockBytes));
      this.#used = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1] as Buffer;
    block.write(text, this.#used);
    this.#starts.push((this.#blocks.length - 1) * blockBytes + this.#used);
    this.#used += size;
    this.#scopes.push(scope);
    this.#times.push(time);
    this.#levels.push(level);
    this.#chars.push(text.length);
    this.#bytes.push(size);
    this.characters += text.length;
  }

  scope(index: number): number {
    return this.#scopes.at(index);
  }

  time(index: number): number {
    return this.#times.at(index);
  }

  level(index: number): number {
    return this.#levels.at(index);
  }

  /** The length of the text in characters (UTF-16), as the page counts. */
  chars(index: number): number {
    return this.#chars.at(index);
  }

  /** Its length in bytes (UTF-8). */
  bytes(index: number): number {
    return this.#bytes.at(index);
  }

  /** Copies the text of a line into `target`. */
  copy(index: number, target: Buffer, at: number): void {
    const start = this.#starts.at(index);
    const from = start % blockBytes;
    (this.#blocks[Math.floor(start / blockBytes)] as Buffer).copy(target, at, from, from + this.#bytes.at(index));
  }
}
