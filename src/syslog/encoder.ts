import type { Formatter } from "../port/formatter.ts";
import type { LogRecord } from "../record/log-record.ts";

/** Makes the bytes' text of one syslog message. One is shared by all handlers of the same settings. */
export interface Encoder {
  /** The message of a record; `formatter` makes its MSG, if there is one. */
  encode(record: LogRecord, formatter: Formatter | undefined): string;
  /** A message that the transport has to say itself. */
  notice(text: string): string;
}

/** What the encoders need to know, checked before. */
export interface EncoderSettings {
  readonly facility: number;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  /** A message is cut to this, in bytes. */
  readonly maxMessageBytes: number;
  readonly control: (text: string) => string;
}
