// Receives what is logged, in a process of its own: syslog over UDP and TCP, and the files of a folder.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { answer } from "./answer.ts";
import { type Counts, TallyMarks } from "./tally-marks.ts";

/** Where the receiver listens. */
export interface Ports {
  readonly udp: number;
  readonly tcp: number;
}

/** What the receiver has. */
export interface Received {
  readonly syslog: Counts;
  readonly files: Counts;
  /** Connections that were made to it. */
  readonly connections: number;
  /** Datagrams that came while its buffer was full; the kernel counts them. */
  readonly overflowed: number;
}

/** Files to count and remove: all but `current`, which is still written; all if there is none. */
export interface Folder {
  readonly path: string;
  readonly current?: string;
}

const syslog = new TallyMarks();
const files = new TallyMarks();
let connections = 0;

const space = 32;

/** Takes apart what came, by octet counting (RFC 6587 section 3.4.1). Returns what is not complete yet. */
function takeFrames(bytes: Buffer): Buffer {
  let start = 0;
  for (;;) {
    const gap = bytes.indexOf(space, start);
    if (gap < 0) break;
    const length = Number(bytes.toString("latin1", start, gap));
    if (!Number.isSafeInteger(length)) {
      syslog.garble(bytes.toString("latin1", start, start + 200));
      return Buffer.alloc(0);
    }
    const end = gap + 1 + length;
    if (end > bytes.length) break;
    syslog.see(bytes.toString("latin1", gap + 1, end));
    start = end;
  }
  return bytes.subarray(start);
}

function receive(socket: Socket): void {
  connections++;
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = takeFrames(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    if (rest.length > 0) syslog.garble(`cut off: ${rest.toString("latin1")}`);
  });
}

function countFile(path: string): void {
  const text = readFileSync(path, "latin1");
  if (!text.endsWith("\n") && text.length > 0) files.garble(`cut off: ${text.slice(-200)}`);
  for (const line of text.split("\n")) {
    if (line === "") continue;
    try {
      JSON.parse(line);
      files.see(line);
    } catch {
      files.garble(line);
    }
  }
  rmSync(path);
}

function countFolder({ path, current }: Folder): number {
  const names = readdirSync(path).filter((name) => name !== current);
  for (const name of names) countFile(`${path}/${name}`);
  return names.length;
}

/** The last column of the kernel's table: datagrams that the socket had no room for. */
function overflowed(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const row = readFileSync("/proc/net/udp", "utf8")
    .split("\n")
    .find((line) => line.includes(local));
  return Number(row?.trim().split(/\s+/).at(-1));
}

const datagrams = createSocket({ type: "udp4", recvBufferSize: 4 * 1024 * 1024 });
datagrams.on("message", (bytes) => syslog.see(bytes.toString("latin1")));
datagrams.bind(0, "127.0.0.1");
await once(datagrams, "listening");
const server = createServer(receive).listen(0, "127.0.0.1");
await once(server, "listening");
const ports: Ports = { udp: datagrams.address().port, tcp: (server.address() as AddressInfo).port };

answer({
  ports: () => ports,
  countFolder,
  received: (): Received => ({
    syslog: syslog.counts,
    files: files.counts,
    connections,
    overflowed: overflowed(ports.udp),
  }),
});
