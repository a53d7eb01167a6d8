import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Filter } from "../port/filter.ts";
import { BoundedMap } from "./bounded-map.ts";
import { type By, keyOf, maxKeys } from "./by.ts";
import { withNote } from "./note.ts";

/** How many records pass, in which time. */
export interface RateLimitOptions {
  /** How many records pass in `perMs`, a whole number from 1. */
  readonly limit: number;
  /** The length of a period, in milliseconds. */
  readonly perMs: number;
  /** Which records are counted together; default all. Up to 1,000 keys are counted at a time. */
  readonly by?: By;
}

interface Period {
  start: number;
  passed: number;
  held: number;
}

/**
 * Lets `limit` records pass in each period of `perMs`, and holds the others back. The next record of the same key that
 * passes says in its field `suppressed` how many were held back before it. The time is that of the records.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an option that is missing or out of range
 */
export function rateLimit(options: RateLimitOptions): Filter {
  checkKeys("rateLimit", options, ["limit", "perMs", "by"]);
  const { limit, perMs, by } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "limit must be a whole number from 1");
  }
  if (!(typeof perMs === "number" && perMs > 0))
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "perMs must be a number of milliseconds above 0");
  if (by !== undefined && typeof by !== "function")
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "by must be a function");
  const periods = new BoundedMap<Period>(maxKeys);
  // What was held back for keys that are forgotten; told by whatever passes next.
  let untold = 0;
  return {
    filter(record) {
      const key = keyOf(by, record);
      let period = periods.get(key);
      if (period === undefined) {
        period = { start: record.time, passed: 0, held: 0 };
        untold += periods.set(key, period)?.held ?? 0;
      }
      // A clock that was set back must not hold records back for ever.
      if (record.time >= period.start + perMs || record.time < period.start) {
        period.start = record.time;
        period.passed = 0;
      }
      if (period.passed >= limit) {
        period.held++;
        return false;
      }
      period.passed++;
      const held = period.held + untold;
      if (held === 0) return true;
      period.held = 0;
      untold = 0;
      return withNote(record, "suppressed", held);
    },
  };
}
