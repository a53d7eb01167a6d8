import { checkObject } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";

/** How much of the data a line shows. What is beyond is replaced by a mark that says so. */
export interface JsonLimits {
  /** Levels of nesting in a field, 1 to 100; what is deeper becomes `"[Object]"` or `"[Array]"`. Default 10. */
  readonly depth: number;
  /** Entries shown of one object, array, Map or Set. Default 1,000. */
  readonly items: number;
  /** Characters shown of one string. Default 65,536. */
  readonly string: number;
  /**
   * Characters, roughly, for each of: the bound fields, the fields of the call, the error. A single field takes no
   * more than a quarter, so that it leaves room for others. Default 1,048,576.
   */
  readonly line: number;
}

/** The limits that hold unless others are given. */
export const defaultLimits: JsonLimits = Object.freeze({ depth: 10, items: 1000, string: 65_536, line: 1_048_576 });

// Deep enough for anything readable, and far from the end of the stack; long enough, and far from the longest string.
const most: JsonLimits = { depth: 100, items: 1_000_000, string: 16_777_216, line: 16_777_216 };

/**
 * The default limits with some changed.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an unknown name or a value that is not a whole number in its range
 */
export function toLimits(limits: Partial<JsonLimits> = {}): JsonLimits {
  checkObject(limits, "limits");
  for (const [key, value] of Object.entries(limits)) {
    const limit = Object.hasOwn(most, key) ? most[key as keyof JsonLimits] : undefined;
    if (limit === undefined) throw new ScopelogError("ERR_SCOPELOG_OPTION", `limits.${key} is not a limit`);
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= limit)) {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", `limits.${key} must be a whole number from 1 to ${limit}`);
    }
  }
  return {
    depth: limits.depth ?? defaultLimits.depth,
    items: limits.items ?? defaultLimits.items,
    string: limits.string ?? defaultLimits.string,
    line: limits.line ?? defaultLimits.line,
  };
}
