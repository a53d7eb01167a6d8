import { ScopelogError } from "../port/codes.ts";

/** Refuses an option. */
export function refuse(name: string, meant: string, given: unknown): never {
  let text: string;
  try {
    text = typeof given === "string" ? JSON.stringify(given) : String(given);
  } catch {
    text = typeof given;
  }
  throw new ScopelogError("ERR_SCOPELOG_OPTION", `syslogHandler: ${name} must be ${meant}, not ${text}`);
}

/** An integer between the two, both included. */
export function checkInteger(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  return refuse(name, `an integer from ${least} to ${most}`, value);
}

/** A number of milliseconds that a timer can count. */
export function checkMs(name: string, value: unknown, least = 0): number {
  if (typeof value === "number" && value >= least && value <= 0x7fff_ffff) return value;
  return refuse(name, `a number of milliseconds, at least ${least}`, value);
}

/** One of the words. */
export function checkWord<T extends string>(name: string, value: unknown, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T;
  return refuse(name, `one of ${words.join(", ")}`, value);
}

export function checkBoolean(name: string, value: unknown): boolean {
  return typeof value === "boolean" ? value : refuse(name, "true or false", value);
}

/** An object with no other keys than these. */
export function checkKeys(name: string, value: unknown, keys: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(name, "an object", value);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) {
      const where = name === "options" ? key : `${name}.${key}`;
      throw new ScopelogError(
        "ERR_SCOPELOG_OPTION",
        `syslogHandler: ${where} is not an option; there are ${keys.join(", ")}`,
      );
    }
  }
}
