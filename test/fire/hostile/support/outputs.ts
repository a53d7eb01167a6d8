import {
  type Formatter,
  type Handler,
  type JsonProfileName,
  jsonFormatter,
  type LogRecord,
  logfmtFormatter,
  patternFormatter,
  textFormatter,
} from "scopelog";
import { parseLine } from "../../../format/strict-json.ts";
import { parseLogfmt } from "./logfmt-parser.ts";

/** How a line is read again. */
type Reader = (line: string, record: LogRecord) => void;

/** What a terminal, an editor or a reader of lines would obey: nothing of it may be in a line for people. */
const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;
const sgr = /\u001b\[\d+(?:;\d+)*m/g;

function same(found: unknown, expected: unknown, what: string): void {
  // Not in full: a test runner takes minutes to show a megabyte.
  if (found !== expected) throw new Error(`${what} is ${brief(found)}, not ${brief(expected)}`);
}

function brief(value: unknown): string {
  const text = String(JSON.stringify(value));
  return text.length <= 400 ? text : `${text.slice(0, 200)} ... ${text.slice(-150)}`;
}

/** As every form shows a message that is too long. */
function shown(message: string): string {
  return message.length <= 65_536 ? message : `${message.slice(0, 65_536)}[${message.length - 65_536} more]`;
}

function jsonReader(messageKey: string): Reader {
  return (line, record) => {
    const read = parseLine(line);
    same(read.get(messageKey), shown(record.message), messageKey);
    same(Buffer.from(line).toString(), line, "the line in UTF-8");
    JSON.parse(line);
  };
}

function readLogfmt(line: string, record: LogRecord): void {
  if (/[\n\r]/.test(line) || obeyed.test(line)) throw new Error(`controls in ${JSON.stringify(line.slice(0, 500))}`);
  const read = parseLogfmt(line);
  same(read.get("msg"), shown(record.message), "msg");
  same(read.get("level"), record.level, "level");
  same(read.get("logger") ?? "", record.logger, "logger");
}

/** One line, and below it only what tells of the error, indented. */
function readText(line: string, record: LogRecord): void {
  const [first = "", ...more] = line.split("\n");
  if (obeyed.test(first)) throw new Error(`controls in ${JSON.stringify(first.slice(0, 500))}`);
  if (record.error === undefined) same(more.length, 0, "the number of further lines");
  for (const each of more) {
    if (!each.startsWith("    ") || obeyed.test(each))
      throw new Error(`this is a line of its own: ${JSON.stringify(each.slice(0, 500))}`);
  }
}

function readOneLine(line: string): void {
  if (line.includes("\n") || obeyed.test(line)) throw new Error(`controls in ${JSON.stringify(line.slice(0, 500))}`);
}

function readColored(line: string, record: LogRecord): void {
  readText(line.replace(sgr, ""), record);
}

const messageKeys: Readonly<Record<JsonProfileName, string>> = {
  native: "msg",
  pino: "msg",
  ecs: "message",
  gcp: "message",
  datadog: "message",
};

/** A form of lines: who writes them, and how they are read again. */
export interface Form {
  readonly name: string;
  readonly formatter: Formatter;
  readonly read: Reader;
}

/** Every form that the core writes. */
export const forms: readonly Form[] = [
  ...Object.entries(messageKeys).map(([profile, key]) => ({
    name: `json ${profile}`,
    formatter: jsonFormatter({ profile: profile as JsonProfileName }),
    read: jsonReader(key),
  })),
  {
    name: "json with small limits",
    formatter: jsonFormatter({ limits: { depth: 2, items: 3, string: 65_536, line: 1000 }, base: { service: "s" } }),
    read: jsonReader("msg"),
  },
  { name: "logfmt", formatter: logfmtFormatter(), read: readLogfmt },
  { name: "text", formatter: textFormatter({ color: false }), read: readText },
  { name: "text in colour", formatter: textFormatter({ color: true, time: "clock" }), read: readColored },
  {
    name: "pattern",
    formatter: patternFormatter("%time %-5LEVEL %name %scope %id %message %fields %json %error %late %%"),
    read: readOneLine,
  },
  { name: "pattern with stacks", formatter: patternFormatter("%message %fields %stack"), read: readText },
];

/** No line is longer: three parts of a megabyte, and what escapes make of them. */
const longest = 24_000_000;

/** What came out of a handler. */
export interface Written {
  readonly record: LogRecord;
  readonly line: string;
}

/** Takes records in one form, and keeps what it wrote. */
export class Output {
  readonly name: string;
  readonly handler: Handler;
  readonly #form: Form;
  #written: Written[] = [];

  constructor(form: Form, filter?: NonNullable<Handler["filter"]>) {
    this.name = filter === undefined ? form.name : `${form.name}, filtered`;
    this.#form = form;
    this.handler = {
      filter,
      handle: (record) => {
        this.#written.push({ record, line: form.formatter.format(record) });
      },
    };
  }

  forget(): void {
    this.#written = [];
  }

  /** Reads what was written since the last time, and forgets it; fails for what is no line. */
  take(): readonly Written[] {
    const written = this.#written;
    this.#written = [];
    for (const { record, line } of written) {
      if (line.length > longest) throw new Error(`${this.name}: a line of ${line.length} characters`);
      try {
        this.#form.read(line, record);
      } catch (error) {
        throw new Error(`${this.name}: ${(error as Error).message} in ${line.slice(0, 400)}`, { cause: error });
      }
    }
    return written;
  }
}
