import type { ModelEvent, ModelHolder, ModelScope } from "./state.ts";

/**
 * The scopes that have a live holder which can still be reached: by the program, from an event that will end it, from
 * inside, or from a buffer that holds its lines.
 */
export function reachable(roots: readonly ModelHolder[], events: readonly ModelEvent[]): Set<ModelScope> {
  const reached = new Set<ModelHolder>();
  const reach = (holder: ModelHolder): void => {
    if (reached.has(holder)) return;
    reached.add(holder);
    const { outer, buffer, holders, ended } = holder.scope;
    if (outer !== undefined) reach(outer);
    for (const { source } of buffer?.held ?? []) if (source.holder !== undefined) reach(source.holder);
    if (!ended) for (const other of holders) if (other.moved) reach(other);
  };
  for (const holder of roots) reach(holder);
  for (const { waiting } of events) for (const { holder } of waiting) reach(holder);
  return new Set([...reached].filter(({ live, scope }) => live && !scope.ended).map(({ scope }) => scope));
}
