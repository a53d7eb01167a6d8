import { ScopelogError } from "../port/codes.ts";
import { builtin, nextTurn, realNow } from "./runtime.ts";

/** How long to try. */
export interface CollectOptions {
  /** Milliseconds after which it gives up; only an unmet condition takes so long. Default: 10,000. */
  timeoutMs?: number;
}

// Without a condition: once for what is dead, once for what only finalizers held, once more for what those let go.
const roundsWithout = 3;

/**
 * Has the garbage collector run, again and again with turns of the event loop in between, until `until` holds. What is
 * to be collected must not be reachable from a local variable of an async function that is still running: make it in a
 * synchronous function, or use `expectCollected`.
 *
 * Works on Node as it is, on Bun, on Deno started with `--v8-flags=--expose-gc`, and in Chromium started with
 * `--js-flags=--expose-gc`.
 * @param until the condition; without it the collector runs three times
 * @returns whether the condition holds; true without one
 * @throws {ScopelogError} `ERR_SCOPELOG_UNAVAILABLE` if the runtime does not let itself be asked; the message says how to start it
 */
export async function collectGarbage(until?: () => boolean, options: CollectOptions = {}): Promise<boolean> {
  const collect = await collector();
  if (until === undefined) {
    for (let round = 0; round < roundsWithout; round++) {
      collect();
      await nextTurn();
    }
    return true;
  }
  const end = realNow() + (options.timeoutMs ?? 10_000);
  // A condition that derefs a WeakRef keeps its target to the end of that turn, so the collector gets one of its own.
  while (!until()) {
    if (realNow() > end) return false;
    await nextTurn();
    collect();
    await nextTurn();
  }
  return true;
}

/** Whether `collectGarbage` works here. */
export async function canCollectGarbage(): Promise<boolean> {
  return (await findCollector()) !== undefined;
}

interface Runtime {
  gc?: () => void;
  Bun?: { gc(synchronously: boolean): void };
  Deno?: object;
}

let found: (() => void) | undefined;

async function collector(): Promise<() => void> {
  const collect = await findCollector();
  if (collect !== undefined) return collect;
  const how =
    (globalThis as Runtime).Deno === undefined
      ? "start Node with --expose-gc, or Chromium with --js-flags=--expose-gc"
      : "start Deno with --v8-flags=--expose-gc";
  throw new ScopelogError("ERR_SCOPELOG_UNAVAILABLE", `this runtime does not let itself be asked to collect: ${how}`);
}

async function findCollector(): Promise<(() => void) | undefined> {
  if (found !== undefined) return found;
  const { gc, Bun, Deno } = globalThis as Runtime;
  if (Bun !== undefined) found = () => Bun.gc(true);
  else if (typeof gc === "function") found = () => gc();
  else if (Deno === undefined) found = await exposeCollector();
  return found;
}

/** The collector of a Node that was not started with `--expose-gc`. */
async function exposeCollector(): Promise<(() => void) | undefined> {
  const v8 = await builtin("v8");
  const vm = await builtin("vm");
  if (v8 === undefined || vm === undefined) return undefined;
  try {
    v8.setFlagsFromString("--expose-gc");
    const gc: unknown = vm.runInNewContext("gc");
    return typeof gc === "function" ? () => gc() : undefined;
  } catch {
    return undefined;
  }
}
