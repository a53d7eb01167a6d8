import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** What `path.gz` is called until it is complete. */
export function unfinishedName(path: string): string {
  return `${path}.gz.tmp`;
}

/**
 * Replaces the file at `path` by `path.gz`, in the thread pool. The complete `.gz` appears in one step, and the file is
 * removed only then: whatever interrupts this leaves the file as it was. Nothing happens if the file is gone.
 */
export async function compress(path: string): Promise<void> {
  const unfinished = unfinishedName(path);
  try {
    const { mode } = await stat(path);
    // What stands there is of an interrupted process, or somebody's link to elsewhere: it is neither followed nor kept.
    await rm(unfinished, { force: true });
    // Not imported: that would be a fifteenth of the time to load this door, and few compress.
    const { createGzip } = process.getBuiltinModule("node:zlib");
    const output = createWriteStream(unfinished, { flags: "wx", mode: mode & 0o777 });
    await pipeline(createReadStream(path), createGzip(), output);
    // It may have been removed as the oldest meanwhile; then it must not come back.
    await stat(path);
    await rename(unfinished, `${path}.gz`);
    await rm(path);
  } catch (error) {
    await rm(unfinished, { force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
