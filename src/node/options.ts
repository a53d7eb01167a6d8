import { ScopelogError } from "../port/codes.ts";
import { checkFilter, type FilterLike } from "../port/filter.ts";
import { isLevelSetting, type LevelSetting } from "../record/level.ts";

/** What is refused: an option of `where`, with what is wrong with it. */
export function optionError(where: string, option: string, problem: string, cause?: unknown): ScopelogError {
  const message = `${where}: ${option} ${problem}`;
  return new ScopelogError("ERR_SCOPELOG_OPTION", message, cause === undefined ? undefined : { cause });
}

/** A whole number of at least `least`; `fallback` if absent. */
export function checkNumber(where: string, option: string, value: unknown, fallback: number, least = 0): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw optionError(where, option, `must be a whole number of at least ${least}`);
}

/** True or false; `fallback` if absent. */
export function checkBoolean(where: string, option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  throw optionError(where, option, "must be true or false");
}

/** One of `choices`; undefined if absent. */
export function checkChoice<T extends string>(
  where: string,
  option: string,
  value: unknown,
  choices: readonly T[],
): T | undefined {
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  throw optionError(where, option, `must be one of ${choices.join(", ")}`);
}

/** The threshold and filter that every handler may have. */
export interface Gate {
  /** Only records at this level and above are written; everything if absent. */
  readonly level?: LevelSetting | undefined;
  /** Only records that it lets pass are written, after `level`. */
  readonly filter?: FilterLike | undefined;
}

/** Refuses a level or filter that is none. */
export function checkGate(where: string, { level, filter }: Gate): void {
  if (level !== undefined && !isLevelSetting(level)) throw optionError(where, "level", "must be a level or off");
  if (filter !== undefined) checkFilter(filter);
}
