import { Connection, type ConnectionListener } from "./connection.ts";
import type { Destination } from "./create-transport.ts";
import { QueuedTransport } from "./queued-transport.ts";
import type { Piece, TransportSettings } from "./transport-settings.ts";
import { UnconfirmedWindow } from "./unconfirmed-window.ts";

/** Lines go out in pieces of at most so many bytes. */
const pieceBytes = 64 * 1024;

/**
 * How long a connection must last before it is trusted with lines, in milliseconds, where there is reason for doubt: a
 * server that refuses a client's certificate does so after the handshake of TLS 1.3 is over for the client, and one that
 * took the last connection and dropped it at once may do it again. Whatever was written by then would be lost.
 */
const probationMs = 200;
/** A connection that did not last so long, in milliseconds, was dropped at once. */
const shortMs = 2_000;

/**
 * TCP (RFC 6587), TLS (RFC 5425), unix stream: lines in frames, nothing acknowledged. A line counts as sent when the
 * kernel has it. The piece that the kernel had not wholly when the connection was lost is sent again.
 */
export class StreamTransport extends QueuedTransport implements ConnectionListener {
  readonly #destination: Destination;
  readonly #window = new UnconfirmedWindow();
  #connection: Connection | undefined;
  /** Written, but not wholly taken by the kernel. */
  #stalled: Piece | undefined;
  /** To be written once more. */
  #again: Piece | undefined;
  #connectedAt = 0;
  /** Whether the last connection was dropped at once. */
  #dubious = false;
  #probation: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: TransportSettings, destination: Destination) {
    super(settings);
    this.#destination = destination;
  }

  protected connect(): void {
    this.#connection = new Connection(this.#destination, this.settings.lingerMs, this);
  }

  /** @internal */
  connected(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connectedAt = performance.now();
    if (connection.secure || this.#dubious) this.#probation = setTimeout(trust, probationMs, this).unref();
    else this.trust();
  }

  /** @internal */
  trust(): void {
    this.#connection?.settled();
    this.opened();
  }

  /** @internal A syslog server says nothing. */
  received(): void {}

  protected pump(): void {
    while (this.#stalled === undefined && this.#connection !== undefined) {
      const piece = this.#next();
      if (piece === undefined) return;
      this.#write(piece);
    }
  }

  #next(): Piece | undefined {
    const again = this.#again;
    if (again !== undefined) {
      this.#again = undefined;
      this.counts.resent += again.count;
      return again;
    }
    const batch = this.next(pieceBytes);
    if (batch === undefined) return undefined;
    const notice = this.takeNotice();
    const bytes = notice === undefined ? batch.bytes : Buffer.concat([Buffer.from(notice), batch.bytes]);
    return { bytes, count: batch.count, busy: batch.bytes.length };
  }

  #write(piece: Piece): void {
    this.#stalled = piece;
    const taken = this.#connection?.write(piece.bytes, () => {
      this.#taken(piece);
      this.pump();
    });
    if (taken === true) this.#taken(piece);
  }

  #taken(piece: Piece): void {
    this.#stalled = undefined;
    this.#window.add(piece.count, piece.bytes.length);
    this.sent(piece.count, piece.busy);
  }

  override leave(): Promise<void> {
    // TLS wants to be closed with an alert; elsewhere the end of the process is as good as a goodbye.
    return this.#connection?.secure ? this.rest() : Promise.resolve();
  }

  override drain(): void {
    // TLS takes one piece at once and no second before the loop turns: it gets all in one.
    const handsOver = this.settings.drainOnExit !== undefined;
    if (!handsOver && this.#connection?.secure && this.#stalled === undefined && this.state === "ready") {
      const pieces: Piece[] = [];
      for (let piece = this.#next(); piece !== undefined; piece = this.#next()) pieces.push(piece);
      if (pieces.length > 0) this.#connection.write(Buffer.concat(pieces.map(({ bytes }) => bytes)), ignore);
      for (const { count, busy } of pieces) this.account.leave(count, busy);
    }
    super.drain();
  }

  protected override takeRest(): Piece[] {
    this.#release();
    const again = this.#again;
    this.#again = undefined;
    return again === undefined ? super.takeRest() : [again, ...super.takeRest()];
  }

  override lost(error: unknown): void {
    this.#release();
    this.#connection = undefined;
    if (this.#connectedAt > 0) this.#dubious = performance.now() - this.#connectedAt < shortMs;
    this.#connectedAt = 0;
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    this.account.doubt(this.#window.lose(code === "ETIMEDOUT" || code === "EHOSTUNREACH"));
    super.lost(error);
  }

  protected disconnect(): void {
    this.#release();
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  protected end(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#window.lose(false);
    return connection?.end() ?? Promise.resolve();
  }

  protected get holding(): boolean {
    return this.state === "connecting" || this.#stalled !== undefined;
  }

  #release(): void {
    clearTimeout(this.#probation);
    if (this.#stalled !== undefined) this.#again = this.#stalled;
    this.#stalled = undefined;
  }
}

function trust(transport: StreamTransport): void {
  transport.trust();
}

function ignore(): void {}
