const { process } = globalThis as { process?: { nextTick?(callback: () => void): void } };
const afterTicks: (callback: () => void) => void =
  typeof process?.nextTick === "function"
    ? (callback) => process.nextTick?.(callback)
    : (callback) => setTimeout(callback);

/**
 * Calls `end` once all that follows from the present event at once is done. A scope that ends with the `close` of
 * something is not to end before the program has heard of it too: its listeners, pipelines and promises come after ours,
 * and have a last line. Behind a microtask, a tick comes after the ticks and microtasks that the event has set off. Each
 * end has its own, because it runs in the ambient context of its event: what closes together may be of several requests.
 * Not `setImmediate`: it would have the event loop turn once more, and so take fewer requests in a turn. Where there are
 * no ticks a timer takes their place.
 */
export function afterTurn(end: () => void): void {
  queueMicrotask(() => afterTicks(end));
}
