import { renameSync, rmSync, statSync } from "node:fs";
import { processTrouble } from "../port/trouble.ts";
import { compress, unfinishedName } from "./compress.ts";
import { errorCode } from "./file-errors.ts";
import type { LogFile } from "./log-file.ts";
import { periodEnd, periodStamp, type RotatedName, RotatedNames, type RotationPeriod } from "./rotated-names.ts";

/** When a file is rotated, and what becomes of the old ones. */
export interface RotationSettings {
  /** Bytes, `Infinity` for any size. */
  readonly maxBytes: number;
  readonly every: RotationPeriod | undefined;
  /** How many old files are kept, `Infinity` for all. */
  readonly maxFiles: number;
  readonly gzip: boolean;
  readonly utc: boolean;
}

// After a failed rotation the old file is written on; the next try waits so long, in milliseconds.
const holdMs = 10_000;

/** The old files of one path, and the moment for the next. */
export class Rotation {
  readonly maxBytes: number;
  readonly #path: string;
  readonly #settings: RotationSettings;
  readonly #names: RotatedNames;
  #stamp = "";
  #dueAt = Number.POSITIVE_INFINITY;
  /** By a clock that nobody sets. */
  #heldUntil = 0;
  readonly #queued = new Set<string>();
  #work: Promise<void> = Promise.resolve();

  constructor(path: string, settings: RotationSettings) {
    this.maxBytes = settings.maxBytes;
    this.#path = path;
    this.#settings = settings;
    this.#names = new RotatedNames(path);
  }

  /** Whether other settings mean the same. */
  agrees(other: RotationSettings): boolean {
    const mine = this.#settings;
    return (Object.keys(mine) as (keyof RotationSettings)[]).every((key) => mine[key] === other[key]);
  }

  /** Takes up a file that was just opened: its lines may be of an earlier day, its predecessors not yet compressed. */
  opened(file: LogFile, now: number): void {
    this.#begin(file.bytes > 0 ? Math.min(file.modified, now) : now);
    this.#tidy();
    if (now >= this.#dueAt) this.rotate(file, now);
  }

  /** Whether the file's day or hour is over. */
  isDue(): boolean {
    // Asked for each line: without `every` not even the time is.
    if (this.#dueAt === Number.POSITIVE_INFINITY) return false;
    const now = Date.now();
    return now >= this.#dueAt && performance.now() >= this.#heldUntil;
  }

  /**
   * Gives the file its old name and opens a new one. An empty file stays, and so does what is no file, such as `/dev/null`.
   * @throws the system's error; the old file is open then, if it could be
   */
  rotate(file: LogFile, now = Date.now()): void {
    if (file.bytes === 0 || performance.now() < this.#heldUntil) {
      if (file.bytes === 0) this.#begin(now);
      return;
    }
    if (this.#settings.every === undefined) this.#stamp = periodStamp(now, "day", this.#settings.utc);
    try {
      this.#moveAway(file);
      this.#begin(now);
    } catch (error) {
      this.#heldUntil = performance.now() + holdMs;
      file.open();
      throw error;
    }
    this.#tidy();
  }

  /** Resolves when nothing is being compressed any more. */
  settled(): Promise<void> {
    return this.#work;
  }

  #begin(time: number): void {
    const { every, utc } = this.#settings;
    if (every === undefined) return;
    this.#stamp = periodStamp(time, every, utc);
    this.#dueAt = periodEnd(time, every, utc);
  }

  #moveAway(file: LogFile): void {
    // Somebody else may have moved it already: then there is nothing to rename.
    const ours = isAt(this.#path, file);
    // Closed first: some systems do not rename a file that is open.
    file.close();
    if (ours) renameSync(this.#path, this.#freeName());
    file.open();
  }

  #freeName(): string {
    const number = this.#names.nextNumber(this.#stamp);
    return this.#names.path(this.#stamp, number);
  }

  #tidy(): void {
    try {
      const kept = this.#prune();
      if (!this.#settings.gzip) return;
      for (const { path, compressed } of kept) if (!compressed && !this.#queued.has(path)) this.#compressLater(path);
    } catch (error) {
      this.#report("old files cannot be tidied", error);
    }
  }

  /** Removes the oldest that are too many. Returns the others. */
  #prune(): RotatedName[] {
    const names = this.#names.list();
    const excess = names.splice(0, Math.max(0, names.length - this.#settings.maxFiles));
    for (const { path } of excess) {
      rmSync(path, { force: true });
      rmSync(unfinishedName(path), { force: true });
    }
    return names;
  }

  // One after the other, so that a burst of rotations takes one thread of the pool and not all.
  #compressLater(path: string): void {
    this.#queued.add(path);
    this.#work = this.#work
      .then(() => compress(path))
      .then(() => void this.#prune())
      .catch((error: unknown) => this.#report("an old file cannot be compressed", error))
      .then(() => void this.#queued.delete(path));
  }

  #report(what: string, cause: unknown): void {
    const message = `${this.#path}: ${what} (${String(cause)}).`;
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", message, { key: `${this.#path} rotation`, cause });
  }
}

function isAt(path: string, file: LogFile): boolean {
  try {
    const [there, here] = [statSync(path), file.stat()];
    return there.ino === here.ino && there.dev === here.dev;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
