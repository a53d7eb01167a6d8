/** A duration in milliseconds, in three digits or so: `637 ms`, `1.24 s`, `2 min 3 s`. */
export function duration(ms: number): string {
  if (Number.isNaN(ms)) return "";
  if (ms === 0) return "0 ms";
  if (ms < 1) return `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < 10) return `${round(ms, 2)} ms`;
  if (ms < 1000) return `${round(ms, ms < 100 ? 1 : 0)} ms`;
  if (ms < 60_000) return `${round(ms / 1000, 2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${round(minutes / 1440, 1)} days`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** A point in time, in UTC, to the millisecond. */
export function instant(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace("T", " ").replace("Z", " UTC");
}
