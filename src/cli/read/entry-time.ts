// A number of these sizes is no time in milliseconds that a log would have: it counts from 1970 in seconds up to the
// year 5138, in microseconds from 1973 on, in nanoseconds likewise.
const seconds = 1e11;
const microseconds = 1e14;
const nanoseconds = 1e17;

// Beyond these there are no dates.
const furthest = 8.64e15;

const maxLength = 64;

let lastText = "";
let lastTime = Number.NaN;

/** A time as a line tells it, in milliseconds since 1970-01-01 UTC; NaN if it is none. */
export function timeOf(value: unknown): number {
  if (typeof value === "number") return ofNumber(value);
  if (typeof value !== "string" || value.length > maxLength) return Number.NaN;
  if (value === lastText) return lastTime;
  // Lines come in crowds of one millisecond, and to read the text costs more than to compare it.
  const time = ofText(value);
  lastText = value;
  lastTime = time;
  return time;
}

function ofNumber(value: number): number {
  const time = inMilliseconds(value);
  return Math.abs(time) <= furthest ? time : Number.NaN;
}

function inMilliseconds(value: number): number {
  const size = Math.abs(value);
  if (size < seconds) return value * 1000;
  if (size < microseconds) return value;
  return size < nanoseconds ? value / 1000 : value / 1_000_000;
}

function ofText(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return ofNumber(Number(text));
  const time = Date.parse(text);
  // A fraction of more digits than a Date has.
  return Number.isNaN(time) ? Date.parse(text.replace(/(\.\d{3})\d+/, "$1")) : time;
}
