import { afterAll, beforeAll, expect, test } from "vitest";
import { collectGarbage } from "../../src/testing/index.ts";
import { findProgram, newProject, type Project } from "./installed.ts";

function makeAndForget(): WeakRef<object> {
  return new WeakRef({ forgotten: true });
}

test("collects until the condition holds", async () => {
  const reference = makeAndForget();
  expect(await collectGarbage(() => reference.deref() === undefined)).toBe(true);
});

test("lets finalizers run without a condition", async () => {
  const finalized: string[] = [];
  const registry = new FinalizationRegistry<string>((held) => void finalized.push(held));
  (() => registry.register({}, "gone"))();
  expect(await collectGarbage()).toBe(true);
  expect(finalized).toEqual(["gone"]);
});

test("gives up when the condition does not come to hold", async () => {
  const held = { held: true };
  const reference = new WeakRef(held);
  expect(await collectGarbage(() => reference.deref() === undefined, { timeoutMs: 50 })).toBe(false);
  expect(reference.deref()).toBe(held);
});

const script = `
import { collectGarbage, fakeClock } from "scopelog/testing";
const forget = () => new WeakRef({ forgotten: true });
const reference = forget();
const done = await collectGarbage(() => reference.deref() === undefined);
using_(fakeClock(0), async () => {
  const other = forget();
  const also = await collectGarbage(() => other.deref() === undefined);
  console.log("collected", done, also);
});
async function using_(clock, body) { try { await body(); } finally { clock[Symbol.dispose](); } }
`;

let project: Project;
beforeAll(() => {
  project = newProject();
  project.write("collect.mjs", script);
});
afterAll(() => project[Symbol.dispose]());

const bun = findProgram("bun");
const deno = findProgram("deno");

for (const [runtime, program, args] of [
  ["Node without --expose-gc", process.execPath, []],
  ["Node with --expose-gc", process.execPath, ["--expose-gc"]],
  ["Bun", bun, []],
  ["Deno with --v8-flags", deno, ["run", "-A", "--no-config", "--node-modules-dir=manual", "--v8-flags=--expose-gc"]],
] as const) {
  test.skipIf(program === undefined)(`works on ${runtime}`, () => {
    const { code, output } = project.run(program as string, [...args, "collect.mjs"]);
    expect(output).toContain("collected true true");
    expect(code).toBe(0);
  });
}

test.skipIf(deno === undefined)("says on Deno what is missing", () => {
  const { code, output } = project.run(deno as string, ["run", "-A", "--node-modules-dir=manual", "collect.mjs"]);
  expect(output).toContain("start Deno with --v8-flags=--expose-gc");
  expect(code).not.toBe(0);
});
