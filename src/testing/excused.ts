import { defaultRegistry } from "../logger/default.ts";
import type { Registry } from "../logger/registry.ts";

// Several copies of this module in one program (a set-up file may be loaded apart from the tests) count together.
const key = Symbol.for("scopelog/testing/excused@1");

const shared = globalThis as { [key]?: number };

/** Takes note that scopes of the default registry were collected because a test wanted it. */
export function excuseCollected(registry: Registry, count: number): void {
  if (registry === defaultRegistry()) shared[key] = excusedCollected() + count;
}

/** How many scopes of the default registry were collected because a test wanted it, so far. */
export function excusedCollected(): number {
  return shared[key] ?? 0;
}
