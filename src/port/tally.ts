interface Tally {
  /** Lines that were given up: full queue, lost destination, nobody left to take them. */
  dropped: number;
  /** Lines that a handler, filter or formatter failed on. */
  failed: number;
}

// A handler and the registry that shows its drops may be from two copies of the package.
const key = Symbol.for("scopelog/tally@1");
const shared = globalThis as { [key]?: Tally };

/**
 * Counts of this process that outlive handlers and transports, so that a line that was given up is counted even when
 * nobody is left who could be asked. Shown by `Registry.stats()`.
 */
export const tally: Tally = (shared[key] ??= { dropped: 0, failed: 0 });

/** Counts lines that a handler gives up: for handlers that queue, sample or lose their destination. */
export function countDropped(lines = 1): void {
  tally.dropped += lines;
}
