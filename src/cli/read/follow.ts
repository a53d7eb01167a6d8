import type { FileHandle } from "node:fs/promises";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { openFile, readHandle } from "./input.ts";
import { InputError, inputError } from "./input-error.ts";

/** What a followed file did beside growing. */
export type FollowEvent = "idle" | "replaced" | "truncated" | "gone";

// Asked for instead of watched: notices of changes do not come from network and other layered file systems.
const pollMs = 150;

/**
 * A file's bytes, and what is added to it, for ever, also when another file takes its name (it was rotated) or it is
 * truncated (it was copied and truncated): then from its new start. Events come between the chunks; `idle` each time
 * nothing was added. Ends when `signal` is aborted.
 * @throws {InputError} if the file cannot be opened at the beginning, or not be read later
 */
export async function* followFile(path: string, signal: AbortSignal): AsyncGenerator<Buffer | FollowEvent> {
  let file: FileHandle | undefined = await openFile(path);
  let position = 0;
  let told = false;
  let checked = false;
  try {
    while (!signal.aborted) {
      if (file !== undefined) {
        for await (const chunk of readHandle(file)) {
          if (!checked) refusePacked(chunk);
          checked = true;
          position += chunk.length;
          yield chunk;
          if (signal.aborted) return;
        }
        if ((await file.stat()).size < position) {
          yield "truncated";
          await file.close();
          file = undefined;
        } else if (await isReplaced(path, file)) {
          // What was written between the last look and the change of names.
          for await (const chunk of readHandle(file)) yield chunk;
          yield "replaced";
          await file.close();
          file = undefined;
        }
      }
      if (file === undefined) {
        file = await reopen(path);
        position = 0;
        if (file !== undefined) {
          told = false;
          continue;
        }
        if (!told) yield "gone";
        told = true;
      }
      yield "idle";
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    throw inputError(error);
  } finally {
    await file?.close();
  }
}

/** Whether another file has the name now. That none has it yet is a rotation that is under way. */
async function isReplaced(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [now, then] = await Promise.all([stat(path), file.stat()]);
    return now.ino !== then.ino || now.dev !== then.dev;
  } catch {
    return false;
  }
}

async function reopen(path: string): Promise<FileHandle | undefined> {
  try {
    return await openFile(path);
  } catch (error) {
    if (((error as InputError).cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return undefined;
    throw error;
  }
}

function refusePacked(chunk: Buffer): void {
  if (chunk[0] === 0x1f && chunk[1] === 0x8b)
    throw new InputError("a compressed file does not grow; leave out --follow");
}
