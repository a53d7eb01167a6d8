// How many bytes of a buffer are shown.
const maxBytes = 64;

/**
 * What is shown of binary data: the first bytes in hexadecimal, such as `[Uint8Array(5) 68656c6c6f]`, or an array of
 * numbers as it is; undefined for anything else.
 */
export function binaryValue(value: object): string | ArrayLike<unknown> | undefined {
  if (!ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)) return undefined;
  const bytes =
    value instanceof ArrayBuffer
      ? new Uint8Array(value)
      : value instanceof Uint8Array || value instanceof DataView
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : undefined;
  if (bytes === undefined) return value as unknown as ArrayLike<unknown>;
  const name = Object.prototype.toString.call(value).slice(8, -1);
  let shown = "";
  for (const byte of bytes.subarray(0, maxBytes)) shown += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
  return `[${name}(${bytes.length}) ${shown}${bytes.length > maxBytes ? "..." : ""}]`;
}
