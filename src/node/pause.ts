const cell = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread for `ms` milliseconds; for the moments when waiting is the promise: `sync` mode and the exit. */
export function pause(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}
