import { type FileHandle, open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError, inputError } from "./input-error.ts";

/** Where bytes come from. A chunk is valid until the next is asked for: its memory is used again. */
export type Chunks = AsyncIterable<Buffer>;

// Larger ones are no faster, and their text and records would live longer than the young generation of the heap.
export const chunkBytes = 64 * 1024;

/** What a file or standard input holds, uncompressed if it is a gzip file (RFC 1952). @throws {InputError} */
export async function* readInput(path: string, stdin: NodeJS.ReadStream): Chunks {
  try {
    yield* unpacked(path === "-" ? readStandardInput(stdin) : readFile(path));
  } catch (error) {
    throw inputError(error);
  }
}

async function* readFile(path: string): Chunks {
  const file = await openFile(path);
  try {
    yield* readHandle(file);
  } finally {
    await file.close();
  }
}

/** Opens a file to read. @throws {InputError} if there is none, or it is a directory */
export async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, "r").catch((error) => Promise.reject(inputError(error)));
  try {
    if ((await file.stat()).isDirectory()) throw new InputError("is a directory; give a file");
  } catch (error) {
    await file.close();
    throw inputError(error);
  }
  return file;
}

/** From where the file stands to its present end. */
export async function* readHandle(file: FileHandle): Chunks {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* readStandardInput(stdin: NodeJS.ReadStream): Chunks {
  for await (const chunk of stdin) yield chunk as Buffer;
}

/** The same, unless it begins as gzip does: then what is in it. */
async function* unpacked(chunks: Chunks): Chunks {
  const iterator = chunks[Symbol.asyncIterator]();
  let first = await iterator.next();
  // The mark may come in two pieces.
  if (first.done !== true && first.value.length === 1) {
    const one = Buffer.from(first.value);
    const second = await iterator.next();
    if (second.done !== true) first = { value: Buffer.concat([one, second.value]) };
    else first = { value: one };
  }
  if (first.done === true) return;
  const { value: begin } = first;
  const packed = begin[0] === 0x1f && begin[1] === 0x8b;
  async function* all(copy: boolean): Chunks {
    yield copy ? Buffer.from(begin) : begin;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield copy ? Buffer.from(next.value) : next.value;
    }
  }
  try {
    if (packed) yield* gunzip(all(true));
    else yield* all(false);
  } finally {
    await iterator.return?.();
  }
}

async function* gunzip(chunks: Chunks): Chunks {
  const unzip = createGunzip({ chunkSize: chunkBytes });
  // What goes wrong is thrown by the loop, and so is the end of it told to the source.
  pipeline(Readable.from(chunks), unzip, () => undefined);
  for await (const chunk of unzip) yield chunk as Buffer;
}
