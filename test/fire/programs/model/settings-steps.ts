import type { Config, Handler } from "scopelog";
import { attempt, same } from "./compare.ts";
import type { Step } from "./program.ts";
import { makeFilter } from "./real-parts.ts";
import type { Sides } from "./sides.ts";
import type { ModelLogger } from "./state.ts";

export function changeHandlers(
  sides: Sides,
  what: "use" | "borrow" | "remove",
  choice: number,
  handlerChoice: number,
): undefined {
  const index = sides.holder(choice);
  if (index === undefined) return;
  const { model } = sides;
  const { scope, live: going } = sides.holders[index]!;
  const live = going && !scope.ended;
  const real = sides.realHolders[index]!;
  const which = sides.handler(handlerChoice);
  const handler = sides.handlers[which]!;
  if (what === "remove") {
    if (scope.owned.includes(which)) model.disclaim(which);
    scope.handlers = scope.handlers.filter((one) => one !== which);
    scope.owned = scope.owned.filter((one) => one !== which);
    real.removeHandler(handler);
  } else if (what === "borrow") {
    const went = attempt("ERR_SCOPELOG_SCOPE_ENDED", () => {
      real.addHandler(handler);
      return true;
    });
    same("a live holder borrows", went === true, live);
    if (went && !scope.handlers.includes(which)) scope.handlers = [...scope.handlers, which];
  } else {
    const free = model.handlers[which]?.owner === undefined;
    const went = attempt(live ? "ERR_SCOPELOG_HANDLER_OWNED" : "ERR_SCOPELOG_SCOPE_ENDED", () => real.use(handler));
    same("a live holder takes what is free", went === handler, live && free);
    if (went === undefined) return;
    model.claim(which, scope);
    scope.owned = [...scope.owned, which];
    scope.handlers = [...scope.handlers.filter((one) => one !== which), which];
  }
}

export function configure(
  sides: Sides,
  { world, loggers, fields: bits, starved }: Step & { do: "configure" },
): undefined {
  const { model } = sides;
  const registry = model.registries[world]!;
  const [given, known] = sides.fields(bits);
  const indices = new Set<number>();
  const named: Record<string, NonNullable<Config["loggers"]>[string]> = {};
  const expected: Record<string, ModelLogger> = {};
  for (const { name, level, handlers: choices, propagate = true, filter } of loggers) {
    const handlers = choices.map((choice) => sides.handler(choice));
    for (const index of handlers) indices.add(index);
    expected[name] = { level, handlers, propagate, filter };
    named[name] = {
      propagate,
      handlers: handlers.map((index) => `h${index}`),
      ...(level === undefined ? {} : { level }),
      ...(filter === undefined ? {} : { filters: [makeFilter(filter)] }),
    };
  }
  const allowed = [...indices].every((index) => {
    const owner = model.handlers[index]?.owner;
    return owner === undefined || owner === registry.owner;
  });
  const real = attempt("ERR_SCOPELOG_HANDLER_OWNED", () =>
    sides.registries[world]!.configure({
      handlers: Object.fromEntries([...indices].map((index) => [`h${index}`, sides.handlers[index] as Handler])),
      loggers: named,
      fields: given,
      forgotten: { report: "silent", origin: "off" },
      onError: sides.listen,
      ...(starved === undefined ? {} : { budget: { bufferBytes: starved ? 1 : 1e8 } }),
    }),
  );
  same("a configuration is taken if its handlers are free or its registry's", real !== undefined, allowed);
  if (real === undefined) return;
  sides.configurations.push(real);
  model.configure({ registry, handlers: [...indices], loggers: expected, fields: known, starved, inForce: true });
}
