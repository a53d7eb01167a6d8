/**
 * How a message is told from the next on a stream (RFC 6587): its length before it (section 3.4.1, the only way of
 * RFC 5425), or a line feed after it (section 3.4.2).
 */
export type Framing = "octet-counting" | "lf";

/** The text of a message of `size` bytes on the wire. What it adds is ASCII. */
export type Frame = (message: string, size: number) => string;

/** `MSG-LEN SP MSG`. */
export function octetCounted(message: string, size: number): string {
  return `${size} ${message}`;
}

/** `MSG LF`; the message must not contain a line feed. */
export function lineFed(message: string): string {
  return `${message}\n`;
}

/** A message as it is: datagrams, and protocols with frames of their own. */
export function unframed(message: string): string {
  return message;
}
