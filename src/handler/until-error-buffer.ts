import { tally } from "../port/tally.ts";
import type { LogRecord } from "../record/log-record.ts";

/** What all buffers of the process may hold together, in bytes as estimated, if nothing else is said. */
export const defaultBufferBudget = 16 * 1024 * 1024;

/** How many records one buffer holds, if nothing else is said. */
export const defaultBufferLimit = 1000;

const account = { used: 0, budget: defaultBufferBudget };

/** Bytes that are held in all buffers of the process now, as estimated. */
export function bufferedBytes(): number {
  return account.used;
}

/** Sets what all buffers of the process may hold together; undefined goes back to 16 MiB. */
export function setBufferBudget(bytes: number | undefined): void {
  account.budget = bytes ?? defaultBufferBudget;
}

/** What one buffer has in the account. Apart from it, so that a forgotten scope's share can be given back without it. */
class Deposit implements Disposable {
  bytes = 0;

  add(bytes: number): void {
    this.bytes += bytes;
    account.used += bytes;
  }

  [Symbol.dispose](): void {
    this.add(-this.bytes);
  }
}

interface Held<P> {
  readonly record: LogRecord;
  readonly place: P;
  readonly bytes: number;
}

/**
 * Holds records that may never matter, until one comes that says they do. Bounded by a number of records of its own
 * and by the bytes of all buffers together; the oldest make room, and are counted as dropped.
 */
export class UntilErrorBuffer<P> {
  /** The lowest level that sets the held records free. */
  readonly until: number;
  /** Records that had to make room. */
  dropped = 0;
  readonly #limit: number;
  readonly #deposit = new Deposit();
  #held: Held<P>[] = [];
  #open = false;

  constructor(until: number, limit = defaultBufferLimit) {
    this.until = until;
    this.#limit = limit;
  }

  /** What to give back if the buffer is forgotten. */
  get resource(): Disposable {
    return this.#deposit;
  }

  /** Whether it went wrong already, so that nothing is held any more. */
  get open(): boolean {
    return this.#open;
  }

  /** Bytes held, as estimated. */
  get bytes(): number {
    return this.#deposit.bytes;
  }

  /** Holds a record, with the place it is to go on from. */
  hold(record: LogRecord, place: P): void {
    const bytes = estimate(record);
    while (this.#held.length > 0 && (this.#held.length >= this.#limit || account.used + bytes > account.budget)) {
      this.#deposit.add(-(this.#held.shift() as Held<P>).bytes);
      this.#drop();
    }
    if (account.used + bytes > account.budget) {
      this.#drop();
      return;
    }
    this.#held.push({ record, place, bytes });
    this.#deposit.add(bytes);
  }

  /** It went wrong: hands over what was held, in order, and holds nothing from now on. */
  release(goOn: (record: LogRecord, place: P) => void): void {
    const held = this.#held;
    this.close();
    for (const { record, place } of held) goOn(record, place);
  }

  /** It went well: forgets what was held, and holds nothing from now on. */
  close(): void {
    this.#open = true;
    this.#held = [];
    this.#deposit[Symbol.dispose]();
  }

  #drop(): void {
    this.dropped++;
    tally.dropped++;
  }
}

const recordBytes = 200;
const valueBytes = 16;

// An estimate is enough for a bound: texts by their length, everything else by the size of a slot.
function estimate({ message, fields, error }: LogRecord): number {
  let bytes = recordBytes + message.length;
  try {
    for (const [key, value] of Object.entries(fields ?? {})) {
      bytes += key.length + (typeof value === "string" ? value.length : valueBytes);
    }
    if (error instanceof Error && typeof error.stack === "string") bytes += error.stack.length;
  } catch {
    // A getter or a proxy: no reason to lose the line.
  }
  return bytes;
}
