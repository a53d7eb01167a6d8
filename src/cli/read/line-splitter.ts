/** A line longer than the limit, which is not held: what it begins with, and how long it was. */
export class LongLine {
  readonly start: string;
  /** Without the end of the line. */
  readonly bytes: number;

  constructor(start: string, bytes: number) {
    this.start = start;
    this.bytes = bytes;
  }
}

// What is shown of a line that is too long.
const startBytes = 256;

/**
 * Cuts bytes into lines. It holds no more than one unfinished line, and of that no more than the limit. Lines end with
 * LF or CR LF; a character that two chunks share is whole, since only whole lines are decoded.
 */
export class LineSplitter {
  readonly #limit: number;
  #held = Buffer.alloc(0);
  #length = 0;
  /** The length of the line so far that is too long; 0 if there is none. */
  #long = 0;
  #start = "";

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a line has begun and not yet ended. */
  get pending(): boolean {
    return this.#length > 0 || this.#long > 0;
  }

  /** Adds the lines that `chunk` ends to `lines`. The chunk is not held: its memory may be used again. */
  push(chunk: Buffer, lines: (string | LongLine)[]): void {
    const last = chunk.lastIndexOf(10);
    if (last === -1) {
      this.#hold(chunk);
      return;
    }
    let from = 0;
    if (this.pending) {
      const first = chunk.indexOf(10);
      this.#hold(chunk.subarray(0, first));
      this.#flush(lines);
      from = first + 1;
    }
    if (from <= last) this.#split(chunk.toString("utf8", from, last + 1), lines);
    if (last + 1 < chunk.length) this.#hold(chunk.subarray(last + 1));
  }

  /** The line that nothing ended, if there is one. */
  end(): string | LongLine | undefined {
    const lines: (string | LongLine)[] = [];
    if (this.pending) this.#flush(lines);
    return lines[0];
  }

  #split(text: string, lines: (string | LongLine)[]): void {
    const limit = this.#limit;
    let from = 0;
    for (let to = text.indexOf("\n"); to !== -1; to = text.indexOf("\n", from)) {
      const end = to > from && text.charCodeAt(to - 1) === 13 ? to - 1 : to;
      const line = text.slice(from, end);
      // Three bytes are the most that one unit of a string takes in UTF-8.
      const long = line.length * 3 > limit && Buffer.byteLength(line) > limit;
      lines.push(long ? new LongLine(line.slice(0, startBytes), Buffer.byteLength(line)) : line);
      from = to + 1;
    }
  }

  #hold(part: Buffer): void {
    if (this.#long > 0) {
      this.#long += part.length;
      return;
    }
    const length = this.#length + part.length;
    if (length > this.#limit + 1) {
      const start = Buffer.concat([this.#held.subarray(0, this.#length), part.subarray(0, startBytes)]);
      this.#start = withoutTorn(start.toString("utf8", 0, startBytes));
      this.#long = length;
      this.#length = 0;
      this.#held = Buffer.alloc(0);
      return;
    }
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(this.#held.length * 2, this.#limit + 1), 4096));
      this.#held.copy(grown, 0, 0, this.#length);
      this.#held = grown;
    }
    part.copy(this.#held, this.#length);
    this.#length = length;
  }

  #flush(lines: (string | LongLine)[]): void {
    if (this.#long > 0) lines.push(new LongLine(this.#start, this.#long));
    else {
      const cr = this.#held[this.#length - 1] === 13;
      const end = cr ? this.#length - 1 : this.#length;
      const text = this.#held.toString("utf8", 0, end);
      lines.push(end > this.#limit ? new LongLine(text.slice(0, startBytes), end) : text);
    }
    this.#long = 0;
    this.#length = 0;
    this.#start = "";
  }
}

// The cut may go through a character.
function withoutTorn(text: string): string {
  return text.replace(/\ufffd+$/, "");
}
