/**
 * The `SeverityNumber` for one of our level numbers: the first of the range that means the same, as the logs data model
 * recommends ("Mapping of SeverityNumber"), so trace 1, debug 5, info 9, warn 13, error 17, fatal 21. The nine numbers
 * between two levels share the other three of the range: 35 is 11, `INFO3`.
 */
export function severityNumber(level: number): number {
  if (!(level > 10)) return 1;
  if (level >= 70) return 24;
  return 1 + Math.trunc(((level - 10) * 4) / 10);
}
