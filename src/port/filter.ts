import type { LogRecord } from "../record/log-record.ts";
import { checkArray } from "./check-object.ts";
import { ScopelogError } from "./codes.ts";

/**
 * Lets a record pass (`true`), holds it back (`false`), or passes another in its place (see `copyRecord`).
 * Records are shared by all handlers: never change the one you were given.
 */
export interface Filter {
  filter(record: LogRecord): boolean | LogRecord;
}

/** A filter, or the bare function of one. */
export type FilterLike = Filter | ((record: LogRecord) => boolean | LogRecord);

/** What comes out of a filter: the record to go on with, or undefined if it was held back. */
export function applyFilter(like: FilterLike, record: LogRecord): LogRecord | undefined {
  const verdict = typeof like === "function" ? like(record) : like.filter(record);
  return verdict === true ? record : verdict === false ? undefined : verdict;
}

/**
 * Checks that `like` is a filter. An array is none, though it has a method of that name.
 * @param where what it is called in the error
 * @throws {ScopelogError} `ERR_SCOPELOG_FILTER` if it is neither a function nor has `filter`
 */
export function checkFilter(like: unknown, where = "a filter"): asserts like is FilterLike {
  if (typeof like === "function") return;
  if (typeof (like as Partial<Filter> | null | undefined)?.filter === "function" && !Array.isArray(like)) return;
  throw new ScopelogError("ERR_SCOPELOG_FILTER", `${where} must be a function or an object with a filter() method`);
}

/** Lets everything pass. */
export const nullFilter: Filter = Object.freeze({ filter: () => true });

/** One filter out of several: each sees what the one before let pass. */
export function multiFilter(filters: readonly FilterLike[]): Filter {
  checkArray(filters, "filters");
  for (const like of filters) checkFilter(like);
  return {
    filter(record) {
      let current: LogRecord | undefined = record;
      for (const like of filters) {
        current = applyFilter(like, current);
        if (current === undefined) return false;
      }
      return current;
    },
  };
}
