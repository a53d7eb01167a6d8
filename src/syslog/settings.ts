import { hostname } from "node:os";
import { basename, extname } from "node:path";
import { checkBoolean, checkInteger, checkKeys, checkMs, checkWord, refuse } from "./checks.ts";
import { controlFilter } from "./control-characters.ts";
import { createTransport, type Destination } from "./create-transport.ts";
import type { Encoder, EncoderSettings } from "./encoder.ts";
import { type Frame, lineFed, octetCounted, unframed } from "./framing.ts";
import { fieldLengths, isHeaderField, nil, toHeaderField } from "./header-field.ts";
import type { QueuedTransport } from "./queued-transport.ts";
import { Rfc3164Encoder } from "./rfc3164.ts";
import { Rfc5424Encoder } from "./rfc5424.ts";
import { facilityNames } from "./severity.ts";
import { isSdId, isSdName, type StructuredData, StructuredDataEncoder } from "./structured-data.ts";
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
  "shared",
  "formatter",
  "level",
  "filter",
];

/** @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, with the name of the option */
export function makeSettings(options: SyslogOptions): Settings {
  checkKeys("options", options, optionNames);
  const transport = checkWord("transport", options.transport ?? "udp", transports);
  const format = checkWord("format", options.format ?? "rfc5424", ["rfc5424", "rfc3164"] as const);
  const framing = checkWord("framing", options.framing ?? "octet-counting", ["octet-counting", "lf"] as const);
  const destination = makeDestination(transport, options);
  const isStream = transport === "tcp" || transport === "tls" || transport === "unix";
  if (options.framing !== undefined && !isStream) refuse("framing", "absent, except with tcp, tls and unix", framing);
  const lines = isStream && framing === "lf";
  const frame: Frame = !isStream ? unframed : lines ? lineFed : octetCounted;
  const encoder = makeEncoder(transport, format, lines, options);
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
  const shared = checkBoolean("shared", options.shared ?? true);
  const sharedKey = [...Object.values(settings), lines, destination.window, tlsKey(destination.tls)].join(" ");
  return {
    encoder,
    key: shared ? sharedKey : undefined,
    sharedKey,
    idleMs: checkMs("idleMs", options.idleMs ?? 5_000),
    open: () => createTransport({ ...settings, frame, notice: (text) => encoder.notice(text) }, destination),
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

function makeEncoder(
  transport: SyslogTransportName,
  format: "rfc5424" | "rfc3164",
  lines: boolean,
  options: SyslogOptions,
): Encoder {
  const mode = checkWord("controlCharacters", options.controlCharacters ?? "escape", [
    "escape",
    "space",
    "keep",
  ] as const);
  const control = controlFilter(mode, lines);
  const usual = transport !== "udp" ? 8192 : format === "rfc3164" ? 1024 : 2048;
  const settings: EncoderSettings = {
    facility: facilityNumber(options.facility ?? "user"),
    hostname: headerField("hostname", options.hostname) ?? ownHostname(format),
    appName: headerField("appName", options.appName) ?? toHeaderField(programName(), fieldLengths.appName),
    procId: headerField("procId", options.procId) ?? String(process.pid),
    msgId: headerField("msgId", options.msgId) ?? nil,
    maxMessageBytes: checkInteger("maxMessageBytes", options.maxMessageBytes ?? usual, 480, 16 * 1024 * 1024),
    control,
  };
  const bom = checkBoolean("bom", options.bom ?? false);
  const sdId = options.sdId ?? "fields@32473";
  if (sdId !== false && (typeof sdId !== "string" || !isSdId(sdId))) refuse("sdId", "an SD-ID like name@32473", sdId);
  const fixed = checkStructuredData(options.structuredData ?? {});
  if (format === "rfc3164") return new Rfc3164Encoder(settings);
  return new Rfc5424Encoder(
    settings,
    new StructuredDataEncoder(sdId === false ? undefined : sdId, fixed, control),
    bom,
  );
}

function headerField(name: keyof typeof fieldLengths, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const length = fieldLengths[name];
  const text = name === "procId" && typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && isHeaderField(text, length)) return text;
  return refuse(name, `1 to ${length} printable ASCII characters without spaces`, value);
}

function checkStructuredData(given: unknown): StructuredData {
  if (typeof given !== "object" || given === null) return refuse("structuredData", "an object of elements", given);
  for (const [id, params] of Object.entries(given)) {
    if (!isSdId(id)) refuse("structuredData", "elements named by an SD-ID like name@32473", id);
    if (typeof params !== "object" || params === null) {
      refuse(`structuredData[${JSON.stringify(id)}]`, "an object of parameters", params);
    }
    for (const [name, value] of Object.entries(params as object)) {
      if (!isSdName(name)) refuse(`structuredData[${JSON.stringify(id)}]`, "named by SD-NAMEs", name);
      if (typeof value !== "string") refuse(`structuredData[${JSON.stringify(id)}].${name}`, "a string", value);
    }
  }
  return given as StructuredData;
}

function facilityNumber(facility: unknown): number {
  if (typeof facility === "number") return checkInteger("facility", facility, 0, 23);
  return facilityNames.indexOf(checkWord("facility", facility, facilityNames));
}

// RFC 3164 section 4.1.2 wants the name without its domain.
function ownHostname(format: "rfc5424" | "rfc3164"): string {
  const name = toHeaderField(hostname(), fieldLengths.hostname);
  return format === "rfc3164" ? (name.split(".")[0] as string) || nil : name;
}

function programName(): string {
  const file = process.argv[1];
  if (file === undefined) return process.title;
  return basename(file, extname(file));
}
