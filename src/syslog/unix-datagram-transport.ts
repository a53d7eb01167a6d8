import { ScopelogError } from "../port/codes.ts";
import { QueuedTransport } from "./queued-transport.ts";
import type { TransportSettings } from "./transport-settings.ts";

/** What is used of a socket of the package `unix-dgram`. */
interface DatagramSocket {
  on(event: "connect" | "writable", listener: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  connect(path: string): void;
  send(bytes: Buffer, callback: (error?: Error & { code?: unknown }) => void): void;
  close(): void;
}

interface UnixDgram {
  createSocket(type: "unix_dgram"): DatagramSocket;
}

/** An open socket of that package holds the process, so it is closed when it was quiet for so long, in milliseconds. */
const quietMs = 50;

let loaded: UnixDgram | undefined;

/**
 * The package, once somebody needs it: it is native, and optional.
 * @throws {ScopelogError} `ERR_SCOPELOG_UNAVAILABLE` if it is not installed, or not built for this runtime
 */
export function loadUnixDgram(): UnixDgram {
  try {
    const { createRequire } = process.getBuiltinModule("node:module");
    loaded ??= createRequire(import.meta.url)("unix-dgram") as UnixDgram;
    return loaded;
  } catch (cause) {
    throw new ScopelogError(
      "ERR_SCOPELOG_UNAVAILABLE",
      'syslogHandler: transport "unix-dgram" needs the native package unix-dgram, built for this runtime ' +
        "(npm install unix-dgram). Without it, have the server listen on a stream socket and use transport " +
        '"unix", or on UDP of 127.0.0.1 and use "udp".',
      { cause },
    );
  }
}

/** Unix datagrams, as `/dev/log` takes them. Nothing is lost between here and a server that runs: a full one says so. */
export class UnixDatagramTransport extends QueuedTransport {
  readonly #path: string;
  readonly #package: UnixDgram;
  #socket: DatagramSocket | undefined;
  /** Whether the server is full, and says when it is not. */
  #congested = false;
  #again: Buffer | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: TransportSettings, path: string) {
    super(settings);
    this.#path = path;
    this.#package = loadUnixDgram();
  }

  protected connect(): void {
    let socket: DatagramSocket;
    try {
      socket = this.#package.createSocket("unix_dgram");
    } catch (error) {
      this.lost(readable(error));
      return;
    }
    this.#socket = socket;
    socket.on("error", (error) => {
      if (this.#socket === socket) this.#failed(error);
    });
    socket.on("writable", () => {
      if (this.#socket !== socket) return;
      this.#congested = false;
      this.pump();
    });
    socket.connect(this.#path);
    if (this.#socket === socket) this.opened();
  }

  protected pump(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#congested) return;
    while (this.#socket === socket && !this.#congested) {
      const notice = this.queue.count > 0 ? this.takeNotice() : undefined;
      if (notice !== undefined) socket.send(Buffer.from(notice), (error) => error && this.account.losses.untell());
      const bytes = this.#again ?? this.next(0)?.bytes;
      if (bytes === undefined) break;
      this.#again = undefined;
      socket.send(bytes, (error) => this.#answered(bytes, error));
    }
    this.#wait();
  }

  // Called within send.
  #answered(bytes: Buffer, error: (Error & { code?: unknown }) | undefined): void {
    if (error === undefined) this.sent(1, bytes.length);
    else if (error.code === 1) {
      this.#congested = true;
      this.#again = bytes;
    } else if (codeOf(error) === "EMSGSIZE")
      this.account.lose(1, bytes.length, "the socket does not take so long a message");
    else {
      this.#again = bytes;
      this.#failed(error);
    }
  }

  override drain(): void {
    // The socket holds some ten messages, and a server that runs takes them in no time: that is worth a wait, now that
    // nobody is there any more to be kept waiting.
    const pause = new Int32Array(new SharedArrayBuffer(4));
    const end = performance.now() + this.settings.lingerMs;
    while (this.state === "ready" && this.pending > 0 && performance.now() < end) {
      this.#congested = false;
      this.pump();
      if (this.#congested) Atomics.wait(pause, 0, 0, 1);
    }
    super.drain();
  }

  #wait(): void {
    if (this.#quiet === undefined) this.#quiet = setTimeout(() => this.#grownQuiet(), quietMs);
    else this.#quiet.refresh();
  }

  #grownQuiet(): void {
    this.#quiet = undefined;
    if (!this.#congested) void this.rest();
  }

  #failed(error: unknown): void {
    this.disconnect();
    this.lost(readable(error));
  }

  protected disconnect(): void {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#congested = false;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  protected end(): Promise<void> {
    this.disconnect();
    return Promise.resolve();
  }

  protected get holding(): boolean {
    return this.#congested;
  }
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "number" || code >= 0) return undefined;
  // Not imported: an import loads all of `node:util`, an eighth of the time to load this door.
  return process.getBuiltinModule("node:util").getSystemErrorName(code);
}

// The package's errors carry a number where others have a name.
function readable(error: unknown): unknown {
  const code = codeOf(error);
  return code === undefined ? error : Object.assign(new Error(code, { cause: error }), { code });
}
