/** A time without progress is counted in this many steps. */
const steps = 4;
/** And all of the time, progress or not, in this many. */
const allSteps = 10 * steps;

/**
 * Keeps the process alive while a transport has lines to bring out, but not for ever: its timer is the only thing of
 * a transport that does. It ends when nothing came out and no line came in for the linger time, and in any case ten
 * linger times after the last line came in.
 *
 * Time is counted in steps of a loop that turns: a program that blocks the loop for a minute and then ends has not
 * used up the linger of lines that had no chance.
 */
export class Linger {
  readonly #stepMs: number;
  readonly #expired: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #still = 0;
  #all = 0;

  /** @param expired called when the linger ended; the process is not held any more */
  constructor(lingerMs: number, expired: () => void) {
    this.#stepMs = lingerMs / steps;
    this.#expired = expired;
  }

  /** A line came in. */
  begin(): void {
    this.#still = 0;
    this.#all = 0;
    if (this.#timer === undefined) this.#timer = setTimeout(step, this.#stepMs, this);
  }

  /** Something came out, and more waits. */
  progress(): void {
    this.#still = 0;
    if (this.#timer === undefined && this.#all < allSteps) this.#timer = setTimeout(step, this.#stepMs, this);
  }

  /** Nothing waits. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @internal */
  step(): void {
    this.#timer = undefined;
    this.#still++;
    this.#all++;
    if (this.#still >= steps || this.#all >= allSteps) this.#expired();
    else this.#timer = setTimeout(step, this.#stepMs, this);
  }
}

function step(linger: Linger): void {
  linger.step();
}
