/** Stands at the end of a text that was cut. */
export const truncationMark = "[truncated]";

/** Whether `text` is longer than `bytes` in UTF-8; mostly known without counting. */
export function isLonger(text: string, bytes: number): boolean {
  // A UTF-16 unit is one to three bytes of UTF-8.
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || Buffer.byteLength(text) > bytes;
}

/** The longest beginning of `text` that is at most `bytes` long in UTF-8; no character is cut in its middle. */
export function cutUtf8(text: string, bytes: number): string {
  if (!isLonger(text, bytes)) return text;
  if (bytes <= 0) return "";
  // No more than `bytes` units can be in it, so a huge text is not encoded whole. If that halves a pair, the half ends
  // beyond `bytes` and is cut off below.
  const encoded = Buffer.from(text.slice(0, bytes));
  let end = Math.min(bytes, encoded.length);
  // A byte 10xxxxxx continues a character that began before.
  while (end > 0 && end < encoded.length && ((encoded[end] as number) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}

/** `text`, or its beginning and the mark, in at most `bytes`; the empty text where not even the mark fits. */
export function truncate(text: string, bytes: number): string {
  if (!isLonger(text, bytes)) return text;
  const room = bytes - truncationMark.length;
  return room < 0 ? "" : cutUtf8(text, room) + truncationMark;
}
