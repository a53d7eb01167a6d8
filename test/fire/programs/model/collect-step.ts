import { setImmediate as turn } from "node:timers/promises";
import { collectUntil } from "../../../support/gc.ts";
import { same } from "./compare.ts";
import { reachable } from "./reachable.ts";
import type { Sides } from "./sides.ts";
import { idOf, type ModelScope } from "./state.ts";

const { gc } = globalThis as { gc?: () => void };

function unreachableScopes(sides: Sides): Set<ModelScope> {
  const roots = [
    ...sides.running,
    ...sides.model.pending,
    ...sides.sources.flatMap(({ holder }, index) =>
      holder === undefined || sides.realSources[index] === undefined ? [] : [holder],
    ),
  ];
  const events = sides.model.events.filter((_, index) => sides.events[index] !== undefined);
  const reached = reachable(roots, events);
  return new Set(sides.model.registries.flatMap(({ live }) => live).filter((scope) => !reached.has(scope)));
}

/** What cannot be reached may have been collected whenever the runtime liked. */
export function reconcile(sides: Sides): void {
  if (!sides.forgetful) return;
  const unreachable = unreachableScopes(sides);
  if (unreachable.size === 0) return;
  for (const [world, registry] of sides.registries.entries()) {
    registry.sweep();
    const there = new Set([...registry.scopes()].map(({ id }) => id));
    for (const scope of unreachable) {
      if (scope.registry.index === world && !there.has(idOf(scope))) sides.model.end(scope, "collected");
    }
  }
}

/** Collects all that can be, by the runtime's word or by `sweep()`. */
export async function collect(sides: Sides, sweep: boolean): Promise<void> {
  await takeTurn(sides);
  const { model } = sides;
  for (const scope of unreachableScopes(sides)) model.end(scope, "collected");
  const live = model.registries.map((registry) => registry.live.length);
  const isDone = () => sides.registries.every((registry, world) => registry.stats().live <= live[world]!);
  if (!sweep) return collectUntil(isDone, `${live} live scopes`);
  while (!isDone()) {
    await turn();
    const before = sides.registries.map((registry) => registry.stats().collected);
    gc?.();
    for (const [world, registry] of sides.registries.entries()) {
      const swept = registry.sweep();
      same("what sweep() ended", swept, registry.stats().collected - before[world]!);
    }
  }
}

/** Lets come what was set off. */
export async function takeTurn(sides: Sides): Promise<void> {
  await turn();
  sides.model.turn();
  reconcile(sides);
}
