/** The six names, from the finest to the gravest. */
export type LevelName = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

/** A threshold: a level, or `"off"` for nothing at all. */
export type LevelSetting = LevelName | "off";

/** The names in order of gravity. */
export const levelNames: readonly LevelName[] = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Above every level: the threshold that lets nothing through. */
export const OFF = Number.POSITIVE_INFINITY;

// Gaps of ten leave room for levels in between; the numbers are pino's and bunyan's, so that both read our lines.
const numbers: Readonly<Record<string, number>> = {
  __proto__: null as never,
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
  off: OFF,
};

/** Whether `value` is one of the six names. */
export function isLevelName(value: unknown): value is LevelName {
  return typeof value === "string" && value !== "off" && numbers[value] !== undefined;
}

/** Whether `value` is one of the six names or `"off"`. */
export function isLevelSetting(value: unknown): value is LevelSetting {
  return typeof value === "string" && numbers[value] !== undefined;
}

/** The number of a level: trace 10, debug 20, info 30, warn 40, error 50, fatal 60, off `Infinity`. */
export function levelNumber(name: LevelSetting): number {
  return numbers[name] as number;
}

/** The name of a number: the gravest level at or below it, so 35 is `info`; below 10 is `trace`. */
export function levelName(number: number): LevelName {
  return levelNames[levelIndex(number)] as LevelName;
}

/** Where the name of a number is in `levelNames`. */
export function levelIndex(number: number): number {
  return number >= 60 ? 5 : number >= 10 ? Math.trunc(number / 10) - 1 : 0;
}
