import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket as Stream } from "node:net";

/** How many sockets this process has open. */
export function openSockets(): number {
  let count = 0;
  for (const fd of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:")) count++;
    } catch {
      // The one that was open for reading the folder.
    }
  }
  return count;
}

/** A TCP port that nobody listens on now. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A UDP server that keeps what it gets. */
export class UdpReceiver {
  readonly lines: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (bytes) => this.lines.push(bytes.toString()));
  }

  static async start(port = 0): Promise<UdpReceiver> {
    const socket = createSocket("udp4").bind(port, "127.0.0.1");
    await once(socket, "listening");
    return new UdpReceiver(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }
}

/** A TCP server that keeps what it reads, and can be told not to read. */
export class TcpReceiver {
  readonly connections: Stream[] = [];
  text = "";
  /** Whether new connections are read from. */
  reads = true;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (stream) => {
      this.connections.push(stream);
      stream.on("error", () => {});
      stream.on("data", (bytes) => {
        this.text += bytes.toString("latin1");
      });
      if (!this.reads) stream.pause();
    });
  }

  static async start(port = 0): Promise<TcpReceiver> {
    const server = createServer({ allowHalfOpen: false }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return new TcpReceiver(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The messages in octet-counted frames that were read so far; one that is not whole is not among them. */
  get messages(): string[] {
    const messages: string[] = [];
    for (let at = 0; ; ) {
      const header = /^(\d+) /.exec(this.text.slice(at, at + 12));
      if (header === null) return messages;
      const start = at + header[0].length;
      at = start + Number(header[1]);
      if (this.text.length < at) return messages;
      messages.push(Buffer.from(this.text.slice(start, at), "latin1").toString());
    }
  }

  /** Reads from all connections from now on. */
  read(): void {
    this.reads = true;
    for (const stream of this.connections) stream.resume();
  }

  /** Ends the connections there are. */
  hangUp(): void {
    for (const stream of this.connections.splice(0)) stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }
}
