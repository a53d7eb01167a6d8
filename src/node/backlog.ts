/** Lines that were encoded and not yet written, or written in part. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** How much of it is written. */
  offset: number;
  readonly lines: number;
}

const LF = 10;

/** What waits while a file cannot be written: whole lines in order, with their bytes and number. */
export class Backlog {
  readonly #chunks: Chunk[] = [];
  #bytes = 0;
  #lines = 0;

  /** Bytes that are not written yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that are not wholly written yet, counted by chunks. */
  get lines(): number {
    return this.#lines;
  }

  get head(): Readonly<Chunk> | undefined {
    return this.#chunks[0];
  }

  /** @param written how many of the bytes are written already */
  push(bytes: Uint8Array, lines: number, written = 0): void {
    this.#chunks.push({ bytes, offset: written, lines });
    this.#bytes += bytes.length - written;
    this.#lines += lines;
  }

  /** Notes that `written` more bytes of the head are out. */
  advance(written: number): void {
    const head = this.#chunks[0] as Chunk;
    head.offset += written;
    this.#bytes -= written;
    if (head.offset < head.bytes.length) return;
    this.#chunks.shift();
    this.#lines -= head.lines;
  }

  /** Goes back to the start of a line of which a part was written: in another file it must be whole. */
  rewind(): void {
    const head = this.#chunks[0];
    if (head === undefined || head.offset === 0) return;
    const start = head.bytes.lastIndexOf(LF, head.offset - 1) + 1;
    this.#bytes += head.offset - start;
    head.offset = start;
  }

  /** Gives up the oldest chunk of which nothing is written. Returns its lines, 0 if there is none. */
  dropOldest(): number {
    const index = this.#chunks[0]?.offset === 0 ? 0 : 1;
    const [dropped] = this.#chunks.splice(index, 1);
    if (dropped === undefined) return 0;
    this.#bytes -= dropped.bytes.length;
    this.#lines -= dropped.lines;
    return dropped.lines;
  }

  /** Gives up everything. Returns the lines. */
  clear(): number {
    const lines = this.#lines;
    this.#chunks.length = 0;
    this.#bytes = 0;
    this.#lines = 0;
    return lines;
  }
}
