import type { Formatter } from "../port/formatter.ts";
import { allFields, type LogRecord } from "../record/log-record.ts";
import type { Encoder, EncoderSettings } from "./encoder.ts";
import { nil } from "./header-field.ts";
import { errorText } from "./message-text.ts";
import { noticeSeverity, priorities, severityOf } from "./severity.ts";
import { timestamp3164 } from "./timestamp.ts";
import { truncate } from "./truncate.ts";
import { valueText } from "./value-text.ts";

/** Messages of RFC 3164, the BSD way: `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[PID]: CONTENT`, the fields in the content. */
export class Rfc3164Encoder implements Encoder {
  readonly #priorities: readonly string[];
  readonly #names: string;
  readonly #control: (text: string) => string;
  readonly #max: number;

  constructor(settings: EncoderSettings) {
    this.#priorities = priorities(settings.facility);
    const pid = settings.procId === nil ? "" : `[${settings.procId}]`;
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
  let text = record.message;
  if (record.scope !== undefined) text += ` scope=${quote(record.scope)}`;
  const fields = allFields(record);
  for (const key of Object.keys(fields)) {
    if (fields[key] !== undefined) text += ` ${key.replace(/[\s="]/g, "_")}=${quote(valueText(fields[key]))}`;
  }
  return record.error === undefined ? text : `${text}\n${errorText(record.error)}`;
}

function quote(value: string): string {
  return /^[^\s="\\]+$/.test(value) ? value : JSON.stringify(value);
}
