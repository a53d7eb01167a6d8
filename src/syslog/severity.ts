/** The names of the 24 facilities, in the order of their numbers (RFC 5424 section 6.2.1, names of syslog.conf). */
export const facilityNames = [
  "kern",
  "user",
  "mail",
  "daemon",
  "auth",
  "syslog",
  "lpr",
  "news",
  "uucp",
  "cron",
  "authpriv",
  "ftp",
  "ntp",
  "audit",
  "alert",
  "clock",
  "local0",
  "local1",
  "local2",
  "local3",
  "local4",
  "local5",
  "local6",
  "local7",
] as const;

/** One of the names above. */
export type FacilityName = (typeof facilityNames)[number];

/** Severity of the transport's own lines: warning. */
export const noticeSeverity = 4;

/**
 * The severity of a level number: trace and debug are 7 (debug), info 6, what lies between info and warn 5 (notice),
 * warn 4, error 3, fatal 2 (critical). Never 0 or 1: an emergency is shown on every terminal of many systems.
 */
export function severityOf(levelNumber: number): number {
  if (levelNumber >= 60) return 2;
  if (levelNumber >= 50) return 3;
  if (levelNumber >= 40) return 4;
  if (levelNumber > 30) return 5;
  return levelNumber === 30 ? 6 : 7;
}

/** `<PRI>` for each severity of a facility, by severity. */
export function priorities(facility: number): readonly string[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((severity) => `<${facility * 8 + severity}>`);
}
