// Halves of them are good numbers too.
const tops = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** The end of an axis for values up to `most`: a good number, not less than 2. */
export function niceTop(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  const whole = tops.map((top) => Math.round(top * 10 * power) / 10).filter(Number.isInteger);
  return whole.find((top) => top >= most) ?? most;
}

/** What is written along the axis that ends with `top`: the ends, and the middle if it is whole. */
export function valueMarks(top: number): number[] {
  return Number.isInteger(top / 2) ? [0, top / 2, top] : [0, top];
}

const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Distances in milliseconds for some `count` marks of time over `span`: 1, 2 or 5 of a unit that people count in. */
export function timeStep(span: number, count: number): number {
  const wanted = span / Math.max(1, count);
  if (wanted > 500) {
    const step = seconds.find((step) => step * 1000 >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400;
    return step * 1000;
  }
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted) ?? wanted;
}

/** A time from the start on, in milliseconds, as fine as the steps of its axis. */
export function timeMark(ms: number, step: number): string {
  if (ms === 0) return "0";
  if (step < 1000) {
    const [value, unit, digits] =
      ms >= 1000 ? [ms / 1000, "s", step >= 100 ? 1 : step >= 10 ? 2 : 3] : [ms, "ms", step >= 1 ? 0 : 3];
    return `${Number(value.toFixed(digits))} ${unit}`;
  }
  const whole = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
