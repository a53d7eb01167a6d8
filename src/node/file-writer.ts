import { meetShortage } from "../lifetime/budget.ts";
import { processTrouble } from "../port/trouble.ts";
import { Backlog } from "./backlog.ts";
import type { Drops } from "./drops.ts";
import { errorCode, isBusy, isFull, isGone, mayPass } from "./file-errors.ts";
import { FlushWaiters } from "./flush-waiters.ts";
import type { LogFile } from "./log-file.ts";
import { pause } from "./pause.ts";
import type { QueueSettings } from "./queue-options.ts";
import type { Rotation } from "./rotation.ts";

// When what could not be written is tried again, in milliseconds; doubled each time.
const retryMs = { first: 10, last: 1000 };

// Counting the bytes of a short batch costs 0.2 µs, a fifteenth of a `sync` line. A pipe takes so much wholly or not at
// all (POSIX: PIPE_BUF), a file unless the disk is full, and then the next write fails: see `#proveLast`.
const atomicLength = 4096;

// A usual batch is encoded here: then its bytes are counted already, for which Node 24 takes three quarters as long as for
// writing them.
// It is good until the next one: between the two nothing may be reported, whoever hears of it may log.
let scratch: Buffer | undefined;
const scratchBytes = 64 * 1024;

/** Writes batches of whole lines to a file. What cannot be written waits in a bounded backlog and is tried again. */
export class FileWriter {
  readonly rotation: Rotation | undefined;
  /** Whether a busy descriptor was not yet waited for in this episode. */
  patient = true;
  readonly #file: LogFile;
  readonly #drops: Drops;
  readonly #queue: QueueSettings;
  readonly #backlog = new Backlog();
  readonly #waiters = new FlushWaiters();
  #retryTimer: NodeJS.Timeout | undefined;
  #retryMs = retryMs.first;
  /** The last batch of which as many bytes were written as it has UTF-16 units. */
  #last = "";
  /** Why the last write failed; undefined while writing goes well. */
  #failure: unknown;
  #closed = false;

  /** @throws the system's error if the file cannot be opened, unless trying again later may help */
  constructor(file: LogFile, rotation: Rotation | undefined, queue: QueueSettings, drops: Drops) {
    this.#file = file;
    this.rotation = rotation;
    this.#queue = queue;
    this.#drops = drops;
    try {
      this.#open();
    } catch (error) {
      if (!mayPass(error)) throw error;
      this.#stall(error);
    }
  }

  /** Bytes that could not be written yet. */
  get waiting(): number {
    return this.#backlog.bytes;
  }

  /** How large the file will be when all of it is written. */
  get size(): number {
    return this.#file.bytes + this.#backlog.bytes;
  }

  /** Writes `batch`, after what waits. True if everything is out. */
  put(batch: string, lines: number): boolean {
    if (this.#backlog.bytes !== 0) {
      this.#backlog.push(Buffer.from(batch), lines);
      return this.drain();
    }
    const short = batch.length <= atomicLength;
    let size = batch.length;
    let written = 0;
    try {
      if (this.rotation !== undefined) this.#rollIfFull(Buffer.byteLength(batch));
      this.#open();
      if (short) written = this.#file.write(batch);
      else {
        const bytes = encode(batch);
        size = bytes.length;
        written = this.#file.writeFrom(bytes, 0);
      }
    } catch (error) {
      this.#proveLast();
      this.#backlog.push(Buffer.from(batch), lines);
      return this.#stall(error);
    }
    this.#last = short && written === size ? batch : "";
    if (written !== size && !(short && written === Buffer.byteLength(batch))) {
      // A part was taken: what keeps the rest out shows when it is tried.
      this.#backlog.push(Buffer.from(batch), lines, written);
      return this.drain();
    }
    return this.#failure === undefined || this.#recover();
  }

