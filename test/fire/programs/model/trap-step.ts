import type { Sides } from "./sides.ts";

export function setTrap(sides: Sides, choice: number, act: "dispose" | "log" | "fail", target: number): undefined {
  const { model } = sides;
  if (sides.forgetful) return;
  const which = sides.handler(choice);
  const index = act === "log" ? sides.source(target) : sides.holder(target);
  if (index === undefined || model.handlers[which]!.trap !== undefined) return;
  if (act === "log") {
    const source = sides.sources[index]!;
    const real = sides.realSources[index]!;
    const message = `trapped ${++sides.number}`;
    model.handlers[which]!.trap = () => void model.log(source, { level: 50, message, error: undefined, fields: {} });
    sides.diary.traps[which] = () => real.error(message);
    return;
  }
  const holder = sides.holders[index]!;
  const real = sides.realHolders[index]!;
  model.handlers[which]!.trap = () =>
    act === "fail" ? model.fail(holder.scope, undefined, {}) : model.dispose(holder);
  sides.diary.traps[which] = () => (act === "fail" ? real.fail() : real.dispose());
}
