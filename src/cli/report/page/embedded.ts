interface Inflating {
  readonly readable: unknown;
  readonly writable: {
    getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> };
  };
}

interface Decoding {
  atob(text: string): string;
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array };
  readonly DecompressionStream?: new (format: "gzip") => Inflating;
  readonly Response: new (body: unknown) => { arrayBuffer(): Promise<ArrayBuffer> };
}

// Some twenty milliseconds of work: between two slices the page answers its user.
const slice = 256 * 1024;

/** The bytes of what is embedded in the page: base64 of gzip. */
export async function embedded(base64: string): Promise<ArrayBuffer> {
  const { DecompressionStream, Response } = globalThis as unknown as Decoding;
  if (DecompressionStream === undefined) throw new Error("This browser is too old: it has no DecompressionStream.");
  // Not by way of a Blob, which would go to another process and back.
  const inflating = new DecompressionStream("gzip");
  const bytes = new Response(inflating.readable).arrayBuffer();
  const [buffer] = await Promise.all([bytes, feed(inflating, decode(base64))]);
  return buffer;
}

async function feed({ writable }: Inflating, bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  for (let at = 0; at < bytes.length; at += slice) {
    if (at > 0) await new Promise<void>((resolve) => setTimeout(resolve));
    await writer.write(bytes.subarray(at, at + slice));
  }
  await writer.close();
}

function decode(base64: string): Uint8Array {
  const { Uint8Array: Bytes, atob } = globalThis as unknown as Decoding;
  // Chromium 140, Firefox 133, Safari 18.2, Node 25.
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(base64);
  const packed = atob(base64);
  const bytes = new Uint8Array(packed.length);
  for (let index = 0; index < packed.length; index++) bytes[index] = packed.charCodeAt(index);
  return bytes;
}
