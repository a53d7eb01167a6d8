import { once } from "node:events";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { shownName } from "../pretty/counts-text.ts";

/** The page cannot be written there; the message says why. */
export class OutputFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "OutputFileError";
  }
}

/** Where the page goes: a file, which appears in one piece, or standard output. */
export class OutputFile {
  readonly #path: string;

  /** @param path `-` is standard output */
  constructor(path: string) {
    this.#path = path;
  }

  /** Sees whether the page can go there, and would not go over its own log. @throws {OutputFileError} */
  async check(inputs: readonly string[]): Promise<void> {
    if (this.#path === "-") return;
    const there = await stat(this.#path).catch(() => undefined);
    if (there?.isDirectory()) throw this.#error("is a directory; give a file");
    const folder = await stat(dirname(this.#path)).catch(() => undefined);
    if (folder === undefined || !folder.isDirectory()) throw this.#error("there is no such folder");
    if (there === undefined) return;
    for (const input of inputs) {
      if (input === "-") continue;
      const read = await stat(input).catch(() => undefined);
      if (read !== undefined && read.ino === there.ino && read.dev === there.dev) {
        throw this.#error("is the log itself; give another file with -o");
      }
    }
  }

  /** @throws {OutputFileError} */
  async write(parts: Iterable<string>): Promise<void> {
    try {
      if (this.#path === "-") await writeOut(parts);
      else await this.#replace(parts);
    } catch (error) {
      // Who reads our output may stop.
      if (this.#path === "-" && (error as NodeJS.ErrnoException).code === "EPIPE") return;
      throw this.#error(`cannot be written: ${(error as Error).message}`, error);
    }
  }

  // Written beside and then renamed, so that a page which is open elsewhere is never half of one. A device, such as
  // /dev/null, is written as it is, and a link keeps its target's place. The page shows what is in the log, so no more may
  // read it than may read log files, unless there was a page already.
  async #replace(parts: Iterable<string>): Promise<void> {
    const target = await realpath(this.#path).catch(() => this.#path);
    const there = await stat(target).catch(() => undefined);
    const special = there !== undefined && !there.isFile();
    const path = special ? target : `${target}.${process.pid}.tmp`;
    // What stands there is of an interrupted process, or somebody's link to elsewhere.
    if (!special) await rm(path, { force: true });
    const file = await open(path, special ? "w" : "wx", there === undefined ? 0o640 : there.mode & 0o777);
    try {
      for (const part of parts) await file.write(part);
    } catch (error) {
      await file.close();
      if (!special) await rm(path, { force: true });
      throw error;
    }
    await file.close();
    if (!special) await rename(path, target);
  }

  #error(message: string, cause?: unknown): OutputFileError {
    return new OutputFileError(`${shownName(this.#path)}: ${message}`, { cause });
  }
}

async function writeOut(parts: Iterable<string>): Promise<void> {
  const { stdout } = process;
  const failed = once(stdout, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  for (const part of parts) if (!stdout.write(part)) await Promise.race([once(stdout, "drain"), failed]);
}
