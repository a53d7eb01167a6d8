import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode, mayPass } from "./file-errors.ts";
import { pause } from "./pause.ts";

/** Where lines go: a path, opened for appending, or a descriptor that somebody else opened. */
export type FilePlace =
  | { readonly path: string; readonly mode: number; readonly mkdir: boolean }
  | { readonly fd: number };

const CLOSED = -1;
const LF = 10;
/** How often a line that looks unfinished is looked at again, and how long after, in milliseconds. */
const maxLooks = 10;
const lookMs = 2;
// Non-blocking is for named pipes, where opening would stand still until somebody reads; files do not know it.
const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NONBLOCK ?? 0);

/** One file that is appended to: its descriptor and its size. It knows bytes, not lines; every call may throw. */
export class LogFile {
  readonly #place: FilePlace;
  #fd: number = CLOSED;
  /** Its size in bytes; 0 of what is no file: a pipe, a device, a terminal. */
  bytes = 0;
  #isFile = false;
  /** When it was last written before it was opened, in milliseconds since 1970. */
  modified = 0;

  constructor(place: FilePlace) {
    this.#place = place;
  }

  /** Its path, or `fd:1`. */
  get name(): string {
    return "fd" in this.#place ? `fd:${this.#place.fd}` : this.#place.path;
  }

  get isOpen(): boolean {
    return this.#fd !== CLOSED;
  }

  /** Whether it can be opened anew: a descriptor of somebody else cannot. */
  get hasPath(): boolean {
    return "path" in this.#place;
  }

  /** Opens it, makes the folder if it may, and ends a line that an earlier process left unfinished. */
  open(): void {
    if (!this.isOpen) this.#open(undefined);
  }

  /**
   * Opens the path anew, then closes the old descriptor: if that fails, the old one stays.
   */
  reopen(): ReopenedFile {
    if (!this.hasPath) return { other: false };
    const [fd, bytes] = [this.#fd, this.bytes];
    const before = fd === CLOSED ? undefined : identityOf(fd);
    this.#fd = CLOSED;
    let other: boolean;
    try {
      other = this.#open(before);
    } catch (error) {
      this.#fd = fd;
      this.bytes = bytes;
      throw error;
    }
    try {
      if (fd !== CLOSED) closeSync(fd);
    } catch (closeError) {
      return { other, closeError };
    }
    return { other };
  }

  /**
   * @param before which file was open until now: a line that is unfinished in it is ours, and goes on
   * @returns whether it is another one
   */
  #open(before: FileIdentity | undefined): boolean {
    const place = this.#place;
    if ("fd" in place) {
      fstatSync(place.fd);
      this.#fd = place.fd;
      return true;
    }
    const fd = openForAppend(place);
    try {
      const stat = fstatSync(fd);
      const other = stat.ino !== before?.ino || stat.dev !== before.dev;
      this.modified = stat.mtimeMs;
      this.#isFile = stat.isFile();
      this.bytes = !this.#isFile ? 0 : other ? endLastLine(fd, place.path, stat.size) : stat.size;
      this.#fd = fd;
      return other;
    } catch (error) {
      closeUnwritten(fd);
      throw error;
    }
  }

  /** Closes what `open` opened. Idempotent. */
  close(): void {
    const fd = this.#fd;
    this.#fd = CLOSED;
    this.bytes = 0;
    if (fd !== CLOSED && this.hasPath) closeSync(fd);
  }

  /** Writes `text`, perhaps in part. Returns how many bytes of it are out. */
  write(text: string): number {
    const written = writeSync(this.#fd, text);
    if (this.#isFile) this.bytes += written;
    return written;
  }

  /** Writes `bytes` from `offset` on, perhaps in part. Returns how many are out. */
  writeFrom(bytes: Uint8Array, offset: number): number {
    const written = checkWritten(writeSync(this.#fd, bytes, offset, bytes.length - offset));
    if (this.#isFile) this.bytes += written;
    return written;
  }

  /** What the system knows of the open file. */
  stat(): FileIdentity {
    return fstatSync(this.#fd);
  }
}

/** What became of a path that was opened anew. */
export interface ReopenedFile {
  /** Whether it is another file now, that has nothing of what was written. */
  readonly other: boolean;
  /** What the system said when the old descriptor was closed, if anything. */
  readonly closeError?: unknown;
}

/** What tells one file from another. */
interface FileIdentity {
  readonly ino: number;
  readonly dev: number;
}

function identityOf(fd: number): FileIdentity | undefined {
  try {
    return fstatSync(fd);
  } catch {
    // What is wrong with the old descriptor does not matter: there will be a new one.
    return undefined;
  }
}

function openForAppend({ path, mode, mkdir }: Extract<FilePlace, { path: string }>): number {
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (!mkdir || errorCode(error) !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: folderMode(mode) });
    return openSync(path, flags, mode);
  }
}

/** Who may read a file may enter its folder, and nobody else may. */
function folderMode(mode: number): number {
  return 0o700 | mode | ((mode & 0o444) >> 2);
}

// A line cut by SIGKILL or a full disk would swallow the first line that is appended to it. But the size may also be that
// of a write that is under way in another process: only what stays unfinished is.
function endLastLine(fd: number, path: string, first: number): number {
  let size = first;
  for (let look = 0; size > 0 && lastByte(path, size) !== LF; look++) {
    if (look === maxLooks) return size + checkWritten(writeSync(fd, "\n"));
    pause(lookMs);
    size = fstatSync(fd).size;
  }
  return size;
}

function lastByte(path: string, size: number): number {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const byte = new Uint8Array(1);
    return readSync(fd, byte, 0, 1, size - 1) === 1 ? (byte[0] as number) : LF;
  } catch (error) {
    // With no descriptor left the file is not opened yet. But we may be allowed to append and not to read; then nobody
    // can tell.
    if (mayPass(error)) throw error;
    return LF;
  } finally {
    if (fd !== undefined) closeUnwritten(fd);
  }
}

/** Closes a descriptor to which nothing was written: whatever the system says to that, nothing is lost by it. */
function closeUnwritten(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // It is closed all the same.
  }
}

// What takes nothing and does not say why is busy: it would be asked again for ever.
function checkWritten(written: number): number {
  if (written === 0) throw Object.assign(new Error("nothing was written"), { code: "EAGAIN" });
  return written;
}
