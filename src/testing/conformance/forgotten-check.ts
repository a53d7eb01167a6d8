import type { Handler } from "../../port/handler.ts";
import { canCollectGarbage, collectGarbage } from "../collect-garbage.ts";
import type { Trial } from "./trial.ts";
import { demand, need } from "./verdict.ts";

/** A handler that nobody holds any more, and what it left. */
interface Forgotten {
  readonly reference: WeakRef<Handler>;
  resource: Disposable | undefined;
}

const crowd = 3;

export async function checkForgotten(trial: Trial): Promise<void> {
  need(await canCollectGarbage(), "needs a runtime that lets itself be asked to collect, see collectGarbage()");
  const start = await trial.start();
  const forgotten: Forgotten[] = [];
  for (let index = 0; index < crowd; index++) forgotten.push(await forget(trial));
  if (!(await collected(forgotten, trial))) {
    const resources = forgotten.map(({ resource }) => resource);
    for (const one of forgotten) one.resource = undefined;
    const held = resources.length;
    resources.length = 0;
    const guilty = held > 0 && (await collected(forgotten, trial));
    demand(!guilty, "it is not collected while its resource is held: resource leads back to the handler");
    demand(false, "it is not collected when it is forgotten: a timer, a listener, a table or a queue leads to it");
  }
  for (const { resource } of forgotten) {
    await trial.within("the [Symbol.dispose]() of resource", () => resource?.[Symbol.dispose]());
    await trial.within("the [Symbol.dispose]() of resource, called again,", () => resource?.[Symbol.dispose]());
  }
  const closing =
    forgotten[0]?.resource === undefined ? "it was forgotten, and has no resource" : "its resource was closed";
  await trial.backTo(start, `after ${closing}`);
}

// A frame of its own that ends before the collector is asked: nothing here holds the handler then.
async function forget(trial: Trial): Promise<Forgotten> {
  const handler = await trial.factory();
  trial.send(handler, 1);
  await trial.within("flush()", () => handler.flush?.());
  return { reference: new WeakRef(handler), resource: handler.resource };
}

async function collected(forgotten: readonly Forgotten[], trial: Trial): Promise<boolean> {
  // Bun reads its stack as it finds it, and may take an old word there for the last handler.
  const enough = "Bun" in globalThis ? 1 : forgotten.length;
  return await collectGarbage(
    () => forgotten.filter(({ reference }) => reference.deref() === undefined).length >= enough,
    { timeoutMs: trial.timeoutMs },
  );
}
