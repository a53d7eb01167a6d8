import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { afterTurn, disposeAfterTurn } from "../../src/lifetime/after-turn.ts";

/** Something that closes: what is said, in order, by its end and by what hears of it after the one that ends it. */
function connection(said: string[], name: string, end: (scope: { dispose(): void }) => void): EventEmitter {
  const emitter = new EventEmitter();
  emitter.on("close", () => end({ dispose: () => void said.push(`${name} ended`) }));
  emitter.on("close", () => {
    said.push(`${name} heard`);
    process.nextTick(() => said.push(`${name} tick`));
    queueMicrotask(() => said.push(`${name} microtask`));
    Promise.resolve().then(() => process.nextTick(() => said.push(`${name} tick of a microtask`)));
  });
  return emitter;
}

/** Calls `act` in a turn of its own, where ticks come before microtasks, and waits for all that follows. */
async function inTurn(act: () => void): Promise<void> {
  setImmediate(act);
  await turn();
  await turn();
}

const ways = {
  afterTurn: (scope: { dispose(): void }) => afterTurn((ended) => ended.dispose(), scope),
  disposeAfterTurn,
};

test.each(Object.entries(ways))("%s: all that hears of an event in its turn is before the end", async (_, end) => {
  const said: string[] = [];
  await inTurn(() => connection(said, "a", end).emit("close"));
  expect(said).toEqual(["a heard", "a tick", "a microtask", "a ended", "a tick of a microtask"]);
});

test.each(Object.entries(ways))("%s: what closes together, each with its own turn", async (_, end) => {
  const said: string[] = [];
  await inTurn(() => {
    for (const name of ["a", "b"]) connection(said, name, end).emit("close");
  });
  for (const name of ["a", "b"]) {
    const own = said.filter((text) => text.startsWith(`${name} `));
    expect(own).toEqual([
      `${name} heard`,
      `${name} tick`,
      `${name} microtask`,
      `${name} ended`,
      `${name} tick of a microtask`,
    ]);
  }
});

test.each(Object.entries(ways))(
  "%s: what closes between the turn and the end has a turn of its own",
  async (_, end) => {
    const said: string[] = [];
    await inTurn(() => {
      connection(said, "a", end).emit("close");
      // After the microtask of the first, and before its end.
      queueMicrotask(() => connection(said, "b", end).emit("close"));
    });
    expect(said.filter((text) => text.startsWith("b "))).toEqual([
      "b heard",
      "b microtask",
      "b tick",
      "b ended",
      "b tick of a microtask",
    ]);
  },
);

test("afterTurn: each of those that close together ends in the ambient context of its own event", async () => {
  const storage = new AsyncLocalStorage<string>();
  const said: unknown[] = [];
  await inTurn(() => {
    for (const name of ["a", "b"])
      storage.run(name, () => afterTurn((own) => said.push([own, storage.getStore()]), name));
  });
  expect(said).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
});
