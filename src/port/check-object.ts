import { ScopelogError } from "./codes.ts";

/**
 * Checks that what options are read from is an object.
 * @param what what it is called in the error
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function checkObject(value: unknown, what = "options"): asserts value is object {
  if (typeof value === "object" && value !== null) return;
  throw new ScopelogError("ERR_SCOPELOG_OPTION", `${what} must be an object`);
}

/**
 * Checks that `value` is an array.
 * @param what what it is called in the error
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function checkArray(value: unknown, what: string): asserts value is readonly unknown[] {
  if (Array.isArray(value)) return;
  throw new ScopelogError("ERR_SCOPELOG_OPTION", `${what} must be an array`);
}

/**
 * Checks that options are an object and that all of them are known: one that is misspelt would be without effect.
 * @param where the name of what takes them
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function checkKeys(where: string, options: unknown, known: readonly string[]): asserts options is object {
  checkObject(options, `${where}: options`);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `${where}: ${key} is not an option; there are ${known.join(", ")}`);
  }
}
