import { readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { errorCode } from "./file-errors.ts";

/** How often a file is rotated by the clock. */
export type RotationPeriod = "day" | "hour";

/** One rotated file as its name tells it: `app.2026-08-14.2.log.gz`. */
export interface RotatedName {
  readonly path: string;
  /** The day or hour its lines are of, `2026-08-14` or `2026-08-14T17`. */
  readonly stamp: string;
  /** 1 for the first of that day or hour. */
  readonly number: number;
  readonly compressed: boolean;
}

/**
 * The names of a file's predecessors: `app.log` becomes `app.2026-08-14.1.log`, then `app.2026-08-14.2.log`. A name is
 * given once and never changes (but for `.gz`), so whoever ships, reads or compresses an old file is not disturbed, and
 * stamps and numbers in order are lines in order.
 */
export class RotatedNames {
  readonly #folder: string;
  readonly #stem: string;
  readonly #ext: string;

  constructor(path: string) {
    this.#folder = dirname(path);
    this.#ext = extname(path);
    this.#stem = basename(path, this.#ext);
  }

  path(stamp: string, number: number): string {
    return join(this.#folder, `${this.#stem}.${stamp}.${number}${this.#ext}`);
  }

  /** Those that exist, the oldest first. Only names that this class would give: no other file is ever touched. */
  list(): RotatedName[] {
    const found: RotatedName[] = [];
    for (const name of namesIn(this.#folder)) {
      const parsed = this.#parse(name);
      if (parsed !== undefined) found.push(parsed);
    }
    return found.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.number - b.number));
  }

  /** The number that comes after those in use for `stamp`. */
  nextNumber(stamp: string): number {
    return this.list().reduce((next, name) => (name.stamp === stamp ? Math.max(next, name.number + 1) : next), 1);
  }

  #parse(name: string): RotatedName | undefined {
    const compressed = name.endsWith(".gz");
    const plain = compressed ? name.slice(0, -3) : name;
    if (!plain.startsWith(`${this.#stem}.`) || !plain.endsWith(this.#ext)) return undefined;
    const middle = plain.slice(this.#stem.length + 1, plain.length - this.#ext.length);
    const match = /^(\d{4}-\d\d-\d\d(?:T\d\d)?)\.([1-9]\d*)$/.exec(middle);
    if (match === null) return undefined;
    return { path: join(this.#folder, name), stamp: match[1] as string, number: Number(match[2]), compressed };
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** The stamp of the day or hour that `time` is in. */
export function periodStamp(time: number, period: RotationPeriod, utc: boolean): string {
  const date = new Date(time);
  const iso = utc ? date : new Date(time - date.getTimezoneOffset() * 60_000);
  return iso.toISOString().slice(0, period === "day" ? 10 : 13);
}

/** When the day or hour that `time` is in ends, in milliseconds since 1970. */
export function periodEnd(time: number, period: RotationPeriod, utc: boolean): number {
  const end = new Date(time);
  if (utc) {
    if (period === "day") end.setUTCHours(24, 0, 0, 0);
    else end.setUTCMinutes(60, 0, 0);
  } else if (period === "day") end.setHours(24, 0, 0, 0);
  else end.setMinutes(60, 0, 0);
  return end.getTime();
}
