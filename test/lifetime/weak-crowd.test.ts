import { expect, test } from "vitest";
import { WeakCrowd } from "../../src/lifetime/weak-crowd.ts";
import { collectUntil } from "../support/gc.ts";

test("knows each once, in the order they came", () => {
  const crowd = new WeakCrowd<object>();
  const things = Array.from({ length: 1000 }, (_, n) => ({ n }));
  for (const thing of [...things, ...things]) crowd.add(thing);
  expect([...crowd]).toEqual(things);
});

test("keeps nobody, and leaves those out who are gone", async () => {
  const crowd = new WeakCrowd<object>();
  const kept = { kept: true };
  const fill = () => {
    const references = Array.from({ length: 500 }, () => {
      const thing = {};
      crowd.add(thing);
      return new WeakRef(thing);
    });
    crowd.add(kept);
    return references;
  };
  const references = fill();
  await collectUntil(() => references.every((reference) => reference.deref() === undefined), "all gone");
  for (let n = 0; n < 3; n++) crowd.add({ n });
  expect([...crowd].slice(0, 1)).toEqual([kept]);
  expect([...crowd].length).toBe(4);
});
