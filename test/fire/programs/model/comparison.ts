import { books } from "../../../support/world.ts";
import { same } from "./compare.ts";
import type { Sides } from "./sides.ts";
import { idOf } from "./state.ts";

/** What must agree at any time. */
export function compareNow(sides: Sides): undefined {
  const { model } = sides;
  let dropped = 0;
  let failed = 0;
  let buffered = 0;
  for (const [index, real] of sides.registries.entries()) {
    const registry = model.registries[index]!;
    const { live } = registry;
    const stats = books(real);
    ({ dropped, failed, buffered } = stats);
    const { disposed, collected, shutdown, opened, late } = stats;
    same(
      "the counts",
      `${disposed} ${collected} ${shutdown} ${opened} ${stats.live} ${late}`,
      `${registry.ended.disposed} ${registry.ended.collected} ${registry.ended.shutdown} ${registry.scopes.length} ${live.length} ${registry.late}`,
    );
    let found = "";
    for (const { id, parent, level, handlers, lines, buffered } of real.scopes()) {
      found += `${id} in ${parent} ${level} ${handlers} ${lines} ${buffered > 0}\n`;
    }
    let expected = "";
    for (const scope of live) {
      const { outer, name, handlers, lines, buffer } = scope;
      const level = registry.levelOf({ name, holder: scope.holders[0], viewLevel: undefined });
      const parent = outer === undefined ? undefined : idOf(outer.scope);
      expected += `${idOf(scope)} in ${parent} ${level} ${handlers.length} ${lines} ${(buffer?.held.length ?? 0) > 0}\n`;
    }
    same("the live scopes", found, expected);
  }
  same(
    "dropped and failed lines",
    `${dropped - sides.before.dropped} ${failed - sides.before.failed}`,
    `${model.dropped} ${model.failed}`,
  );
  const held = model.registries.some(({ live }) => live.some(({ buffer }) => (buffer?.held.length ?? 0) > 0));
  same("whether anything is held", buffered > sides.before.buffered, held);
  const { delivered } = sides.diary;
  same("how many lines were taken", delivered.length, model.delivered.length);
  same("the last line", delivered.at(-1), model.delivered.at(-1));
}

export function compareClosings(sides: Sides): void {
  const { closings, released } = sides.diary;
  const { handlers } = sides.model;
  const count = (entry: number) => closings.filter((one) => one === entry).length;
  same(
    "how often each handler was closed",
    [...handlers.keys()].map(count),
    handlers.map(({ closed }) => closed),
  );
  same(
    "how often each resource was closed",
    released,
    handlers.map((handler) => handler.released),
  );
  for (const { handlers: order, flushes } of sides.model.closings) {
    // One that was owned again may be closed in between.
    if (order.some((index) => handlers[index]!.closed !== 1)) continue;
    const entries = order.flatMap((index) => (flushes ? [-1 - index, index] : [index]));
    same(
      "the last added is closed first",
      closings.filter((entry) => entries.includes(entry)),
      entries,
    );
  }
}
