import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../output.ts";

/**
 * An empty file for the log lines: `path`, or one in a new folder for temporary files.
 * @throws {UsageError} if it cannot be made
 */
export function newLog(path: string | undefined): string {
  try {
    const file = path ?? join(mkdtempSync(join(tmpdir(), "scopelog-demo-")), "demo.log");
    writeFileSync(file, "");
    return file;
  } catch (cause) {
    throw new UsageError(`the log cannot be written: ${(cause as Error).message}`, { cause });
  }
}
