import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A syslog server of one transport: what it has taken, and its end. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly messages: string[];
  /** Of stream transports: the connections that are open. */
  readonly connections: Set<Socket>;
}

/** Whose certificate a server shows. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

interface Host {
  readonly host: string;
}

/** Takes whole things from the front of `bytes`; returns what is left. */
type Reader = (bytes: Buffer, messages: string[], socket: Socket) => Buffer;

/** RFC 6587, octet counting. */
const counted: Reader = (bytes, messages) => {
  let rest = bytes;
  for (;;) {
    const header = /^(\d{1,6}) /.exec(rest.toString("latin1", 0, 8));
    if (header === null) {
      if (rest.length >= 8) throw new Error(`no frame: ${rest.toString("latin1", 0, 80)}`);
      return rest;
    }
    const start = header[0].length;
    const end = start + Number(header[1]);
    if (rest.length < end) return rest;
    messages.push(rest.toString("utf8", start, end));
    rest = rest.subarray(end);
  }
};

/** RELP: `TXNR SP COMMAND SP DATALEN [SP DATA] LF`, each answered. */
const relp: Reader = (bytes, messages, socket) => {
  let rest = bytes;
  for (;;) {
    const header = /^(\d{1,9}) ([a-z]+) (\d{1,9})( ?)/.exec(rest.toString("latin1", 0, 48));
    if (header === null) return rest;
    const [all, number, command, length] = header as unknown as [string, string, string, string];
    const end = all.length + Number(length);
    if (rest.length <= end) return rest;
    if (rest[end] !== 10) throw new Error(`no end of a frame: ${rest.toString("latin1", 0, 80)}`);
    const data = rest.toString("utf8", all.length, end);
    rest = rest.subarray(end + 1);
    const answer = command === "open" ? "200 OK\nrelp_version=0\ncommands=syslog" : "200 OK";
    if (command === "syslog") messages.push(data);
    socket.write(`${number} rsp ${answer.length} ${answer}\n`);
    if (command === "close") socket.end("0 serverclose 0\n");
  }
};

async function listening(server: Server, at: string | Host, read: Reader, event: string): Promise<Receiver> {
  const messages: string[] = [];
  const connections = new Set<Socket>();
  server.on(event, (socket: Socket) => {
    let rest: Buffer = Buffer.alloc(0);
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      rest = read(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), messages, socket);
    });
  });
  server.on("tlsClientError", () => {});
  if (typeof at === "string") server.listen(at);
  else server.listen(0, at.host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    messages,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function datagrams({ host }: Host): Promise<Receiver> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  const messages: string[] = [];
  socket.on("message", (message) => messages.push(message.toString()));
  socket.bind(0, host);
  await once(socket, "listening");
  return {
    port: socket.address().port,
    messages,
    connections: new Set(),
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, "close");
    },
  };
}

interface UnixDgram {
  createSocket(type: "unix_dgram", listener: (message: Buffer) => void): { bind(path: string): void; close(): void };
}

function unixDatagrams(path: string): Receiver {
  const { createSocket } = createRequire(import.meta.url)("unix-dgram") as UnixDgram;
  const messages: string[] = [];
  const socket = createSocket("unix_dgram", (message) => messages.push(message.toString()));
  socket.bind(path);
  return {
    port: 0,
    messages,
    connections: new Set(),
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
}

/** Starts a server for `transport`; at `path` for the unix ones, else at `host`. */
export async function receive(
  transport: string,
  path: string,
  identity: Identity,
  host = "127.0.0.1",
): Promise<Receiver> {
  switch (transport) {
    case "udp":
      return datagrams({ host });
    case "unix-dgram":
      return unixDatagrams(path);
    case "tls":
      return listening(createTlsServer(identity), { host }, counted, "secureConnection");
    case "relps":
      return listening(createTlsServer(identity), { host }, relp, "secureConnection");
    case "relp":
      return listening(createServer(), { host }, relp, "connection");
    case "unix":
      return listening(createServer(), path, counted, "connection");
    default:
      return listening(createServer(), { host }, counted, "connection");
  }
}
