import { skip } from "./check.ts";

interface Runtime {
  gc?: () => void;
  Bun?: { gc(synchronously: boolean): void };
  setImmediate?: (callback: () => void) => unknown;
}

const { gc, Bun, setImmediate } = globalThis as Runtime;

/** Resolves in a later turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => (setImmediate === undefined ? setTimeout(resolve, 1) : setImmediate(resolve)));
}

/** One forced collection in a job of its own, and a turn in which finalizers run. */
export async function collect(): Promise<void> {
  if (Bun === undefined && gc === undefined) skip("the collector cannot be asked");
  await turn();
  if (Bun !== undefined) Bun.gc(true);
  else gc?.();
  await turn();
}

/** Collects until `condition` holds. What should be collected must have been made in a function that has returned. */
export async function collectUntil(condition: () => boolean, what: string, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`collecting did not bring about: ${what}`);
    await collect();
  }
}

/** Waits until `condition` holds. */
export async function waitUntil(condition: () => boolean, what: string, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
