import { flushAll } from "../../lifetime/disposal.ts";
import type { BaseLogger } from "../../logger/base-logger.ts";
import type { Logger } from "../../logger/logger.ts";
import type { Handler } from "../../port/handler.ts";

/** Flushes all handlers that lines of `logger` reach. Rejects with what the first of them failed with. */
export async function flushHandlers(logger: Logger): Promise<void> {
  let failure: { error: unknown } | undefined;
  await flushAll(handlersOf(logger as Logger & Partial<BaseLogger>), (error) => {
    failure ??= { error };
  });
  if (failure !== undefined) throw failure.error;
}

// By what it has and not by `instanceof`: the logger may be from another copy of the package.
function handlersOf(logger: Partial<BaseLogger>): readonly Handler[] {
  if (typeof logger.currentPlan !== "function") return [];
  const handlers = new Set<Handler>(logger.currentPlan().handlers);
  for (let around = logger.inside; around !== undefined; around = around.outer) {
    for (const handler of around.extras?.handlers ?? []) handlers.add(handler);
  }
  return [...handlers];
}
