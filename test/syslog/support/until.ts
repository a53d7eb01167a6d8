import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `condition` holds, without keeping the processor busy. */
export async function until(condition: () => boolean, what: string, limitMs = 25_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`this did not come true: ${what}`);
    await sleep(5);
  }
}
