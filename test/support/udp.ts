import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import type { Formatter, FormatterLike, Handler } from "scopelog";
import { type Lease, LeasePool } from "../../src/lifetime/lease.ts";
import { toFormatter } from "../../src/port/formatter.ts";

/** The sockets that this process holds open, as `socket:[inode]`. Linux only. */
export function openSockets(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith("socket:") ? [target] : [];
    } catch {
      // It is that of the listing itself, closed by now.
      return [];
    }
  });
}

/** A receiver of datagrams on loopback; what it got is in `lines`. */
export async function receiver(): Promise<{ port: number; lines: string[] } & AsyncDisposable> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 4 * 1024 * 1024 });
  const lines: string[] = [];
  socket.on("message", (message) => lines.push(message.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    port: socket.address().port,
    lines,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

/** A socket as simple as it can be, to be leased. */
class Datagrams implements Disposable {
  readonly #socket: Socket;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    this.#socket = createSocket("udp4");
    this.#socket.bind({ port: 0, exclusive: true });
  }

  send(text: string): void {
    this.#socket.send(text, this.#port, "127.0.0.1");
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

const pool = new LeasePool<Datagrams>();

/** The least that a handler over a shared socket can be: its lease is what is left behind when it is forgotten. */
export function datagramHandler(port: number, like: FormatterLike, idleMs = 0): Handler {
  return new DatagramHandler(port, toFormatter(like), idleMs);
}

class DatagramHandler implements Handler {
  readonly resource: Lease<Datagrams>;
  readonly #formatter: Formatter;

  constructor(port: number, formatter: Formatter, idleMs: number) {
    this.resource = leaseOn(port, idleMs);
    this.#formatter = formatter;
  }

  handle(record: Parameters<Handler["handle"]>[0]): void {
    this.resource.target?.send(this.#formatter.format(record));
  }

  [Symbol.dispose](): void {
    this.resource[Symbol.dispose]();
  }
}

function leaseOn(port: number, idleMs: number): Lease<Datagrams> {
  return pool.lease(String(port), () => new Datagrams(port), idleMs);
}
