import type { Formatter } from "../port/formatter.ts";
import type { LogRecord } from "../record/log-record.ts";
import type { Encoder, EncoderSettings } from "./encoder.ts";
import { messageText } from "./message-text.ts";
import { noticeSeverity, priorities, severityOf } from "./severity.ts";
import type { StructuredDataEncoder } from "./structured-data.ts";
import { timestamp5424 } from "./timestamp.ts";
import { isLonger, truncate } from "./truncate.ts";

/** What MSG may keep for itself when structured data is long, in bytes. */
const messageShare = 128;

/** Messages of RFC 5424: `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`. */
export class Rfc5424Encoder implements Encoder {
  readonly #openings: readonly string[];
  readonly #names: string;
  readonly #structuredData: StructuredDataEncoder;
  readonly #control: (text: string) => string;
  readonly #max: number;
  readonly #space: string;

  /** @param bom whether MSG begins with the byte order mark that section 6.4 asks for in UTF-8 */
  constructor(settings: EncoderSettings, structuredData: StructuredDataEncoder, bom: boolean) {
    this.#openings = priorities(settings.facility).map((priority) => `${priority}1 `);
    this.#names = ` ${settings.hostname} ${settings.appName} ${settings.procId} ${settings.msgId} `;
    this.#structuredData = structuredData;
    this.#control = settings.control;
    this.#max = settings.maxMessageBytes;
    this.#space = bom ? " \ufeff" : " ";
  }

  encode(record: LogRecord, formatter: Formatter | undefined): string {
    const header = this.#header(severityOf(record.levelNumber), record.time);
    const text = this.#control(formatter === undefined ? messageText(record) : formatter.format(record));
    const data = this.#structuredData.encode(record);
    const message = text === "" ? header + data : header + data + this.#space + text;
    return isLonger(message, this.#max) ? this.#shorten(header, record, text) : message;
  }

  notice(text: string): string {
    return truncate(`${this.#header(noticeSeverity, Date.now())}-${this.#space}${text}`, this.#max);
  }

  #header(severity: number, time: number): string {
    return this.#openings[severity] + timestamp5424(time) + this.#names;
  }

  #shorten(header: string, record: LogRecord, text: string): string {
    const space = Buffer.byteLength(this.#space);
    const room = this.#max - header.length;
    const share = text === "" ? 0 : Math.min(messageShare, Buffer.byteLength(text)) + space;
    const data = this.#structuredData.encodeWithin(record, room - share);
    const cut = truncate(text, room - Buffer.byteLength(data) - space);
    return cut === "" ? header + data : header + data + this.#space + cut;
  }
}
