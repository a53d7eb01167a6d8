/** How long to wait before a lost connection is tried again. */
export interface ReconnectOptions {
  /** The first wait, in milliseconds; 100 if absent. */
  readonly minMs?: number | undefined;
  /** The longest wait, in milliseconds; 30,000 if absent. */
  readonly maxMs?: number | undefined;
}

/**
 * Waits that double from `minMs` to `maxMs`. Each is drawn from its upper half, so that a thousand clients of one
 * server do not come back in the same moment.
 */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#nextMs = minMs;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(this.#maxMs, ms * 2);
    return ms / 2 + Math.random() * (ms / 2);
  }

  /** Begins again with the shortest. */
  reset(): void {
    this.#nextMs = this.#minMs;
  }
}
