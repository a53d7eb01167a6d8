import { fieldsOf } from "./model-registry.ts";
import type { Step } from "./program.ts";
import type { Sides } from "./sides.ts";
import type { ModelHolder } from "./state.ts";

/** Runs one step of a body, as the machine does. */
type Run = (step: Step) => Promise<void> | undefined;

export function run(sides: Sides, index: number, error: number | undefined, body: readonly Step[], step: Run): void {
  const holder = sides.holders[index]!;
  const { registry } = holder.scope;
  const before = registry.frame;
  registry.frame = { holder, fields: fieldsOf(holder.scope) };
  sides.running.push(holder);
  sides.synchronous++;
  let thrown: unknown;
  try {
    sides.realHolders[index]!.run(() => {
      for (const one of body) void step(one);
      if (error !== undefined) throw sides.errors[error];
    });
  } catch (caught) {
    thrown = caught;
  }
  sides.synchronous--;
  sides.running.pop();
  registry.frame = before;
  leftRun(sides, holder, error, thrown);
}

export async function runAsync(
  sides: Sides,
  index: number,
  error: number | undefined,
  body: readonly Step[],
  step: Run,
): Promise<void> {
  const holder = sides.holders[index]!;
  const { registry } = holder.scope;
  const before = registry.frame;
  registry.frame = { holder, fields: fieldsOf(holder.scope) };
  sides.running.push(holder);
  let thrown: unknown;
  try {
    await sides.realHolders[index]!.run(async () => {
      for (const one of body) {
        const waiting = step(one);
        if (waiting !== undefined) await waiting;
      }
      if (error !== undefined) throw sides.errors[error];
    });
  } catch (caught) {
    thrown = caught;
  }
  sides.running.pop();
  registry.frame = before;
  leftRun(sides, holder, error, thrown);
}

function leftRun(sides: Sides, holder: ModelHolder, error: number | undefined, thrown: unknown): void {
  const expected = error === undefined ? undefined : sides.errors[error];
  // A check that failed inside.
  if (thrown !== expected) throw thrown;
  if (error !== undefined) sides.model.remember(error, fieldsOf(holder.scope));
}
