import { setTimeout as sleep } from "node:timers/promises";

/** Waits until the receiver has so many lines, or nothing comes any more. */
export async function arrived(received: () => Promise<number>, lines: number): Promise<void> {
  let quiet = 0;
  for (let before = -1; quiet < 200; await sleep(100)) {
    const now = await received();
    if (now >= lines) return;
    quiet = now > before ? 0 : quiet + 1;
    before = now;
  }
}
