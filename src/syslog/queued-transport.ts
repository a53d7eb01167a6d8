import { meetShortage } from "../lifetime/budget.ts";
import type { Transport } from "../port/transport.ts";
import { processTrouble } from "../port/trouble.ts";
import { Account } from "./account.ts";
import { Backoff } from "./backoff.ts";
import { type Batch, ByteQueue } from "./byte-queue.ts";
import { failureText } from "./failure-text.ts";
import { addOpen, removeOpen } from "./open-transports.ts";
import { outside } from "./outside.ts";
import type { Piece, TransportCounts, TransportSettings, TransportState } from "./transport-settings.ts";

/** A connection that lasted this long, in milliseconds, was a good one: the waits begin again with the shortest. */
const steadyMs = 5_000;
/** From this many queued bytes on, lines go out in the call that brings them and not at the end of the turn. */
const eagerBytes = 64 * 1024;

/**
 * What all transports have in common: a bounded queue, reconnecting, and an account of what is owed.
 * A subclass makes the connection and brings the bytes out. Nothing here keeps the process alive but the linger.
 */
export abstract class QueuedTransport implements Transport {
  readonly destination: string;
  protected readonly queue: ByteQueue = new ByteQueue();
  protected readonly settings: TransportSettings;
  protected readonly account: Account;
  readonly #backoff: Backoff;
  #state: TransportState = "idle";
  /** Whether an outage was reported and is not over. */
  #down = false;
  #connectedAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #scheduled = false;
  #closing: Promise<void> | undefined;

