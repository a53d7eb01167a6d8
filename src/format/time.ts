let second = Number.NaN;
let secondText = "";

/**
 * A time in milliseconds since 1970-01-01 UTC as ISO 8601 in UTC with milliseconds, such as
 * `2026-01-31T12:00:00.123Z` (RFC 3339, section 5.6); undefined if there is no such date.
 */
export function isoTime(ms: number): string | undefined {
  const whole = Math.floor(ms);
  const seconds = Math.floor(whole / 1000);
  // The text up to the second is kept: that costs a tenth of a `toISOString` for each line.
  if (seconds !== second) {
    // Beyond these there are no dates; NaN fails here too.
    if (!(Math.abs(whole) <= 8.64e15)) return undefined;
    secondText = new Date(whole).toISOString().slice(0, -4);
    second = seconds;
  }
  const rest = whole - seconds * 1000;
  return `${secondText}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest}Z`;
}
