import { checkObject } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import { checkFilter, type FilterLike } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { messageOf } from "../record/fields.ts";
import { isLevelSetting, type LevelSetting } from "../record/level.ts";

/** Which records a handler takes. */
export interface HandlerOptions {
  /** Only records at this level and above; default all. */
  readonly level?: LevelSetting | undefined;
  /** Only records it lets pass, after `level`; default all. */
  readonly filter?: FilterLike | undefined;
}

/**
 * `level` and `filter` of a handler, checked.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_FILTER`
 */
export function checkOptions(options: HandlerOptions): Pick<Handler, "level" | "filter"> {
  checkObject(options);
  const { level, filter } = options;
  if (level !== undefined && !isLevelSetting(level)) {
    throw new ScopelogError("ERR_SCOPELOG_LEVEL", `level must be a level or "off", not ${messageOf(level)}`);
  }
  if (filter !== undefined) checkFilter(filter);
  return { level, filter };
}