  constructor(settings: TransportSettings) {
    this.settings = settings;
    this.destination = settings.destination;
    this.account = new Account(settings.destination, settings.lingerMs, { expired: () => this.#lingered() });
    this.#backoff = new Backoff(settings.minMs, settings.maxMs);
  }

  /** Begins to connect; calls `opened` or `lost` when it is known what became of it. */
  protected abstract connect(): void;
  /** Brings out what the connection takes now. */
  protected abstract pump(): void;
  /** Ends the connection or the attempt at once; afterwards nothing is called on behalf of it. */
  protected abstract disconnect(): void;
  /** Ends a connection after what was written; resolves when the peer has seen it, or after a bounded time. */
  protected abstract end(): Promise<void>;
  /** Whether a request to the system is under way that would hold the process even if everything is unref'd. */
  protected abstract get holding(): boolean;

  get state(): TransportState {
    return this.#state;
  }

  get counts(): TransportCounts {
    return this.account.counts;
  }

  get pending(): number {
    return this.queue.bytes + this.account.busyBytes;
  }

  write(message: string): boolean {
    if (this.#closing !== undefined) return this.#refuse("the transport is closed");
    const bytes = Buffer.byteLength(message);
    const frame = this.settings.frame(message, bytes);
    // What a frame adds is ASCII.
    const size = bytes + frame.length - message.length;
    if (!this.#makeRoom(size)) return this.#refuse("the queue is full");
    this.queue.push(frame, size);
    this.account.accept();
    if (this.#state === "idle") this.#connect();
    else if (this.#state === "ready") {
      if (this.queue.bytes >= eagerBytes) this.pump();
      else this.schedule();
    }
    return true;
  }

  flush(): Promise<void> {
    return this.#closing ?? this.account.wait();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  /** @internal The process ends: brings out what the kernel takes at once, and counts the rest. */
  drain(): void {
    if (this.#state === "ready") this.pump();
    this.#handOver();
    this.#abandon("the process ended");
  }

  /** All that is not settled, in order. Nothing more is sent here. */
  protected takeRest(): Piece[] {
    const pieces: Piece[] = [];
    for (let batch = this.next(0); batch !== undefined; batch = this.next(0)) {
      pieces.push({ ...batch, busy: batch.bytes.length });
    }
    return pieces;
  }

  // What is left goes out on a connection of somebody else, while the process waits, if that is wanted.
  #handOver(): void {
    const { drainOnExit } = this.settings;
    if (drainOnExit === undefined || this.account.owed === 0) return;
    const pieces = this.takeRest();
    const out = drainOnExit(pieces.map(({ bytes }) => bytes));
    for (const { count, busy } of pieces.slice(0, out)) this.sent(count, busy);
  }

  /** @internal The process has nothing else to do: says goodbye, where the protocol wants that. */
  leave(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends a connection that has nothing to do. The next line makes a new one. */
  protected async rest(): Promise<void> {
    if (this.#state !== "ready" || this.account.owed > 0) return;
    this.#state = "waiting";
    await this.end();
    if (this.#state === "waiting") this.#again();
  }

  /** The next lines that lie together; until they are settled they count as busy. */
  protected next(maxBytes: number, maxCount?: number): Batch | undefined {
    const batch = this.queue.take(maxBytes, maxCount);
    if (batch !== undefined) this.account.take(batch.bytes.length);
    return batch;
  }

  /** Makes `pump` be called at the end of this turn of the loop, so that the lines of one turn share a write. */
  protected schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(pushScheduled, this);
  }

  /** @internal Brings out what the kernel takes at once. */
  push(): void {
    this.#scheduled = false;
    if (this.#state === "ready") this.pump();
  }

  /** Lines are out. */
  protected sent(count: number, bytes: number): void {
    if (this.#down && this.proven) this.#down = false;
    this.account.sent(count, bytes);
  }

  /** A line, framed, that tells what was lost since the last one; undefined if nothing was. It counts as told. */
  protected takeNotice(): string | undefined {
    const { losses } = this.account;
    if (!losses.untold) return undefined;
    const message = this.settings.notice(losses.tell());
    return this.settings.frame(message, Buffer.byteLength(message));
  }

  /** Whether what goes out is really taken by somebody, as far as can be known. */
  protected get proven(): boolean {
    return true;
  }

  protected get closing(): boolean {
    return this.#closing !== undefined;
  }

  /** Reports that something is wrong, once until a line gets through again. */
  protected outage(what: string, error: unknown): void {
    if (this.#down) return;
    this.#down = true;
    const why = error === undefined ? "the server closed the connection" : failureText(error);
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", `${this.destination} ${what}: ${why}.`, {
      key: this.destination,
      cause: error,
    });
  }

  /** The subclass makes another connection, by itself. */
  protected reopening(): void {
    this.#state = "connecting";
  }

  /** The connection is made. */
  protected opened(): void {
    this.counts.connections++;
    this.#state = "ready";
    this.#connectedAt = performance.now();
    if (this.account.owed > 0) {
      // Also after a linger has ended: a new connection is a new chance, and a new bound.
      this.account.hold();
      this.pump();
    }
  }

  /**
   * The connection or the attempt is over, and `disconnect` need not be called for it.
   * @param error why; undefined if the server ended it in peace
   */
  protected lost(error: unknown): void {
    if (this.#state === "closed") return;
    meetShortage(error, this.destination);
    const was = this.#state;
    this.#state = "waiting";
    if (error !== undefined || this.account.owed > 0)
      this.outage(was === "connecting" ? "cannot be reached" : "was lost", error);
    if (was === "ready" && performance.now() - this.#connectedAt >= steadyMs) this.#backoff.reset();
    this.#retry = setTimeout(retryNow, this.#backoff.next(), this);
    this.#retry.unref();
  }

  /** @internal */
  connectNow(): void {
    try {
      this.connect();
    } catch (error) {
      // A certificate or key that OpenSSL does not take.
      this.lost(error);
    }
  }

  /** @internal */
  again(): void {
    this.#retry = undefined;
    if (this.#state === "waiting") this.#again();
  }

  #again(): void {
    this.#state = "idle";
    if (this.account.owed > 0) this.#connect();
  }

  #connect(): void {
    this.#state = "connecting";
    addOpen(this);
    outside(connectNow, this);
  }

  #makeRoom(size: number): boolean {
    const { maxBytes, overflow } = this.settings;
    if (this.pending + size <= maxBytes) return true;
    if (overflow === "drop-newest" || this.account.busyBytes + size > maxBytes) return false;
    let count = 0;
    while (this.pending + size > maxBytes) {
      this.queue.dropOldest();
      count++;
    }
    this.account.lose(count, 0, "the queue is full");
    return true;
  }

  #refuse(why: string): false {
    this.account.drop(1, why);
    return false;
  }

  // Gives up whatever is not out.
  #abandon(why: string): void {
    this.queue.clear();
    this.account.abandon(why);
  }

  #lingered(): void {
    if (!this.holding) return;
    const connecting = this.#state === "connecting";
    this.disconnect();
    this.lost(new Error(`${connecting ? "no connection" : "nothing was taken"} in ${this.settings.lingerMs} ms`));
  }

  async #close(): Promise<void> {
    await this.account.wait();
    if (this.#state === "ready") await this.end();
    // Also what was connected anew meanwhile, because what was stalled had its linger then.
    this.disconnect();
    this.#state = "closed";
    clearTimeout(this.#retry);
    this.#abandon("the transport was closed before they were out");
    removeOpen(this);
  }
}

// Named functions, not closures: what the runtime holds leads to the transport and no further.
function pushScheduled(transport: QueuedTransport): void {
  transport.push();
}

function connectNow(transport: QueuedTransport): void {
  transport.connectNow();
}

function retryNow(transport: QueuedTransport): void {
  transport.again();
}
