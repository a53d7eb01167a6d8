import { setImmediate as turn } from "node:timers/promises";

const { gc } = globalThis as { gc?: () => void };

/** One forced collection in a job of its own, and a turn of the event loop in which the FinalizationRegistry's callbacks run. */
export async function collect(): Promise<void> {
  if (gc === undefined) throw new Error("run with --expose-gc");
  // What a WeakRef was asked for is kept to the end of the job.
  await turn();
  gc();
  await turn();
}

/**
 * Collects until `condition` holds. What should be collected must have been made in another function that has
 * returned: the locals of an async function stay alive across awaits.
 */
export async function collectUntil(condition: () => boolean, what = "the condition", limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} did not come true by collecting`);
    await collect();
  }
}

/** Collects a few times, for tests of what must *not* be collected. */
export async function collectThoroughly(rounds = 6): Promise<void> {
  for (let round = 0; round < rounds; round++) await collect();
}

/** Waits until `condition` holds, without collecting. */
export async function until(condition: () => boolean, what = "the condition", limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what} did not come true`);
    await turn();
  }
}
