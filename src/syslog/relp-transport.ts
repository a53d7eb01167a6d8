import { Connection, type ConnectionListener } from "./connection.ts";
import type { Destination } from "./create-transport.ts";
import { firstLine } from "./failure-text.ts";
import { QueuedTransport } from "./queued-transport.ts";
import { nextNumber, type RelpFrame, RelpParser, relpFrame } from "./relp-frame.ts";
import type { Piece, TransportSettings } from "./transport-settings.ts";

/** A server that has acknowledged nothing for so long, in milliseconds, is taken for lost. */
const silenceMs = 60_000;
/** Frames are written together up to so many bytes. */
const pieceBytes = 64 * 1024;

const offer = "relp_version=0\nrelp_software=scopelog\ncommands=syslog";

/**
 * RELP: a session of `open`, `syslog` and `close` frames in which the server answers every message. At most a window of
 * messages is under way; what is not acknowledged when the connection is lost is sent again on the next one, so that
 * every line arrives at least once.
 */
export class RelpTransport extends QueuedTransport implements ConnectionListener {
  readonly #destination: Destination;
  #connection: Connection | undefined;
  #parser = new RelpParser();
  /** The last transaction number. */
  #number = 0;
  /** By transaction number, in the order they were sent. */
  readonly #unacknowledged = new Map<number, Piece>();
  /** Of a lost connection, to be sent first. */
  #again: Piece[] = [];
  /** Whether the kernel has not taken the last piece yet. */
  #stalled = false;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #closeAnswered: (() => void) | undefined;
  #window: number;

  constructor(settings: TransportSettings, destination: Destination) {
    super(settings);
    this.#destination = destination;
    this.#window = destination.window;
  }

  protected connect(): void {
    this.#parser = new RelpParser();
    this.#number = 0;
    this.#stalled = false;
    this.#connection = new Connection(this.#destination, this.settings.lingerMs, this);
  }

  /** @internal */
  connected(): void {
    this.#number = 1;
    this.#connection?.write(relpFrame(1, "open", offer), ignore);
  }

  /** @internal */
  received(bytes: Buffer): void {
    try {
      for (const frame of this.#parser.parse(bytes)) this.#take(frame);
    } catch (error) {
      this.#fail(new Error(`the server does not speak RELP: ${(error as Error).message}`));
      return;
    }
    if (this.state === "ready") this.pump();
  }

  #take(frame: RelpFrame): void {
    if (frame.command === "serverclose") this.#fail(undefined);
    if (frame.command !== "rsp" || this.#connection === undefined) return;
    const accepted = frame.data.startsWith("200");
    if (frame.number === 1 && this.state === "connecting") {
      if (accepted) this.#begin(this.#connection);
      else this.#fail(new Error(`the server refused the session: ${firstLine(frame.data)}`));
      return;
    }
    this.#closeAnswered?.();
    const message = this.#unacknowledged.get(frame.number);
    if (message === undefined) return;
    this.#unacknowledged.delete(frame.number);
    this.#silence?.refresh();
    if (accepted) this.sent(message.count, message.busy);
    // It would be refused again, so it is not sent again.
    else this.account.lose(message.count, message.busy, `the server refused a message: ${firstLine(frame.data)}`);
  }

  #begin(connection: Connection): void {
    connection.settled();
    this.#silence = setTimeout(() => this.#silent(), silenceMs);
    this.#silence.unref();
    this.opened();
  }

  protected pump(): void {
    while (!this.#stalled && this.#connection !== undefined) {
      const frames: Buffer[] = [];
      let size = 0;
      if (this.#unacknowledged.size === 0) this.#silence?.refresh();
      while (this.#unacknowledged.size < this.#window && size < pieceBytes) {
        const message = this.#next();
        if (message === undefined) break;
        this.#number = nextNumber(this.#number);
        this.#unacknowledged.set(this.#number, message);
        const frame = relpFrame(this.#number, "syslog", message.bytes);
        frames.push(frame);
        size += frame.length;
      }
      if (frames.length === 0) return;
      this.#stalled = true;
      const taken = this.#connection.write(Buffer.concat(frames, size), () => {
        this.#stalled = false;
        this.pump();
      });
      if (taken) this.#stalled = false;
    }
  }

  #next(): Piece | undefined {
    const again = this.#again.shift();
    if (again !== undefined) {
      this.counts.resent += again.count;
      return again;
    }
    if (this.queue.count === 0) return undefined;
    const notice = this.takeNotice();
    if (notice !== undefined) return { bytes: Buffer.from(notice), count: 0, busy: 0 };
    const batch = this.next(0);
    return batch === undefined ? undefined : { bytes: batch.bytes, count: batch.count, busy: batch.bytes.length };
  }

  #silent(): void {
    if (this.#unacknowledged.size > 0) this.#fail(new Error(`no acknowledgement in ${silenceMs} ms`));
    else this.#silence?.refresh();
  }

  override drain(): void {
    if (this.settings.drainOnExit !== undefined) {
      super.drain();
      return;
    }
    // There is no time for answers, so the window does not matter, and nothing is known of what is under way.
    this.#window = Number.POSITIVE_INFINITY;
    if (this.state === "ready") this.pump();
    for (const { count, busy } of this.#unacknowledged.values()) this.account.leave(count, busy);
    this.#unacknowledged.clear();
    super.drain();
  }

  protected override takeRest(): Piece[] {
    this.#release();
    return [...this.#again.splice(0), ...super.takeRest()];
  }

  override leave(): Promise<void> {
    return this.rest();
  }

  #fail(error: unknown): void {
    if (this.#connection === undefined) return;
    this.#connection.destroy();
    this.lost(error);
  }

  override lost(error: unknown): void {
    this.#release();
    super.lost(error);
  }

  protected disconnect(): void {
    this.#connection?.destroy();
    this.#release();
  }

  protected async end(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#number = nextNumber(this.#number);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      this.#closeAnswered = () => {
        clearTimeout(timer);
        resolve();
      };
      connection.write(relpFrame(this.#number, "close", ""), ignore);
    });
    this.#closeAnswered = undefined;
    this.#release();
    await connection.end();
  }

  protected get holding(): boolean {
    return this.state === "connecting" || this.#stalled;
  }

  // What is under way is to be sent again, before anything else.
  #release(): void {
    this.#connection = undefined;
    clearTimeout(this.#silence);
    this.#closeAnswered?.();
    this.#again = [...this.#unacknowledged.values(), ...this.#again];
    this.#unacknowledged.clear();
  }
}

function ignore(): void {}
