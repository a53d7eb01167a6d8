import { tally } from "../port/tally.ts";
import { processTrouble } from "../port/trouble.ts";

/** The lines that one transport gave up: counted in `tally`, reported once an episode, and told in the next line that gets through. */
export class Drops {
  readonly #destination: string;
  #reported = false;
  #untold = 0;
  /** Lines that were given up so far. */
  total = 0;
  /** Lines that were given up and that a line has to tell of now; 0 while nothing gets through. */
  owing = 0;

  constructor(destination: string) {
    this.#destination = destination;
  }

  /** Counts `lines` as given up. */
  add(lines: number, why: string, cause?: unknown): void {
    if (lines === 0) return;
    tally.dropped += lines;
    this.total += lines;
    this.#untold += lines;
    if (this.#reported) return;
    this.#reported = true;
    const message = `${this.#destination}: log lines are given up, ${why}.`;
    processTrouble.report("SCOPELOG_WARN_DROPPED", message, {
      key: this.#destination,
      ...(cause === undefined ? undefined : { cause }),
    });
  }

  /** The episode is over: lines get through again. */
  end(): void {
    this.#reported = false;
    this.owing = this.#untold;
  }

  /** The number that is owed, once. */
  take(): number {
    const lines = this.owing;
    this.#untold -= lines;
    this.owing = 0;
    return lines;
  }
}
