/** A whole number with its thousands set apart: `19,840`; `?` for what is none. */
export function integer(value: number): string {
  // Not by way of `Intl`, which takes milliseconds before its first number.
  return Number.isFinite(value) ? String(Math.round(value)).replace(/\B(?=(?:\d{3})+$)/g, ",") : "?";
}

/** `count` with the noun it counts: `1 scope`, `2 scopes`. */
export function counted(count: number, noun: string): string {
  return `${integer(count)} ${noun}${count === 1 ? "" : "s"}`;
}
