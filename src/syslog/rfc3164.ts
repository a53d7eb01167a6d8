import { recordFields } from "../format/record-fields.ts";
import { valueText } from "../format/value-text.ts";
import type { Formatter } from "../port/formatter.ts";
import type { LogRecord } from "../record/log-record.ts";
import type { Encoder, EncoderSettings } from "./encoder.ts";
import { nil } from "./header-field.ts";
import { messageText } from "./message-text.ts";
import { noticeSeverity, priorities, severityOf } from "./severity.ts";
import { timestamp3164 } from "./timestamp.ts";
import { truncate } from "./truncate.ts";

/** Messages of RFC 3164, the BSD way: `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: CONTENT`, the fields in the content. */
export class Rfc3164Encoder implements Encoder {
  readonly #priorities: readonly string[];
  readonly #names: string;
  readonly #control: (text: string) => string;
  readonly #max: number;

  constructor(settings: EncoderSettings) {
    this.#priorities = priorities(settings.facility);
    const pid = settings.procId === nil ? "" : `[${settings.procId.replace(/[[\]:]/g, "_")}]`;
    this.#names = ` ${settings.hostname} ${toTag(settings.appName)}${pid}: `;
    this.#control = settings.control;
    this.#max = settings.maxMessageBytes;
  }

  encode(record: LogRecord, formatter: Formatter | undefined): string {
    const text = formatter === undefined ? contentText(record) : formatter.format(record);
    const header = this.#priorities[severityOf(record.levelNumber)] + timestamp3164(record.time) + this.#names;
    return truncate(header + this.#control(text), this.#max);
  }

  notice(text: string): string {
    return truncate(this.#priorities[noticeSeverity] + timestamp3164(Date.now()) + this.#names + text, this.#max);
  }
}

/** The TAG: at most 32 characters (section 4.1.3), those that do not end it for common receivers. */
function toTag(text: string): string {
  return text.slice(0, 32).replace(/[^A-Za-z0-9_./-]/g, "_");
}

function contentText(record: LogRecord): string {
  let pairs = record.scope === undefined ? "" : ` scope=${quote(record.scope)}`;
  for (const [key, value] of recordFields(record)) {
    const text = valueText(value, key);
    if (text !== undefined) pairs += ` ${key.replace(/[\s="]/g, "_")}=${quote(text)}`;
  }
  const { message, error } = record;
  const text = messageText(record);
  if (error === undefined) return text + pairs;
  // Between the message, which may have line ends of its own, and the lines of an error.
  const end = text.indexOf("\n", text.startsWith(`${message}\n`) ? message.length : 0);
  return end < 0 ? text + pairs : text.slice(0, end) + pairs + text.slice(end);
}

function quote(value: string): string {
  return /^[^\s="\\]+$/.test(value) ? value : JSON.stringify(value);
}
