import { firstLine } from "./failure-text.ts";

/** An answer or a hint of a RELP server. */
export interface RelpFrame {
  /** The number of what is answered; 0 for a hint. */
  readonly number: number;
  readonly command: string;
  readonly data: string;
}

const maxNumber = 999_999_999;
/** A server's frames are short; a longer one is no RELP. */
const maxData = 128 * 1024;

/** No header has so many characters. */
const maxHeader = 64;
/** The beginning of a header, which may go on. */
const begun = /^(\d{1,9}( ([A-Za-z]{1,32}( (\d{1,9})?)?)?)?)?$/;

/** The transaction number after `number`; they begin again after nine digits. */
export function nextNumber(number: number): number {
  return number >= maxNumber ? 1 : number + 1;
}

/** A frame: `TXNR SP COMMAND SP DATALEN [SP DATA] LF`. */
export function relpFrame(number: number, command: string, data: Buffer | string): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  const header = bytes.length === 0 ? `${number} ${command} 0` : `${number} ${command} ${bytes.length} `;
  const frame = Buffer.allocUnsafe(header.length + bytes.length + 1);
  frame.write(header, 0, "latin1");
  bytes.copy(frame, header.length);
  frame[frame.length - 1] = 0x0a;
  return frame;
}

/** Takes frames out of the bytes of a server, however they are cut. */
export class RelpParser {
  #text = "";

  /** @throws {Error} if the bytes are no RELP */
  parse(bytes: Buffer): RelpFrame[] {
    this.#text += bytes.toString("latin1");
    const frames: RelpFrame[] = [];
    let position = 0;
    for (;;) {
      const frame = /^(\d{1,9}) ([A-Za-z]{1,32}) (\d{1,9})([ \n])/.exec(
        this.#text.slice(position, position + maxHeader),
      );
      if (frame === null) {
        const rest = this.#text.slice(position);
        if (rest.length >= maxHeader || !begun.test(rest))
          throw new Error(`it says "${firstLine(rest.slice(0, maxHeader))}"`);
        break;
      }
      const [header, number, command, length] = frame as unknown as [string, string, string, string];
      const size = Number(length);
      if (size > maxData) throw new Error(`a frame of ${size} bytes`);
      // Without data the header ends with the line feed of the frame.
      const end = position + header.length + (size > 0 || header.endsWith(" ") ? size + 1 : 0);
      if (this.#text.length < end) break;
      if (this.#text[end - 1] !== "\n") throw new Error("a frame without its end");
      frames.push({
        number: Number(number),
        command,
        data: this.#text.slice(position + header.length, position + header.length + size),
      });
      position = end;
    }
    this.#text = this.#text.slice(position);
    return frames;
  }
}
