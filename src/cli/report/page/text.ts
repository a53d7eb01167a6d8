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

// Made once: `toLocaleString` makes one each time.
const separated = new Intl.NumberFormat("en");

/** A whole number with separators. */
export function whole(value: number): string {
  return value < 1000 ? String(value) : separated.format(value);
}

export function counted(value: number, noun: string): string {
  return `${whole(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** A point in time, in UTC, to the millisecond. */
export function instant(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace("T", " ").replace("Z", " UTC");
}

/** Distances for an axis over `span`: 1, 2 or 5 of a unit that people count in; some `count` of them. */
export function axisStep(span: number, count: number): number {
  const wanted = span / Math.max(1, count);
  const clock = [1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000];
  const long = [3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000];
  if (wanted > 500) {
    for (const step of [...clock, ...long]) if (step >= wanted) return step;
    return Math.ceil(wanted / 86_400_000) * 86_400_000;
  }
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted) ?? wanted;
}

/** A time from the start of the log on, as fine as the axis' steps. */
export function offset(ms: number, step: number): string {
  if (ms === 0) return "0";
  if (step >= 1000) {
    const seconds = Math.round(ms / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const two = (value: number) => String(value).padStart(2, "0");
    if (seconds < 60) return `${seconds} s`;
    return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }
  if (ms >= 1000) return `${round(ms / 1000, step >= 100 ? 1 : step >= 10 ? 2 : 3)} s`;
  return `${round(ms, step >= 1 ? 0 : 3)} ms`;
}
