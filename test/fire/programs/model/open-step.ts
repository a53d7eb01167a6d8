import { type Handler, levelNames, levelNumber, type ScopedLogger, type ScopeOptions } from "scopelog";
import { attempt, same } from "./compare.ts";
import type { Opening } from "./program.ts";
import type { realFields } from "./real-parts.ts";
import type { Sides } from "./sides.ts";
import { idOf, type ModelScope } from "./state.ts";

export function openScope(
  sides: Sides,
  opening: Opening,
  world: number,
  name: string,
  parent: number | undefined,
  open: (fields: ReturnType<typeof realFields>, options: ScopeOptions) => ScopedLogger,
): undefined {
  const { model } = sides;
  const registry = model.registries[world]!;
  const { level, propagate = true, buffer, summary } = opening;
  const handlers = opening.handlers.map((choice) => sides.handler(choice));
  const [given, known] = sides.fields(opening.fields);
  const outside = parent === undefined ? undefined : sides.sources[parent]!;
  const outer = outside?.holder;
  const scope: ModelScope = {
    registry,
    name,
    sequence: registry.scopes.length + 1,
    outer,
    own: registry.ownFields(known, outer, outside),
    holders: [],
    handlers,
    owned: handlers,
    level: level ?? outside?.viewLevel,
    forced: undefined,
    propagate,
    buffer:
      buffer === undefined
        ? undefined
        : { until: levelNumber(buffer.until), limit: buffer.limit ?? 1000, held: [], open: false, dropped: 0 },
    summary:
      summary === undefined || summary === false
        ? undefined
        : { level: summary === true ? undefined : levelNumber(summary), lines: levelNames.map(() => 0) },
    outcome: "unknown",
    failure: undefined,
    outcomeFields: {},
    lines: 0,
    ended: false,
    hadHandlers: false,
  };
  const allowed = handlers.every(
    (index, at) => model.handlers[index]?.owner === undefined && handlers.indexOf(index) === at,
  );
  const real = attempt("ERR_SCOPELOG_HANDLER_OWNED", () =>
    open(given, {
      propagate,
      handlers: handlers.map((index) => sides.handlers[index] as Handler),
      ...(level === undefined ? {} : { level }),
      ...(buffer === undefined ? {} : { buffer }),
      ...(summary === undefined ? {} : { summary }),
    }),
  );
  same("a scope opens if its handlers are free", real !== undefined, allowed);
  if (real === undefined) return;
  same("its id", real.id, idOf(scope));
  for (const index of handlers) model.claim(index, scope);
  registry.scopes.push(scope);
  sides.addHolder({ scope, live: true, moved: false }, real);
}
