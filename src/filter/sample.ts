import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Filter } from "../port/filter.ts";
import { BoundedMap } from "./bounded-map.ts";
import { type By, keyOf, maxKeys } from "./by.ts";
import { hash } from "./hash.ts";

/** Exactly one of `rate` and `every` is given. */
export interface SampleOptions {
  /** The share of records that pass, 0 to 1, by chance; with `by`, all records of a key pass or none does. */
  readonly rate?: number;
  /** The first of so many records passes, a whole number from 1; with `by`, counted for each key. */
  readonly every?: number;
  /** Which records belong together. Up to 1,000 keys are counted at a time, the oldest is forgotten. */
  readonly by?: By;
}

/**
 * Lets a part of the records pass. With `rate` and `by`, the choice depends on the key alone, so that it is the same in
 * every process: all lines of one request, or none.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` unless one of `rate` and `every` is given and in its range
 */
export function sample(options: SampleOptions): Filter {
  checkKeys("sample", options, ["rate", "every", "by"]);
  const { rate, every, by } = options;
  if ((rate === undefined) === (every === undefined)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "sample takes either rate or every");
  }
  if (by !== undefined && typeof by !== "function")
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "by must be a function");
  if (rate !== undefined) {
    if (!(typeof rate === "number" && rate >= 0 && rate <= 1))
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "rate must be a number from 0 to 1");
    return { filter: (record) => (by === undefined ? Math.random() : hash(keyOf(by, record)) / 0x1_0000_0000) < rate };
  }
  if (every === undefined || !Number.isInteger(every) || every < 1) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "every must be a whole number from 1");
  }
  const counts = new BoundedMap<number>(maxKeys);
  return {
    filter(record) {
      const key = keyOf(by, record);
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1 === every ? 0 : count + 1);
      return count === 0;
    },
  };
}
