// The server under flood: each connection has a scope of its own, with handlers of its own, and half of them are
// forgotten.
import { readdirSync, readlinkSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import {
  configure,
  defaultRegistry,
  type ForgottenReport,
  getScoped,
  type Handler,
  type RegistryStats,
  type ScopedLogger,
} from "scopelog";
import { fileHandler } from "scopelog/node";
import { syslogHandler } from "scopelog/syslog";
import { answer } from "./answer.ts";
import type { Address } from "./flood-clients.ts";

export interface FloodSettings {
  readonly transport: "udp" | "tcp";
  /** Whether the syslog handlers share a connection. */
  readonly shared: boolean;
  /** Where syslog is listened for. */
  readonly port: number;
  /** The file that every connection logs to as well. */
  readonly file: string;
  /** Transports that may be open. */
  readonly budget: number;
  /** Loopback addresses to listen on: each has ports of its own for its clients. */
  readonly hosts: readonly string[];
}

/** How it is, after collecting. */
export interface FloodState {
  readonly connections: number;
  /** The most connections that were open at the same time. */
  readonly mostConnections: number;
  /** The most transports that were open at the same time. */
  readonly mostTransports: number;
  readonly lines: number;
  readonly forgotten: number;
  /** Forgotten scopes that were told, and the places that were told. */
  readonly told: number;
  readonly places: readonly string[];
  /** Handlers that scopes were given, and how often one was closed. */
  readonly handlersOpened: number;
  readonly handlersClosed: number;
  readonly heapBytes: number;
  readonly files: number;
  readonly sockets: number;
  readonly problems: Readonly<Record<string, number>>;
  readonly stats: RegistryStats;
}

const registry = defaultRegistry();
const collect = (globalThis as { gc?: () => void }).gc as () => void;

let settings: FloodSettings;
let connections = 0;
let openConnections = 0;
let mostConnections = 0;
let mostTransports = 0;
let lines = 0;
let forgotten = 0;
let told = 0;
let handlersOpened = 0;
let handlersClosed = 0;
const places = new Set<string>();
const problems: Record<string, number> = {};
const servers: Server[] = [];

/** What a handler must have closed at its end, once. Not a closure: it must not lead to the handler. */
class Holding implements Disposable {
  [Symbol.dispose](): void {
    handlersClosed++;
  }
}

/** Takes part in the end of its scope, and in nothing else. */
class CountingHandler implements Handler {
  readonly resource = new Holding();

  constructor() {
    handlersOpened++;
  }

  handle(): void {}

  [Symbol.dispose](): void {
    this.resource[Symbol.dispose]();
  }
}

/** A connection and its logger; the formatter of one of the logger's handlers shows the connection. */
class Connection {
  readonly #socket: Socket;
  readonly #peer: string;
  #bytes = 0;
  #log: ScopedLogger | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`;
  }

  get fields() {
    return { peer: this.#peer };
  }

  handlers(): Handler[] {
    const { transport, shared, port, file } = settings;
    const syslog = syslogHandler({
      transport,
      shared,
      host: "127.0.0.1",
      port,
      idleMs: 200,
      lingerMs: 60_000,
      formatter: ({ message }) => `${this.#peer} ${this.#bytes} ${message}`,
    });
    return [syslog, fileHandler({ path: file, lingerMs: 60_000 }), new CountingHandler()];
  }

  /** Answers until the client has gone. */
  async serve(log: ScopedLogger): Promise<void> {
    this.#log = log;
    const socket = this.#socket;
    this.#say("opened");
    socket.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      this.#say(`asked for ${chunk.toString().trim()}`);
      if (chunk.includes("bye")) socket.end("bye\n");
      else socket.write("hello\n");
    });
    socket.on("end", () => socket.end());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#say(`aborted: ${error.code}`));
    await new Promise((resolve) => socket.once("close", resolve));
    this.#say("closed");
  }

  #say(message: string): void {
    this.#log?.info(`line=${++lines} ${message}`);
  }
}

// A name of its own for each connection, with dots in it: what kept all of them in 2015.

async function serveUsing(connection: Connection, number: number): Promise<void> {
  using log = getScoped(`Connection.${number}`, connection.fields, { handlers: connection.handlers() });
  await connection.serve(log);
}

function serveUntil(connection: Connection, number: number, socket: Socket): Promise<void> {
  const log = getScoped(`Connection.${number}.tls`, connection.fields, { handlers: connection.handlers() });
  log.until(socket.once("close", () => log.info(`line=${++lines} hears of the end`)));
  return connection.serve(log);
}

function serveForgotten(connection: Connection): Promise<void> {
  forgotten++;
  const log = getScoped("conn", connection.fields, { handlers: connection.handlers() });
  return connection.serve(log);
}

function accept(socket: Socket): void {
  const number = ++connections;
  mostConnections = Math.max(mostConnections, ++openConnections);
  socket.once("close", () => openConnections--);
  const connection = new Connection(socket);
  if (number % 2 === 0) void serveForgotten(connection);
  else if (number % 4 === 1) void serveUsing(connection, number);
  else void serveUntil(connection, number, socket);
  mostTransports = Math.max(mostTransports, registry.stats().transports);
}

function reported({ count, unlocated, origin }: ForgottenReport): void {
  told += count + unlocated;
  if (origin !== undefined) places.add(origin);
}

function listen(host: string): Promise<Address> {
  const server = createServer({ allowHalfOpen: true }, accept);
  servers.push(server);
  return new Promise((resolve) => {
    server.listen({ host, port: 0, backlog: 4096 }, () =>
      resolve({ host, port: (server.address() as AddressInfo).port }),
    );
  });
}

/** The open files, and how many of them are sockets. */
function openFiles(): { files: number; sockets: number } {
  const listed = readdirSync("/proc/self/fd");
  const isSocket = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      // That of the listing itself.
      return false;
    }
  };
  return { files: listed.length, sockets: listed.filter(isSocket).length };
}

/** Waits, collecting, until nothing is left of the connections, or that does not come. */
async function settle(): Promise<void> {
  const end = performance.now() + 60_000;
  const left = () => openConnections + registry.stats().live + registry.stats().transports;
  while (left() > 0 && performance.now() < end) {
    collect();
    await sleep(20);
  }
}

async function state(): Promise<FloodState> {
  let heapBytes = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    collect();
    await turn();
    heapBytes = Math.min(heapBytes, process.memoryUsage().heapUsed);
  }
  return {
    connections,
    mostConnections,
    mostTransports,
    lines,
    forgotten,
    told,
    places: [...places],
    handlersOpened,
    handlersClosed,
    heapBytes,
    ...openFiles(),
    problems: { ...problems },
    stats: registry.stats(),
  };
}

answer({
  async start(given: FloodSettings): Promise<Address[]> {
    settings = given;
    configure({
      forgotten: { report: reported, origin: "sampled" },
      budget: { transports: settings.budget },
      onError({ code, count }) {
        problems[code] = (problems[code] ?? 0) + count;
      },
    });
    return Promise.all(settings.hosts.map(listen));
  },
  state,
  async settle(): Promise<FloodState> {
    await settle();
    return state();
  },
});
