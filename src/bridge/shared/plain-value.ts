import { defaultLimits } from "../../format/json-limits.ts";
import { plainRoom } from "../../format/json-plain.ts";
import { nativeValues } from "../../format/json-values.ts";

/**
 * The value, or what our JSON makes of it if that of others would lose it: an error, a Map, a BigInt, a cycle, a getter
 * that throws. Never throws.
 */
export function plainValue(value: unknown, key: string): unknown {
  if (typeof value !== "bigint") {
    if (typeof value !== "object" || value === null) return value;
    try {
      const { line, depth } = defaultLimits;
      if (plainRoom(value, line, depth, defaultLimits) >= 0) return value;
    } catch {
      // What throws is told by our JSON.
    }
  }
  const text = nativeValues.value(value, key);
  return text === undefined ? undefined : JSON.parse(text);
}
