const blockBytes = 64 * 1024;

/** Whole messages, taken together from the front of a queue. */
export interface Batch {
  readonly bytes: Buffer;
  readonly count: number;
}

/** A stretch of memory with messages one after the other. What was taken from it is never written again. */
interface Block {
  readonly bytes: Buffer;
  /** Where each message ends. */
  readonly ends: number[];
  /** The index of the first message that is still queued. */
  first: number;
}

/**
 * Messages that wait, bounded in bytes. They are kept as bytes, not as strings: a string may keep a larger one alive
 * that it was sliced from, and the bound would mean nothing.
 */
export class ByteQueue {
  #blocks: Block[] = [];
  #bytes = 0;
  #count = 0;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that wait. */
  get count(): number {
    return this.#count;
  }

  /** Appends a message of `size` bytes in UTF-8. */
  push(message: string, size: number): void {
    let block = this.#blocks.at(-1);
    if (block === undefined || endOf(block) + size > block.bytes.length) {
      block = { bytes: Buffer.allocUnsafeSlow(Math.max(size, blockBytes)), ends: [], first: 0 };
      // The block before may be empty by now; only the last is kept for what comes.
      if (this.#count === 0) this.#blocks.length = 0;
      this.#blocks.push(block);
    }
    const start = endOf(block);
    block.bytes.write(message, start, size, "utf8");
    block.ends.push(start + size);
    this.#bytes += size;
    this.#count++;
  }

  /** Takes the oldest messages that lie together, at most `maxBytes` and `maxCount`, but at least one. */
  take(maxBytes: number, maxCount = Number.POSITIVE_INFINITY): Batch | undefined {
    const block = this.#front();
    if (block === undefined) return undefined;
    const start = startOf(block);
    let last = block.first;
    while (
      last + 1 < block.ends.length &&
      last + 2 - block.first <= maxCount &&
      (block.ends[last + 1] as number) - start <= maxBytes
    ) {
      last++;
    }
    const end = block.ends[last] as number;
    const count = last + 1 - block.first;
    this.#advance(block, count, end - start);
    return { bytes: block.bytes.subarray(start, end), count };
  }

  /** Throws the oldest message away. Returns its bytes; 0 if there was none. */
  dropOldest(): number {
    const block = this.#front();
    if (block === undefined) return 0;
    const size = (block.ends[block.first] as number) - startOf(block);
    this.#advance(block, 1, size);
    return size;
  }

  /** Throws everything away. Returns how many messages there were. */
  clear(): number {
    const count = this.#count;
    this.#blocks = [];
    this.#bytes = 0;
    this.#count = 0;
    return count;
  }

  #front(): Block | undefined {
    return this.#count === 0 ? undefined : this.#blocks[0];
  }

  #advance(block: Block, count: number, bytes: number): void {
    block.first += count;
    this.#count -= count;
    this.#bytes -= bytes;
    if (block.first < block.ends.length) return;
    if (this.#blocks.length > 1) this.#blocks.shift();
    else {
      // Keep the rest of the memory for the next messages, but not the list of those that went.
      const end = endOf(block);
      block.ends.length = 0;
      block.first = 0;
      this.#blocks[0] = { bytes: block.bytes.subarray(end), ends: block.ends, first: 0 };
    }
  }
}

function endOf(block: Block): number {
  return block.ends.at(-1) ?? 0;
}

function startOf(block: Block): number {
  return block.first === 0 ? 0 : (block.ends[block.first - 1] as number);
}