  /** Tries to write what waits. True if everything is out. */
  drain(): boolean {
    if (this.#backlog.bytes === 0) return true;
    try {
      for (let head = this.#backlog.head; head !== undefined; head = this.#backlog.head) {
        if (head.offset === 0) this.#rollIfFull(head.bytes.length);
        this.#open();
        this.#backlog.advance(this.#file.writeFrom(head.bytes, head.offset));
        // A reader that is slow and reads is not made to wait.
        this.#retryMs = retryMs.first;
      }
    } catch (error) {
      return this.#stall(error);
    }
    return this.#recover();
  }

  /** Stands still while a busy descriptor makes progress; gives up after `patienceMs` without any. True if all is out. */
  drainPatiently(patienceMs: number): boolean {
    for (let waited = 0; isBusy(this.#failure) && waited < patienceMs; waited += 5) {
      pause(5);
      const before = this.#backlog.bytes;
      if (this.drain()) return true;
      if (this.#backlog.bytes < before) waited = 0;
    }
    return this.#backlog.bytes === 0;
  }

  /** Whether a line of `size` bytes still fits beside what waits; makes room by giving up older lines if that was chosen. */
  admit(size: number): boolean {
    const { maxBytes, overflow } = this.#queue;
    while (this.#backlog.bytes + size > maxBytes) {
      const oldest = overflow === "drop-oldest" ? this.#backlog.dropOldest() : 0;
      this.#drops.add(oldest || 1, `${maxBytes} bytes wait already`, this.#failure);
      if (oldest === 0) return false;
    }
    return true;
  }

  /** Goes on in a new file of the same path. A failure is reported; the old file stays. */
  reopen(): void {
    if (this.#closed) return;
    try {
      const { other, closeError } = this.#file.reopen();
      if (other) this.#backlog.rewind();
      if (closeError !== undefined) this.#report("cannot be closed", closeError);
      this.#takeUp();
    } catch (error) {
      this.#report("cannot be opened anew", error);
    }
    this.drain();
  }

  /** Begins a new file, unless lines wait for the old one. */
  roll(): void {
    if (this.#closed || this.#backlog.bytes !== 0) return;
    try {
      this.rotation?.rotate(this.#file);
    } catch (error) {
      this.#report("cannot be rotated", error);
    }
  }

  /** Resolves when nothing waits, at the latest after `ms` milliseconds. */
  wait(ms: number, alive: boolean): Promise<void> {
    if (alive) this.#retryTimer?.ref();
    return this.#waiters.wait(ms, alive);
  }

  /** Gives up what waits. Returns how many lines. */
  abandon(why: string): number {
    const lines = this.#backlog.clear();
    this.#drops.add(lines, why, this.#failure);
    this.#waiters.settle();
    return lines;
  }

  /** Closes the file. Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    try {
      this.#file.close();
    } catch (error) {
      this.#report("cannot be closed", error);
    }
  }

  /** @internal */
  retryDue(): void {
    this.#retryTimer = undefined;
    // A full disk or a slow reader is the file we have; after anything else another descriptor may help.
    if (this.#file.isOpen && !isBusy(this.#failure) && !isFull(this.#failure)) this.reopen();
    else this.drain();
  }

  /** Opens the file, unless it is open. */
  #open(): void {
    if (this.#file.isOpen) return;
    this.#file.open();
    this.#takeUp();
  }

  /** The rotation sees what was opened. If that is to be rotated and cannot be, it is written on. */
  #takeUp(): void {
    try {
      this.rotation?.opened(this.#file, Date.now());
    } catch (error) {
      if (!this.#file.isOpen) throw error;
      this.#report("cannot be rotated", error);
    }
  }

  /** If `#last` was not ASCII, and was cut by a disk that was full just then, the rest of it goes first. */
  #proveLast(): void {
    const last = this.#last;
    this.#last = "";
    if (Buffer.byteLength(last) !== last.length) this.#backlog.push(Buffer.from(last), 1, last.length);
  }

  #rollIfFull(bytes: number): void {
    const { rotation } = this;
    if (rotation === undefined || this.#file.bytes === 0 || this.#file.bytes + bytes <= rotation.maxBytes) return;
    try {
      rotation.rotate(this.#file);
    } catch (error) {
      this.#report("cannot be rotated", error);
    }
  }

  #stall(failure: unknown): false {
    const first = this.#failure === undefined;
    this.#failure = failure;
    if (isGone(failure) && !this.#file.hasPath) {
      // The other end of a pipe does not come back, and nobody else can give us another one.
      this.abandon("nobody reads them any more");
      return false;
    }
    if (first) meetShortage(failure, this.#file.name);
    if (first && !isBusy(failure)) this.#report("cannot be written; lines wait in memory", failure);
    if (this.#retryTimer !== undefined || this.#closed) return false;
    this.#retryTimer = setTimeout(onRetryDue, this.#retryMs, this);
    if (this.#waiters.size === 0) this.#retryTimer.unref();
    this.#retryMs = Math.min(this.#retryMs * 2, retryMs.last);
    return false;
  }

  #recover(): true {
    this.#failure = undefined;
    this.patient = true;
    this.#retryMs = retryMs.first;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#drops.end();
    this.#waiters.settle();
    return true;
  }

  #report(what: string, cause: unknown): void {
    const message = `${this.#file.name}: ${what} (${errorCode(cause) || String(cause)}).`;
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", message, { key: this.#file.name, cause });
  }
}

/** `text` in UTF-8; the next call may write over it. */
function encode(text: string): Buffer {
  // UTF-8 needs at most three bytes for a UTF-16 unit.
  if (text.length * 3 > scratchBytes) return Buffer.from(text);
  scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  return scratch.subarray(0, scratch.write(text));
}

// A named function: the timer leads to the writer and no further.
function onRetryDue(writer: FileWriter): void {
  writer.retryDue();
}
