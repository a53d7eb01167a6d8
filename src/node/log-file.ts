import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./file-errors.ts";
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
    if (this.isOpen) return;
    if ("fd" in this.#place) {
      fstatSync(this.#place.fd);
      this.#fd = this.#place.fd;
      return;
    }
    const fd = openForAppend(this.#place);
    try {
      const stat = fstatSync(fd);
      this.modified = stat.mtimeMs;
      this.#isFile = stat.isFile();
      this.bytes = this.#isFile ? endLastLine(fd, this.#place.path, stat.size) : 0;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#fd = fd;
  }

  /** Opens the path anew, then closes the old descriptor: if that fails, the old one stays. */
  reopen(): void {
    if (!this.hasPath) return;
    const [fd, bytes] = [this.#fd, this.bytes];
    this.#fd = CLOSED;
    try {
      this.open();
    } catch (error) {
      this.#fd = fd;
      this.bytes = bytes;
      throw error;
    }
    if (fd !== CLOSED) closeSync(fd);
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
    const written = writeSync(this.#fd, bytes, offset, bytes.length - offset);
    if (this.#isFile) this.bytes += written;
    return written;
  }

  /** What the system knows of the open file. */
  stat(): { readonly ino: number; readonly dev: number } {
    return fstatSync(this.#fd);
  }
}

function openForAppend({ path, mode, mkdir }: Extract<FilePlace, { path: string }>): number {
  try {
    return openSync(path, flags, mode);
  } catch (error) {
    if (!mkdir || errorCode(error) !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, flags, mode);
  }
}

// A line cut by SIGKILL or a full disk would swallow the first line that is appended to it. But the size may also be that
// of a write that is under way in another process: only what stays unfinished is.
function endLastLine(fd: number, path: string, first: number): number {
  let size = first;
  for (let look = 0; size > 0 && lastByte(path, size) !== LF; look++) {
    if (look === maxLooks) return size + writeSync(fd, "\n");
    pause(lookMs);
    size = fstatSync(fd).size;
  }
  return size;
}

function lastByte(path: string, size: number): number {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    // We may append and not read; then nobody can tell.
    return LF;
  }
  try {
    const byte = new Uint8Array(1);
    return readSync(fd, byte, 0, 1, size - 1) === 1 ? (byte[0] as number) : LF;
  } finally {
    closeSync(fd);
  }
}
