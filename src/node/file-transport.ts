import { Drops } from "./drops.ts";
import { type Drainable, drainOnExit, isExiting, stopDrainOnExit, tellAtExit } from "./exit-flush.ts";
import { FileWriter } from "./file-writer.ts";
import type { LineTransport } from "./line-handler.ts";
import type { LogFile } from "./log-file.ts";
import type { QueueSettings } from "./queue-options.ts";
import type { Rotation } from "./rotation.ts";

/** How a file transport gathers and waits. */
export interface FileSettings {
  readonly flushMs: number;
  readonly batchBytes: number;
  readonly lingerMs: number;
  readonly queue: QueueSettings;
}

// How long a blocked descriptor is waited for without a byte of progress, in milliseconds: in `sync` mode the caller
// stands still so long, so it happens once an episode; at exit there is no other time left.
const syncPatienceMs = 1000;
const exitPatienceMs = 2000;

/** The lines of all handlers that write to one file, gathered until they are long enough or a short time has passed. */
export class FileTransport implements LineTransport, Drainable {
  readonly destination: string;
  readonly rotation: Rotation | undefined;
  readonly drops: Drops;
  readonly #writer: FileWriter;
  readonly #settings: FileSettings;
  readonly #limit: number;
  // One string, not an array or a buffer: adding to it, and encoding it at the end, costs two thirds of encoding each line.
  #batch = "";
  #lines = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  #ended = false;

  /** @throws the system's error if the file cannot be opened, unless trying again later may help */
  constructor(file: LogFile, settings: FileSettings, rotation: Rotation | undefined) {
    this.destination = file.name;
    this.rotation = rotation;
    this.drops = new Drops(file.name);
    this.#writer = new FileWriter(file, rotation, settings.queue, this.drops);
    this.#settings = settings;
    this.#limit = settings.batchBytes;
    drainOnExit(this);
  }

  get pending(): number {
    return this.#writer.waiting + Buffer.byteLength(this.#batch);
  }

  /** @param now true: the line is with the operating system when this returns, unless the file cannot be written */
  write(message: string, now = false): boolean {
    if (this.#ended) return this.#refuse();
    if (this.#writer.waiting !== 0 && !this.#writer.admit(this.#batch.length + message.length + 1)) return false;
    if (this.rotation !== undefined) this.#fit(this.rotation, message);
    if (this.#batch === "" && this.#begin(now)) return this.#writeThrough(`${message}\n`, 1);
    this.#batch += `${message}\n`;
    this.#lines++;
    if (now) this.#writeThrough(this.#batch, this.#lines);
    else if (this.#batch.length >= this.#limit) this.drain();
    return true;
  }

  /** Writes what can be written now. True if everything is out. */
  drain(): boolean {
    const batch = this.#batch;
    if (batch === "") return this.#writer.drain();
    const lines = this.#lines;
    this.#batch = "";
    this.#lines = 0;
    return this.#writer.put(batch, lines);
  }

  async flush(): Promise<void> {
    if (!this.drain() && this.#writer.waiting !== 0) await this.#writer.wait(this.#settings.lingerMs, true);
  }

  async close(): Promise<void> {
    await this.flush();
    this[Symbol.dispose]();
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.rotation?.settled();
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.drain();
    this.#ended = true;
    if (this.#writer.waiting === 0) this.#close();
    else void this.#writer.wait(this.#settings.lingerMs, false).then(() => this.#close());
  }

  /** Goes on in a new file of the same path, after the old one was renamed. A failure is reported; the old file stays. */
  reopen(): void {
    this.drain();
    this.#writer.reopen();
  }

  /** Begins a new file now, whatever the old one's size and age. */
  rotate(): void {
    this.drain();
    this.#writer.roll();
  }

  drainAtExit(): void {
    if (this.drain() || this.#writer.drainPatiently(exitPatienceMs) || !isExiting()) return;
    const lost = this.#writer.abandon("they could not be written before the exit");
    if (lost > 0) tellAtExit(`${this.destination}: ${lost} log lines were`);
  }

  /** The first line of a batch: when is it written? True if at once. */
  #begin(now: boolean): boolean {
    if (now || isExiting()) return true;
    // A new timer each time: one that is refreshed would pin the asynchronous context of whoever logged first.
    this.#flushTimer ??= setTimeout(onFlushDue, this.#settings.flushMs, this).unref();
    return false;
  }

  /** @internal */
  flushDue(): void {
    this.#flushTimer = undefined;
    this.drain();
  }

  /** Ends the batch where the file ends, so that each line is in the file of its day and none is cut between two. */
  #fit(rotation: Rotation, message: string): void {
    if (rotation.isDue()) this.rotate();
    const { maxBytes } = rotation;
    if (this.#batch === "" || maxBytes === Number.POSITIVE_INFINITY) return;
    const before = this.#writer.size;
    // UTF-8 needs at most three bytes for a UTF-16 unit: far from the limit nothing has to be counted.
    if (before + 3 * (this.#batch.length + message.length + 1) <= maxBytes) return;
    if (before + Buffer.byteLength(this.#batch) + Buffer.byteLength(message) + 1 > maxBytes) this.drain();
  }

  /** Writes all that was gathered, and stands still for a busy descriptor. */
  #writeThrough(batch: string, lines: number): true {
    this.#batch = "";
    this.#lines = 0;
    const writer = this.#writer;
    if (!writer.put(batch, lines) && writer.patient) {
      // Once an episode: standing still for every line of it would stop the program.
      writer.patient = writer.drainPatiently(isExiting() ? exitPatienceMs : syncPatienceMs);
    }
    return true;
  }

  #refuse(): false {
    this.drops.add(1, "the file was closed before");
    return false;
  }

  #close(): void {
    clearTimeout(this.#flushTimer);
    stopDrainOnExit(this);
    this.#writer.abandon("the handler was closed");
    this.#writer.close();
  }
}

// A named function: the timer leads to the transport and no further.
function onFlushDue(transport: FileTransport): void {
  transport.flushDue();
}
