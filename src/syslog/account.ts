import { tally } from "../port/tally.ts";
import { processTrouble } from "../port/trouble.ts";
import { Linger, type LingerListener } from "./linger.ts";
import { Losses } from "./losses.ts";
import type { TransportCounts } from "./transport-settings.ts";
import { Waiters } from "./waiters.ts";

/**
 * What a transport owes: the lines it has accepted and has neither brought out nor given up, who waits for them, and
 * what has become of the others. While it owes something its linger holds the process.
 */
export class Account {
  readonly counts: TransportCounts = { accepted: 0, sent: 0, dropped: 0, unconfirmed: 0, resent: 0, connections: 0 };
  /** What is to be told in a line. */
  readonly losses = new Losses();
  readonly #destination: string;
  readonly #linger: Linger;
  readonly #waiters = new Waiters();
  #settled = 0;
  #busyBytes = 0;

  constructor(destination: string, lingerMs: number, listener: Pick<LingerListener, "expired">) {
    this.#destination = destination;
    this.#linger = new Linger(lingerMs, {
      stepped: () => this.#waiters.step(),
      expired: () => {
        this.#waiters.release();
        listener.expired();
      },
    });
  }

  /** How many lines are owed. */
  get owed(): number {
    return this.counts.accepted - this.#settled;
  }

  /** Bytes that were taken out of the queue and are not settled; they count against its bound. */
  get busyBytes(): number {
    return this.#busyBytes;
  }

  /** A line was accepted. */
  accept(): void {
    this.counts.accepted++;
    this.#linger.begin();
  }

  /** There is a new chance to bring lines out, or somebody begins to wait for them: the linger begins again. */
  hold(): void {
    this.#linger.begin();
  }

  /** Bytes were taken out of the queue. */
  take(bytes: number): void {
    this.#busyBytes += bytes;
  }

  /** Lines are out. */
  sent(count: number, bytes: number): void {
    this.counts.sent += count;
    this.#settle(count, bytes);
  }

  /** Lines that were owed are given up. */
  lose(count: number, bytes: number, why: string): void {
    this.drop(count, why);
    this.#settle(count, bytes);
  }

  /** Lines that were owed are with the kernel, and what becomes of them will not be known. */
  leave(count: number, bytes: number): void {
    this.doubt(count);
    this.#settle(count, bytes);
  }

  /** Lines of which nobody knows whether they arrived; they were settled before. */
  doubt(count: number): void {
    this.counts.unconfirmed += count;
    this.losses.doubt(count);
  }

  /** Lines are given up that were never owed. */
  drop(count: number, why: string): void {
    tally.dropped += count;
    this.counts.dropped += count;
    // Once until it was told in a line: a full queue drops thousands a second.
    if (!this.losses.drop(count)) return;
    processTrouble.report(
      "SCOPELOG_WARN_DROPPED",
      `Lines for ${this.#destination} are given up: ${why}. They are counted in stats().dropped.`,
      { key: this.#destination },
    );
  }

  /** Gives up all that is owed. */
  abandon(why: string): void {
    if (this.owed > 0) this.lose(this.owed, this.#busyBytes, why);
    this.#linger.end();
  }

  /** Resolves when what is owed now is settled, or nothing was for a linger time. */
  wait(): Promise<void> {
    if (this.owed === 0) return Promise.resolve();
    // The process must not end under those who wait.
    this.#linger.begin();
    return this.#waiters.wait(this.counts.accepted);
  }

  #settle(count: number, bytes: number): void {
    this.#settled += count;
    this.#busyBytes -= bytes;
    this.#waiters.reach(this.#settled);
    if (this.owed === 0) this.#linger.end();
    else this.#linger.progress();
  }
}
