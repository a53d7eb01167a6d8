import { UsageError } from "../output.ts";

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * The point in time that an option names: `10m` (so long ago), `12:30` or `12:30:15` (today), or a date that
 * `Date.parse` takes, such as `2026-01-31T12:00Z`; without a zone it is local.
 * @throws {UsageError}
 */
export function timePoint(option: string, text: string, now: number): number {
  const ago = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)(?:\s+ago)?$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] as string] as number);
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/.exec(text);
  if (clock !== null) {
    const [, hours, minutes, seconds = "0", fraction = "0"] = clock;
    if (Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60) {
      return new Date(now).setHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, "0")));
    }
  }
  // A date alone is midnight here, not in Greenwich.
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  if (/^\d{4}-/.test(text) && !Number.isNaN(time)) return time;
  throw new UsageError(`${option} must be a time: 10m (ago), 12:30 (today) or 2026-01-31T12:30; not "${text}"`);
}
