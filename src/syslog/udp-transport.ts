import type { Socket } from "node:dgram";
import type { LookupAddress } from "node:dns";
import { QueuedTransport } from "./queued-transport.ts";
import type { TransportSettings } from "./transport-settings.ts";

/** Sends whose outcome is not known yet, at most; what comes then waits for the next turn of the loop. */
const maxOutstanding = 256;
/** A refusal that long ago, in milliseconds, says nothing about the server of now. */
const refusalMs = 1_000;
/** A name is not looked up more often than this, in milliseconds. */
const lookupMs = 1_000;

/**
 * UDP (RFC 5426): one datagram a message, one connected socket for all. Once it is open, a line is with the kernel when
 * `write` returns. Nobody knows what arrives; that nobody listens is heard of, most often, because the socket is
 * connected. Sending goes on all the same: a server that comes back gets the next line.
 */
export class UdpTransport extends QueuedTransport {
  // Not imported: programs that log over TCP or TLS have no use for them. Here, and not with the first line, because a log
  // call is no place to load modules in.
  readonly #dgram = process.getBuiltinModule("node:dgram");
  readonly #dns = process.getBuiltinModule("node:dns");
  readonly #host: string;
  /** 4 or 6 of an address, 0 of a name. */
  readonly #family: number;
  readonly #port: number;
  #socket: Socket | undefined;
  /** The address the socket is connected to; undefined if it is not. */
  #address: string | undefined;
  /** Counted up whenever a socket or an attempt is given up, so that what comes late from it is known as late. */
  #attempt = 0;
  #outstanding = 0;
  #outstandingBytes = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #lookedUpAt = Number.NEGATIVE_INFINITY;
  /** Counts the failures, to try the addresses of a name in turn. */
  #turn = 0;

  constructor(settings: TransportSettings, host: string, port: number) {
    super(settings);
    this.#host = host;
    this.#family = process.getBuiltinModule("node:net").isIP(host);
    this.#port = port;
  }

  override write(message: string): boolean {
    if (this.#address === undefined || this.#outstanding >= maxOutstanding || this.queue.count > 0 || this.closing) {
      return super.write(message);
    }
    if (this.account.losses.untold) this.#sendNotice();
    this.counts.accepted++;
    this.#send(Buffer.from(message), 0, false);
    return true;
  }

  protected connect(): void {
    if (this.#family === 0) this.#lookUp((address, found) => this.#open(address, found));
    else this.#open(this.#host, this.#family);
  }

  // The result is good until something fails.
  #lookUp(found: (address: string, family: number) => void): void {
    const attempt = this.#attempt;
    this.#lookedUpAt = performance.now();
    this.#dns.lookup(this.#host, { all: true }, (error, addresses) => {
      if (attempt !== this.#attempt) return;
      if (error === null) {
        const { address, family } = addresses[this.#turn % addresses.length] as LookupAddress;
        found(address, family);
      } else if (this.#address === undefined) this.#failed(error);
    });
  }

  #open(address: string, family: number): void {
    const attempt = this.#attempt;
    const socket = this.#dgram.createSocket(family === 6 ? "udp6" : "udp4");
    this.#socket = socket;
    socket.unref();
    socket.on("error", (error) => {
      if (attempt !== this.#attempt) return;
      if (this.#address === undefined) this.#failed(error);
      else {
        // An answer to a datagram that was sent before.
        this.account.doubt(1);
        this.#refused(error);
      }
    });
    // Exclusive: a worker of a cluster must not ask the primary for the socket.
    socket.bind({ port: 0, exclusive: true }, () => {
      if (attempt !== this.#attempt) return;
      socket.connect(this.#port, address, ((error?: Error | null) => {
        if (attempt !== this.#attempt) return;
        if (error) this.#failed(error);
        else {
          this.#address = address;
          this.opened();
        }
      }) as () => void);
    });
  }

  protected pump(): void {
    if (this.account.losses.untold && this.queue.count > 0) this.#sendNotice();
    while (this.#outstanding < maxOutstanding) {
      const batch = this.next(0);
      if (batch === undefined) return;
      this.#send(batch.bytes, batch.bytes.length, false);
    }
  }

  #send(bytes: Buffer, busy: number, again: boolean): void {
    this.#outstanding++;
    this.#outstandingBytes += busy;
    this.#socket?.send(bytes, (error) => {
      // All that was owed then is given up and counted.
      if (this.state === "closed") return;
      this.#outstanding--;
      this.#outstandingBytes -= busy;
      if (error === null) this.sent(1, busy);
      else if (!again && (error as NodeJS.ErrnoException).code === "ECONNREFUSED" && this.#address !== undefined) {
        // The answer to an earlier datagram took the place of this send.
        this.account.doubt(1);
        this.#refused(error);
        this.#send(bytes, busy, true);
      } else this.#sendFailed(error, busy);
      if (this.queue.count > 0) this.schedule();
    });
  }

  #sendFailed(error: Error, busy: number): void {
    const { code } = error as NodeJS.ErrnoException;
    this.account.lose(1, busy, error.message);
    // That one message is too long, or was cancelled, says nothing about the server.
    if (code !== "EMSGSIZE" && code !== "ECANCELED") this.#refused(error);
  }

  #refused(error: unknown): void {
    const now = performance.now();
    // The notice may have gone the same way.
    if (now - this.#refusedAt < refusalMs) this.account.losses.untell();
    this.#refusedAt = now;
    this.outage("does not take lines", error);
    if (this.#family !== 0 || now - this.#lookedUpAt < lookupMs) return;
    // The name may lead elsewhere by now, or the server may listen on another of its addresses.
    this.#turn++;
    this.#lookUp((address, family) => {
      if (address === this.#address) return;
      this.disconnect();
      this.reopening();
      this.#open(address, family);
    });
  }

  protected override get proven(): boolean {
    return performance.now() - this.#refusedAt >= refusalMs;
  }

  #sendNotice(): void {
    const notice = this.proven ? this.takeNotice() : undefined;
    if (notice !== undefined) this.#socket?.send(Buffer.from(notice), ignore);
  }

  override drain(): void {
    if (this.#address !== undefined) {
      const stuck = this.#socket?.getSendQueueCount?.();
      // What was sent in this turn is out, although its callback never comes now. In Deno nobody knows.
      if (stuck === undefined) this.account.leave(this.#outstanding, this.#outstandingBytes);
      else this.sent(this.#outstanding - stuck, this.#outstandingBytes);
      for (let batch = this.next(0); batch !== undefined; batch = this.next(0)) {
        this.#socket?.send(batch.bytes);
        this.sent(1, batch.bytes.length);
      }
    }
    super.drain();
  }

  #failed(error: Error): void {
    this.disconnect();
    this.lost(error);
  }

  protected disconnect(): void {
    this.#attempt++;
    this.#address = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  protected end(): Promise<void> {
    this.disconnect();
    return Promise.resolve();
  }

  protected get holding(): boolean {
    return this.state === "connecting";
  }
}

function ignore(): void {}
