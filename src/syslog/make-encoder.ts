import { hostname } from "node:os";
import { basename, extname } from "node:path";
import { checkBoolean, checkInteger, checkWord, refuse } from "./checks.ts";
import { controlFilter } from "./control-characters.ts";
import type { Encoder, EncoderSettings } from "./encoder.ts";
import { fieldLengths, isHeaderField, nil, toHeaderField } from "./header-field.ts";
import { Rfc3164Encoder } from "./rfc3164.ts";
import { Rfc5424Encoder } from "./rfc5424.ts";
import { facilityNames } from "./severity.ts";
import { isSdId, isSdName, type StructuredData, StructuredDataEncoder } from "./structured-data.ts";
import type { SyslogOptions, SyslogTransportName } from "./syslog-options.ts";

/** A datagram holds no more. */
const maxDatagramBytes = 65_507;

/**
 * The encoder that `options` ask for.
 * @param lines whether a line feed ends a message on the wire
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, with the name of the option
 */
export function makeEncoder(transport: SyslogTransportName, lines: boolean, options: SyslogOptions): Encoder {
  const format = checkWord("format", options.format ?? "rfc5424", ["rfc5424", "rfc3164"] as const);
  const mode = checkWord("controlCharacters", options.controlCharacters ?? "escape", [
    "escape",
    "space",
    "keep",
  ] as const);
  const control = controlFilter(mode, lines);
  const usual = transport !== "udp" ? 8192 : format === "rfc3164" ? 1024 : 2048;
  const most = transport === "udp" ? maxDatagramBytes : 16 * 1024 * 1024;
  const settings: EncoderSettings = {
    facility: facilityNumber(options.facility ?? "user"),
    hostname: headerField("hostname", options.hostname) ?? ownHostname(format),
    appName: headerField("appName", options.appName) ?? toHeaderField(programName(), fieldLengths.appName),
    procId: headerField("procId", options.procId) ?? String(process.pid),
    msgId: headerField("msgId", options.msgId) ?? nil,
    maxMessageBytes: checkInteger("maxMessageBytes", options.maxMessageBytes ?? usual, 480, most),
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
