// To read a clock costs as much as opening a whole scope (48 of 90 ns, Node 20), and the age of a scope need not be exact:
// where one is opened after the other, one reading serves all of the same turn of the event loop, up to this many.
const maxReadings = 64;
// So many milliseconds apart they follow each other at once. Servers open one in a turn, and are not to pay for a
// microtask at each, which costs more than the reading.
const atOnce = 0.005;

// Small integers need no box on the heap: the age is kept as a 32-bit difference to this moment, right for 49 days.
const base = wholeNow();
const settled = Promise.resolve();
let read = Number.NEGATIVE_INFINITY;
let reading = 0;
let left = 0;

function stale(): void {
  left = 0;
}

/** About now, as milliseconds since the module was loaded, modulo 2^32; may be a turn of the event loop old. */
export function coarseNow(): number {
  if (left > 0) {
    left--;
    return reading;
  }
  const now = monotonicNow();
  reading = (Math.round(now) - base) | 0;
  if (now >= read && now - read < atOnce) {
    left = maxReadings;
    settled.then(stale);
  }
  read = now;
  return reading;
}

/** Milliseconds since a moment given by `coarseNow()`, never negative. */
export function ageOf(moment: number): number {
  return ((wholeNow() - base - moment) | 0) >>> 0;
}

/** Milliseconds by a clock that nobody sets: a span is not to be negative because the time of day was. */
export function monotonicNow(): number {
  return globalThis.performance?.now() ?? Date.now();
}

// By the time of day, a clock that was put back would make everybody 49 days old.
function wholeNow(): number {
  return Math.round(monotonicNow());
}
