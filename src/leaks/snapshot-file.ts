import { createReadStream } from "node:fs";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import { SnapshotError } from "./snapshot-error.ts";
import { SnapshotParser } from "./snapshot-parser.ts";

/**
 * Reads a `.heapsnapshot` file, or a stream of one.
 * @throws {SnapshotError} if it cannot be read, is not a heap snapshot, or is not whole
 */
export async function readSnapshot(from: string | AsyncIterable<Uint8Array | string>): Promise<HeapSnapshot> {
  const parser = new SnapshotParser();
  const stream = typeof from === "string" ? createReadStream(from, { highWaterMark: 1 << 20 }) : from;
  try {
    for await (const chunk of stream) parser.write(typeof chunk === "string" ? Buffer.from(chunk) : asBuffer(chunk));
  } catch (error) {
    if (error instanceof SnapshotError || typeof from !== "string") throw error;
    throw new SnapshotError(readProblem(error as NodeJS.ErrnoException), { cause: error });
  }
  return parser.end();
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function readProblem(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "no such file";
  if (error.code === "EISDIR") return "this is a directory, not a file";
  if (error.code === "EACCES") return "the file may not be read";
  return error.message;
}
