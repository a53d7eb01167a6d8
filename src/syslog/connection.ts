import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { processTrouble } from "../port/trouble.ts";
import type { Destination } from "./create-transport.ts";
import { failureText } from "./failure-text.ts";

/** Who hears of a connection. Nothing is called after `lost`, nor after the connection was destroyed. */
export interface ConnectionListener {
  /** It can be written to; with TLS, the server is who it should be. */
  connected(): void;
  /** Bytes from the server. */
  received(bytes: Buffer): void;
  /** It is over; undefined if the server ended it in peace. */
  lost(error: unknown): void;
}

/** Connecting has at least so long, in milliseconds, however short the linger. */
const leastConnectMs = 1_000;
/** After the end was said, the other side has so long to see it, in milliseconds. */
const goodbyeMs = 1_000;

/** A stream connection: TCP, TLS or unix. By itself it does not keep the process alive, but a request under way does. */
export class Connection {
  readonly #socket: Socket;
  readonly secure: boolean;
  #listener: ConnectionListener | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param lingerMs a connection that takes longer is not waited for: nothing can be let go while it is being made */
  constructor(destination: Destination, lingerMs: number, listener: ConnectionListener) {
    const { host, port, path, tls, transport, name } = destination;
    const timeoutMs = Math.max(lingerMs, leastConnectMs);
    this.#listener = listener;
    this.secure = tls !== undefined;
    // NODE_TLS_REJECT_UNAUTHORIZED is what Node goes by if nothing is said: who set it meant some other server.
    const socket =
      tls !== undefined
        ? process.getBuiltinModule("node:tls").connect({ rejectUnauthorized: true, ...tls, host, port })
        : process.getBuiltinModule("node:net").connect(transport === "unix" ? { path } : { host, port });
    this.#socket = socket;
    socket.unref();
    socket.setNoDelay(true);
    // Finds out that the other machine is gone, after minutes, where nothing else would.
    socket.setKeepAlive(true, 60_000);
    // TLS that fails after its handshake tells of it, and does not close.
    socket.on("error", (error) => this.#over(error));
    socket.on("data", (bytes: Buffer) => this.#listener?.received(bytes));
    // A server that has said its last reads no more either.
    socket.on("end", () => this.#over(undefined));
    socket.on("close", () => this.#over(undefined));
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      // Of several addresses that were tried each had a handle of its own.
      socket.unref();
      const { authorized, authorizationError } = socket as TLSSocket;
      if (tls !== undefined && !authorized) tellUnverified(name, authorizationError);
      this.#listener?.connected();
    });
    this.#timer = setTimeout(() => this.#over(new Error(`no connection in ${timeoutMs} ms`)), timeoutMs);
    this.#timer.unref();
  }

  /** Connecting is over, also for the protocol on top. */
  settled(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Writes. True if the kernel has taken everything already; otherwise `done` is called when it has, and until then
   * nothing more should be written.
   */
  write(bytes: Buffer, done: () => void): boolean {
    let taken = false;
    this.#socket.write(bytes, (error) => {
      // An error has an event of its own.
      if (!taken && (error === null || error === undefined) && this.#listener !== undefined) done();
    });
    taken = this.#socket.writableLength === 0 && this.#socket.errored === null && !this.#socket.destroyed;
    return taken;
  }

  /** Ends it after what was written; resolves when the other side has ended too, or after a second. */
  end(): Promise<void> {
    const socket = this.#socket;
    this.#forget();
    if (socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      // This timer keeps the process alive on purpose: somebody awaits.
      const timer = setTimeout(() => socket.destroy(), goodbyeMs);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.end();
    });
  }

  /** Ends it at once. */
  destroy(): void {
    this.#forget();
    this.#socket.destroy();
  }

  #over(error: unknown): void {
    const listener = this.#listener;
    this.destroy();
    listener?.lost(error);
  }

  #forget(): void {
    this.#listener = undefined;
    clearTimeout(this.#timer);
  }
}

function tellUnverified(name: string, cause: unknown): void {
  processTrouble.report(
    "SCOPELOG_WARN_TRANSPORT",
    `${name} is not known to be the server it should be (${failureText(cause)}), and gets the lines all the same: the ` +
      "option tls.rejectUnauthorized is false. Give the certificate of its authority as tls.ca instead.",
    { key: `${name} unverified`, cause },
  );
}
