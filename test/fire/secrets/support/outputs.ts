import { Writable } from "node:stream";
import { inspect } from "node:util";
import { jsonLinesFormatter } from "@logtape/logtape";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import pino from "pino";
import {
  consoleHandler,
  type Handler,
  jsonFormatter,
  type LogRecord,
  logfmtFormatter,
  patternFormatter,
  textFormatter,
} from "scopelog";
import { logtapeHandler } from "scopelog/logtape";
import { otelHandler } from "scopelog/otel";
import { pinoHandler } from "scopelog/pino";
import { winstonHandler } from "scopelog/winston";
import winston from "winston";
import { makeEncoder } from "../../../../src/syslog/make-encoder.ts";

/** All that can be seen of a value, hidden properties included. */
export function everything(value: unknown): string {
  const depth = Number.POSITIVE_INFINITY;
  return inspect(value, { depth, showHidden: true, maxArrayLength: depth, maxStringLength: depth, getters: false });
}

/** What a record becomes somewhere, as text. */
export interface Output {
  readonly name: string;
  show(record: LogRecord): string;
}

/** What a handler brought to where it hands lines on. */
function handing(name: string, handler: Handler, taken: () => string): Output {
  return {
    name,
    show(record) {
      taken();
      handler.handle(record);
      return taken();
    },
  };
}

function texts() {
  let text = "";
  const take = () => {
    const taken = text;
    text = "";
    return taken;
  };
  return { add: (more: string) => void (text += more), take };
}

function toPino(): Output {
  const { add, take } = texts();
  const logger = pino({ level: "trace", base: null }, { write: add });
  return handing("pino", pinoHandler(logger), take);
}

function toWinston(): Output {
  const { add, take } = texts();
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _, next) {
      add(text);
      next();
    },
  });
  const transports = new winston.transports.Stream({ stream });
  return handing("winston", winstonHandler(winston.createLogger({ level: "silly", transports })), take);
}

function toLogtape(): Output {
  const { add, take } = texts();
  const handler = logtapeHandler((record) => {
    add(everything(record.properties));
    add(jsonLinesFormatter(record as Parameters<typeof jsonLinesFormatter>[0]));
  });
  return handing("LogTape", handler, take);
}

function toOtel(): Output {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const handler = otelHandler({ provider });
  return handing("OpenTelemetry", handler, () => {
    const lines = exporter.getFinishedLogRecords().map(({ body, attributes }) => everything({ body, attributes }));
    exporter.reset();
    return lines.join("");
  });
}

function toConsole(): Output {
  const { add, take } = texts();
  const print = (...parts: unknown[]) => add(parts.map((part) => everything(part)).join(" "));
  const console = { debug: print, log: print, info: print, warn: print, error: print };
  return handing("the console", consoleHandler({ console, formatter: textFormatter({ color: false }) }), take);
}

/** The record itself: whoever writes a handler may show any of it. */
export const raw: Output = { name: "the record", show: everything };

export const outputs: readonly Output[] = [
  ...(["native", "pino", "ecs", "gcp", "datadog"] as const).map((profile) => {
    const formatter = jsonFormatter({ profile });
    return { name: `json:${profile}`, show: (record: LogRecord) => formatter.format(record) };
  }),
  ...Object.entries({
    logfmt: logfmtFormatter(),
    text: textFormatter({ color: false }),
    colour: textFormatter({ color: true }),
    pattern: patternFormatter("%time %level %name %id %message %fields %json %error %stack"),
  }).map(([name, formatter]) => ({ name, show: (record: LogRecord) => formatter.format(record) })),
  ...(["rfc5424", "rfc3164"] as const).map((format) => {
    const encoder = makeEncoder("tcp", false, { format });
    return { name: `syslog ${format}`, show: (record: LogRecord) => encoder.encode(record, undefined) };
  }),
  toConsole(),
  toOtel(),
  toPino(),
  toWinston(),
  toLogtape(),
];
