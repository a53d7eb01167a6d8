import { checkBoolean, checkInteger, checkKeys, checkMs, checkWord, refuse } from "./checks.ts";
import { createTransport, type Destination } from "./create-transport.ts";
import { drainInWorker } from "./drain-on-exit.ts";
import type { Encoder } from "./encoder.ts";
import { type Frame, lineFed, octetCounted, unframed } from "./framing.ts";
import { makeEncoder } from "./make-encoder.ts";
import type { QueuedTransport } from "./queued-transport.ts";
import type { SyslogOptions, SyslogTransportName } from "./syslog-options.ts";
import { tlsKey } from "./tls-key.ts";

/** Options that were checked: what all handlers of the same options share. It leads to no handler and no formatter. */
export interface Settings {
  readonly encoder: Encoder;
  /** What names the connection; undefined if it is not shared. */
  readonly key: string | undefined;
  /** What would name it if it were shared. */
  readonly sharedKey: string;
  readonly idleMs: number;
  readonly open: () => QueuedTransport;
}

const transports: readonly SyslogTransportName[] = ["udp", "tcp", "tls", "unix", "unix-dgram", "relp", "relps"];
const ports: Readonly<Partial<Record<SyslogTransportName, number>>> = {
  udp: 514,
  tcp: 514,
  tls: 6514,
  relp: 2514,
  relps: 2514,
};
const optionNames: readonly (keyof SyslogOptions)[] = [
  "transport",
  "host",
  "port",
  "path",
  "facility",
  "appName",
  "procId",
  "msgId",
  "hostname",
  "format",
  "framing",
  "structuredData",
  "sdId",
  "bom",
  "controlCharacters",
  "maxMessageBytes",
  "tls",
  "queue",
  "reconnect",
  "window",
  "idleMs",
  "lingerMs",
  "drainOnExit",
  "shared",
  "formatter",
  "level",
  "filter",
];

/** @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, with the name of the option */
export function makeSettings(options: SyslogOptions): Settings {
  checkKeys("options", options, optionNames);
  const transport = checkWord("transport", options.transport ?? "udp", transports);
  const framing = checkWord("framing", options.framing ?? "octet-counting", ["octet-counting", "lf"] as const);
  const destination = makeDestination(transport, options);
  const isStream = transport === "tcp" || transport === "tls" || transport === "unix";
  if (options.framing !== undefined && !isStream) refuse("framing", "absent, except with tcp, tls and unix", framing);
  const lines = isStream && framing === "lf";
  const frame: Frame = !isStream ? unframed : lines ? lineFed : octetCounted;
  const encoder = makeEncoder(transport, lines, options);
  checkKeys("queue", options.queue ?? {}, ["maxBytes", "overflow"]);
  checkKeys("reconnect", options.reconnect ?? {}, ["minMs", "maxMs"]);
  const { maxBytes, overflow } = options.queue ?? {};
  const { minMs, maxMs } = options.reconnect ?? {};
  const settings = {
    destination: destination.name,
    maxBytes: checkInteger("queue.maxBytes", maxBytes ?? 32 * 1024 * 1024, 1024, Number.MAX_SAFE_INTEGER),
    overflow: checkWord("queue.overflow", overflow ?? "drop-oldest", ["drop-oldest", "drop-newest"] as const),
    lingerMs: checkMs("lingerMs", options.lingerMs ?? 5_000),
    minMs: checkMs("reconnect.minMs", minMs ?? 100, 1),
    maxMs: checkMs("reconnect.maxMs", maxMs ?? 30_000, minMs ?? 100),
  };
  const notice = (text: string) => encoder.notice(text);
  const drainOnExit = checkBoolean("drainOnExit", options.drainOnExit ?? false)
    ? (pieces: readonly Uint8Array[]) => drainInWorker(settings, notice, destination, pieces)
    : undefined;
  const shared = checkBoolean("shared", options.shared ?? true);
  const sharedKey = [
    ...Object.values(settings),
    lines,
    drainOnExit !== undefined,
    destination.window,
    tlsKey(destination.tls),
  ].join(" ");
  return {
    encoder,
    key: shared ? sharedKey : undefined,
    sharedKey,
    idleMs: checkMs("idleMs", options.idleMs ?? 5_000),
    open: () => createTransport({ ...settings, frame, notice, drainOnExit }, destination),
  };
}

function makeDestination(transport: SyslogTransportName, options: SyslogOptions): Destination {
  const window = checkInteger("window", options.window ?? 128, 1, 100_000);
  const secure = transport === "tls" || transport === "relps";
  if (options.tls !== undefined) {
    if (!secure) refuse("tls", "absent, except with tls and relps", options.tls);
    if (typeof options.tls !== "object" || options.tls === null) refuse("tls", "an object", options.tls);
  }
  const tls = secure ? (options.tls ?? {}) : undefined;
  if (transport === "unix" || transport === "unix-dgram") {
    if (options.host !== undefined) refuse("host", `absent with ${transport}`, options.host);
    if (options.port !== undefined) refuse("port", `absent with ${transport}`, options.port);
    const path = options.path ?? (transport === "unix-dgram" ? "/dev/log" : undefined);
    if (typeof path !== "string" || path === "") refuse("path", `the path of the socket with ${transport}`, path);
    return { transport, host: "", port: 0, path, tls, window, name: `${transport}:${path}` };
  }
  if (options.path !== undefined) refuse("path", `absent with ${transport}`, options.path);
  const host = options.host ?? "localhost";
  if (typeof host !== "string" || host === "") refuse("host", "a name or an address", host);
  const port = checkInteger("port", options.port ?? ports[transport], 1, 65_535);
  const name = `${transport}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { transport, host, port, path: "", tls, window, name };
}
