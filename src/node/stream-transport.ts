import type { Writable } from "node:stream";
import { processTrouble } from "../port/trouble.ts";
import { Drops } from "./drops.ts";
import { type Drainable, drainOnExit, isExiting, stopDrainOnExit, tellAtExit } from "./exit-flush.ts";
import { errorCode, isGone } from "./file-errors.ts";
import { FlushWaiters } from "./flush-waiters.ts";
import type { LineTransport } from "./line-handler.ts";
import type { QueueSettings } from "./queue-options.ts";

/** How a stream transport waits. */
export interface StreamSettings {
  readonly queue: QueueSettings;
  readonly lingerMs: number;
}

// What is put into one chunk when a stream takes data again, in UTF-16 units.
const chunkLength = 64 * 1024;

/**
 * The lines of all handlers that write to one stream, with one listener each for `error`, `drain` and `close`. A line
 * goes to the stream at once while it takes data; while it does not, lines wait here, bounded. The stream is not ours:
 * it is never ended or destroyed.
 */
export class StreamTransport implements LineTransport, Drainable {
  readonly destination: string;
  readonly drops: Drops;
  readonly #stream: Writable;
  readonly #settings: StreamSettings;
  readonly #waiters = new FlushWaiters();
  #queue: string[] = [];
  #queued = 0;
  #inFlight = 0;
  #blocked: boolean;
  #failed = false;
  #lost = false;
  #ended = false;
  #gone = false;
  #cause: unknown;

  constructor(stream: Writable, destination: string, settings: StreamSettings) {
    this.destination = destination;
    this.drops = new Drops(destination);
    this.#stream = stream;
    this.#settings = settings;
    this.#blocked = stream.writableNeedDrain === true;
    stream.on("error", this.#onError).on("drain", this.#onDrain).on("close", this.#onClose);
    drainOnExit(this);
  }

  get pending(): number {
    return this.#queued + (this.#stream.writableLength ?? 0);
  }

  write(message: string): boolean {
    if (this.#lost || this.#ended || !isWritable(this.#stream)) return this.#refuse("the stream has ended");
    const line = `${message}\n`;
    if (this.#blocked) return this.#enqueue(line);
    this.#send(line, 1);
    return true;
  }

  drain(): void {
    this.#sendQueue(false);
  }

  /**
   * Gives the stream all that waits: one that writes synchronously takes it. What it cannot write without the event
   * loop is lost, and told: a standard output whose reader is slow, a socket.
   */
  drainAtExit(): void {
    this.#sendQueue(true);
    const bytes = this.#stream.writableLength ?? 0;
    if (bytes > 0 && !this.#lost && isExiting())
      tellAtExit(`${this.destination}: up to ${bytes} bytes of log lines were`);
  }

  async flush(): Promise<void> {
    if (!this.#lost && (this.#queue.length > 0 || this.#inFlight > 0))
      await this.#waiters.wait(this.#settings.lingerMs, true);
  }

  async close(): Promise<void> {
    await this.flush();
    this[Symbol.dispose]();
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    // What waits here is bounded, so the stream may hold it instead: nobody else would bring it out.
    this.#sendQueue(true);
    this.#ended = true;
    stopDrainOnExit(this);
    if (this.#inFlight === 0) this.#letGo();
  }

  #send(chunk: string, lines: number): void {
    this.#inFlight += lines;
    try {
      this.#blocked = !this.#stream.write(
        chunk,
        lines === 1 ? this.#onWritten : (error) => this.#written(error, lines),
      );
    } catch (error) {
      this.#written(error, lines);
    }
  }

  #enqueue(line: string): boolean {
    const { maxBytes, overflow } = this.#settings.queue;
    const size = Buffer.byteLength(line);
    const why = `${maxBytes} bytes wait already`;
    while (this.#queued + size > maxBytes) {
      const oldest = overflow === "drop-oldest" ? this.#queue.shift() : undefined;
      if (oldest === undefined) return this.#refuse(why);
      this.#queued -= Buffer.byteLength(oldest);
      this.drops.add(1, why);
    }
    this.#queue.push(line);
    this.#queued += size;
    return true;
  }

  #sendQueue(force: boolean): void {
    if (this.#lost || this.#queue.length === 0) return;
    const queue = this.#queue;
    let next = 0;
    while (next < queue.length && (force || !this.#blocked)) {
      let chunk = queue[next++] as string;
      const first = next;
      // In object mode each chunk is one thing to the reader, so each line stays a chunk of its own.
      while (!this.#stream.writableObjectMode && next < queue.length && chunk.length < chunkLength)
        chunk += queue[next++];
      this.#queued -= Buffer.byteLength(chunk);
      this.#send(chunk, next - first + 1);
    }
    this.#queue = queue.slice(next);
    if (this.#queue.length === 0) this.drops.end();
  }

  #written(error: unknown, lines: number): void {
    this.#inFlight -= lines;
    if (error) {
      this.#failed = true;
      this.drops.add(lines, "the stream failed", error);
    }
    if (this.#inFlight > 0 || this.#queue.length > 0) return;
    this.#waiters.settle();
    if (this.#ended) this.#letGo();
  }

  #refuse(why: string): false {
    this.drops.add(1, why, this.#cause);
    return false;
  }

  #lose(): void {
    this.#lost = true;
    this.drops.add(this.#queue.length, "the stream has ended", this.#cause);
    this.#queue = [];
    this.#queued = 0;
    this.#waiters.settle();
    if (this.#ended) this.#letGo();
  }

  #letGo(): void {
    const stream = this.#stream;
    stream.off("drain", this.#onDrain).off("close", this.#onClose);
    this.#gone = true;
    // The event of a failed write comes after its callback, that of a file when it is closed, and without a listener it
    // would end the process.
    if (!this.#failed) stream.off("error", this.#onError);
    else if (this.#cause !== undefined) setImmediate(() => stream.off("error", this.#onError));
  }

  readonly #onWritten = (error?: Error | null): void => this.#written(error, 1);

  readonly #onDrain = (): void => {
    this.#blocked = false;
    this.#sendQueue(false);
  };

  readonly #onError = (error: unknown): void => {
    this.#cause = error;
    if (this.#gone) this.#stream.off("error", this.#onError);
    const message = `${this.destination}: cannot be written (${errorCode(error) || String(error)}).`;
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", message, { key: this.destination, cause: error });
    if (isGone(error) || !isWritable(this.#stream)) this.#lose();
  };

  readonly #onClose = (): void => this.#lose();
}

// Streams of other makers have `write` and events, and perhaps not this.
function isWritable(stream: Writable): boolean {
  return stream.writable !== false;
}
