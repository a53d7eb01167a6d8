/** Send and receive buffers of a connection rarely hold more than this, so what was written before has arrived. */
const maxBytes = 4 * 1024 * 1024;
/** What was written longer ago than this, in milliseconds, to a server that answers on its address, has arrived. */
const maxMs = 10_000;

interface Piece {
  /** By a clock that nobody sets. */
  readonly at: number;
  readonly bytes: number;
  readonly count: number;
}

/**
 * What was written last on a connection whose protocol acknowledges nothing. When it is lost, these lines may be lost
 * with it: they were with the kernel of either side, or read and not processed.
 */
export class UnconfirmedWindow {
  #pieces: Piece[] = [];
  #bytes = 0;

  /** `count` lines in `bytes` were taken by the kernel. */
  add(count: number, bytes: number): void {
    this.#pieces.push({ at: performance.now(), bytes, count });
    this.#bytes += bytes;
    while (this.#bytes > maxBytes && this.#pieces.length > 1) this.#bytes -= (this.#pieces.shift() as Piece).bytes;
  }

  /**
   * The connection is lost: how many lines are in doubt. Begins again.
   * @param silent whether the other side did not answer any more, and nobody knows since when
   */
  lose(silent: boolean): number {
    const since = silent ? Number.NEGATIVE_INFINITY : performance.now() - maxMs;
    let count = 0;
    for (const piece of this.#pieces) if (piece.at >= since) count += piece.count;
    this.#pieces = [];
    this.#bytes = 0;
    return count;
  }
}
