import { ScopelogError } from "../port/codes.ts";

/** A clock that stands still until it is told to go; end it to have the real one back. */
export interface FakeClock extends Disposable {
  /** What `Date.now()` says. */
  readonly now: number;
  /** How many timers wait. */
  readonly timers: number;
  /**
   * Lets `ms` milliseconds pass at once. What is due on the way is called in order, each at its own time; what it
   * throws is thrown here.
   */
  tick(ms: number): void;
  /** The same, with turns for promises after each timer: for timers that are set by what follows an `await`. */
  tickAsync(ms: number): Promise<void>;
}

const replaced = ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] as const;

let inPlace: FakeClock | undefined;

/**
 * Puts a clock in place of `Date.now`, `performance.now`, `setTimeout`, `setInterval` and their clear functions:
 * `using clock = fakeClock()`. `new Date()` without arguments, `setImmediate` and the timers of `node:timers` stay real.
 * @param start what `Date.now()` says first: a `Date`, or milliseconds since 1970-01-01 UTC. Default: the real time
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if `start` is no time, or another fake clock is in place
 */
export function fakeClock(start: number | Date = Date.now()): FakeClock {
  if (!Number.isFinite(Number(start))) throw new ScopelogError("ERR_SCOPELOG_OPTION", "start is not a time");
  if (inPlace !== undefined) throw new ScopelogError("ERR_SCOPELOG_OPTION", "another fake clock is in place");
  const timers = new TimerQueue(Number(start));
  const globals = globalThis as unknown as Record<string, unknown>;
  const before = replaced.map((name) => [name, globals[name]] as const);
  const dateNow = Date.now;
  const performanceNow = Object.getOwnPropertyDescriptor(performance, "now");
  const performanceStart = performance.now() - timers.now;

  Date.now = () => timers.now;
  Object.defineProperty(performance, "now", {
    value: () => performanceStart + timers.now,
    writable: true,
    configurable: true,
  });
  const set =
    (repeats: boolean) =>
    (callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
      timers.add(callback, args, ms, repeats);
  globals["setTimeout"] = set(false);
  globals["setInterval"] = set(true);
  globals["clearTimeout"] = globals["clearInterval"] = (timer: unknown) => timers.clear(timer);

  const clock: FakeClock = {
    get now() {
      return timers.now;
    },
    get timers() {
      return timers.size;
    },
    tick(ms) {
      const end = timers.now + checkMs(ms);
      while (timers.fireNext(end));
    },
    async tickAsync(ms) {
      const end = timers.now + checkMs(ms);
      await settlePromises();
      while (timers.fireNext(end)) await settlePromises();
    },
    [Symbol.dispose]() {
      if (inPlace !== clock) return;
      inPlace = undefined;
      for (const [name, value] of before) globals[name] = value;
      Date.now = dateNow;
      if (performanceNow === undefined) delete (performance as { now?: unknown }).now;
      else Object.defineProperty(performance, "now", performanceNow);
    },
  };
  inPlace = clock;
  return clock;
}

function checkMs(ms: number): number {
  if (ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw new ScopelogError("ERR_SCOPELOG_OPTION", "ms is a number of milliseconds, not negative");
}

// Enough for chains of awaits, and no turn of the event loop: real sockets and files do not get ahead of the clock.
async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await undefined;
}

class TimerQueue {
  now: number;
  #last = 0;
  readonly #timers = new Map<number, FakeTimer>();

  constructor(now: number) {
    this.now = now;
  }

  get size(): number {
    return this.#timers.size;
  }

  add(callback: (...args: unknown[]) => void, args: unknown[], ms: number | undefined, repeats: boolean): FakeTimer {
    // As real timers do: at least one millisecond, else an interval of nothing would never let the time pass.
    const delay = ms !== undefined && ms >= 1 ? Math.trunc(ms) : 1;
    const timer = new FakeTimer(this, ++this.#last, () => callback(...args), delay, repeats);
    this.start(timer);
    return timer;
  }

  start(timer: FakeTimer): void {
    timer.due = this.now + timer.delay;
    this.#timers.delete(timer.id);
    this.#timers.set(timer.id, timer);
  }

  clear(timer: unknown): void {
    if (timer !== null && timer !== undefined) this.#timers.delete(Number(timer));
  }

  /** Goes to the next timer that is due by `end` and calls it; to `end`, and returns false, if there is none. */
  fireNext(end: number): boolean {
    let next: FakeTimer | undefined;
    for (const timer of this.#timers.values()) {
      if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
    }
    this.now = next === undefined ? end : Math.max(this.now, next.due);
    if (next === undefined) return false;
    if (next.repeats) this.start(next);
    else this.#timers.delete(next.id);
    next.callback();
    return true;
  }
}

/** What `setTimeout` returns: an object as on Node, that is a number as in browsers where a number is wanted. */
class FakeTimer {
  readonly id: number;
  readonly callback: () => void;
  readonly delay: number;
  readonly repeats: boolean;
  due = 0;
  readonly #queue: TimerQueue;

  constructor(queue: TimerQueue, id: number, callback: () => void, delay: number, repeats: boolean) {
    this.#queue = queue;
    this.id = id;
    this.callback = callback;
    this.delay = delay;
    this.repeats = repeats;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#queue.start(this);
    return this;
  }

  close(): void {
    this.#queue.clear(this);
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
