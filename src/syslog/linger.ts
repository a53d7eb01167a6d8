import { outside } from "./outside.ts";

/** A time without progress is counted in this many steps. */
export const lingerSteps = 4;
/** And all of the time, progress or not, in this many. */
export const allLingerSteps = 10 * lingerSteps;

/** Who hears of a linger. */
export interface LingerListener {
  /** A fourth of the linger time has passed. */
  stepped(): void;
  /** It ended; the process is not held any more. */
  expired(): void;
}

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
  readonly #listener: LingerListener;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #still = 0;
  #all = 0;

  constructor(lingerMs: number, listener: LingerListener) {
    this.#stepMs = lingerMs / lingerSteps;
    this.#listener = listener;
  }

  /** A line came in, or there is a new chance to bring lines out. */
  begin(): void {
    this.#still = 0;
    this.#all = 0;
    if (this.#timer === undefined) this.#wait();
  }

  /** Something came out, and more waits. */
  progress(): void {
    this.#still = 0;
    if (this.#timer === undefined && this.#all < allLingerSteps) this.#wait();
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
    this.#listener.stepped();
    if (this.#still >= lingerSteps || this.#all >= allLingerSteps) this.#listener.expired();
    else if (this.#timer === undefined) this.#wait();
  }

  #wait(): void {
    this.#timer = outside(startTimer, this, this.#stepMs);
  }
}

function startTimer(linger: Linger, ms: number): ReturnType<typeof setTimeout> {
  return setTimeout(step, ms, linger);
}

function step(linger: Linger): void {
  linger.step();
}
