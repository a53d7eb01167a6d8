/** The greatest lengths of the header fields (RFC 5424 section 6). */
export const fieldLengths = { hostname: 255, appName: 48, procId: 128, msgId: 32 } as const;

/** What stands for a field that is not known (RFC 5424 section 6, NILVALUE). */
export const nil = "-";

/** Whether `text` can be a header field: 1 to `length` printable US-ASCII characters without the space. */
export function isHeaderField(text: string, length: number): boolean {
  return text.length <= length && /^[\x21-\x7e]+$/.test(text);
}

/** A header field out of any text: other characters become `_`, what is too long is cut, nothing becomes `-`. */
export function toHeaderField(text: string, length: number): string {
  return text === "" ? nil : text.slice(0, length).replace(/[^\x21-\x7e]/g, "_");
}
