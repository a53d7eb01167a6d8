/** Frames on a stream, taken apart by nothing of the code under test. */

/** `MSG-LEN SP MSG` (RFC 6587, section 3.4.1). Throws for what is no frame. */
export function octetCountedFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString("latin1", at, space);
    if (space < 0 || !/^[1-9]\d{0,8}$/.test(digits)) throw new Error(`no frame at ${at}`);
    const end = space + 1 + Number(digits);
    if (end > bytes.length) throw new Error(`a frame at ${at} that is cut off`);
    frames.push(bytes.subarray(space + 1, end));
    at = end;
  }
  return frames;
}

/** `MSG LF` (RFC 6587, section 3.4.2). */
export function lineFedFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) throw new Error("a line without its end");
    frames.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return frames;
}

export interface RelpMessage {
  readonly number: number;
  readonly command: string;
  readonly data: Buffer;
}

/** `TXNR SP COMMAND SP DATALEN [SP DATA] LF`. Returns what is whole, and where the rest begins. */
export function relpFrames(bytes: Buffer): { frames: RelpMessage[]; end: number } {
  const frames: RelpMessage[] = [];
  let at = 0;
  for (;;) {
    const header = /^(\d{1,9}) ([A-Za-z]{1,32}) (\d{1,9})([ \n])/.exec(bytes.toString("latin1", at, at + 60));
    if (header === null) {
      if (bytes.length - at >= 60) throw new Error(`no frame at ${at}`);
      return { frames, end: at };
    }
    const size = Number(header[3]);
    const start = at + header[0].length;
    const end = header[4] === "\n" ? start : start + size + 1;
    if (size === 0 && header[4] === " ") throw new Error("a space before no data");
    if (end > bytes.length) return { frames, end: at };
    if (bytes[end - 1] !== 0x0a) throw new Error(`no line feed at the end of a frame at ${at}`);
    frames.push({ number: Number(header[1]), command: header[2] as string, data: bytes.subarray(start, start + size) });
    at = end;
  }
}
