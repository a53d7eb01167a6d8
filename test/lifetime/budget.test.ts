import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  meetPressure,
  meetShortage,
  type Relief,
  relieve,
  setTransportBudget,
  transportBudget,
} from "../../src/lifetime/budget.ts";

const exposed = globalThis.gc;

// It may be written, but not defined anew.
function setGc(gc: unknown): void {
  (globalThis as { gc?: unknown }).gc = gc;
}

const never = 1_000_000_000;
let clock = never;

/** Each test is far from the one before, because pressure is told once in ten seconds. */
function atAnotherTime(): void {
  clock += 3_600_000;
  vi.spyOn(Date, "now").mockImplementation(() => clock);
}

// Who does not ask for a collection gets none.
beforeEach(() => setGc(undefined));

afterEach(() => {
  vi.restoreAllMocks();
  setGc(exposed);
  setTransportBudget(undefined);
});

function relief(): Relief & { swept: number; told: string[] } {
  const one = {
    swept: 0,
    told: [] as string[],
    sweep: () => ++one.swept,
    pressed: (cause: string) => void one.told.push(cause),
  };
  relieve(one);
  return one;
}

/** A collection in a job of its own: what was asked of a WeakRef in another is let go. */
async function collection(): Promise<void> {
  await turn();
  exposed?.();
  await turn();
}

test("pressure sweeps when there was a collection, and is told once in a while", async () => {
  atAnotherTime();
  await collection();
  const one = relief();
  expect(meetPressure("first")).toBeGreaterThanOrEqual(1);
  for (let line = 0; line < 100; line++) meetPressure("second");
  expect(one).toMatchObject({ swept: 1, told: ["first"] });
  await collection();
  meetPressure("third");
  meetPressure("fourth");
  expect(one).toMatchObject({ swept: 2, told: ["first"] });
  clock += 10_000;
  meetPressure("fifth");
  expect(one.told).toEqual(["first", "fifth"]);
});

test("only a shortage of files is pressure", async () => {
  atAnotherTime();
  await collection();
  const one = relief();
  for (const error of [undefined, null, "EMFILE", new Error("EMFILE"), { code: "ENOSPC" }]) meetShortage(error, "a");
  expect(one.swept).toBe(0);
  meetShortage(Object.assign(new Error("x"), { code: "EMFILE" }), "udp://a");
  await collection();
  meetShortage({ code: "ENFILE" }, "b");
  expect(one).toMatchObject({ swept: 2, told: ["nothing more can be opened for udp://a: EMFILE"] });
});

test("a flood asks for one collection at a time, later, and one a second at most", async () => {
  atAnotherTime();
  const asked: unknown[] = [];
  setGc((options: unknown) => {
    asked.push(options);
    return Promise.resolve();
  });
  const turns = () => new Promise((resolve) => setTimeout(resolve, 5));
  for (let line = 0; line < 100; line++) meetPressure("flood");
  expect(asked).toEqual([]);
  await turns();
  expect(asked).toEqual([{ type: "major", execution: "async" }]);
  meetPressure("flood");
  await turns();
  expect(asked.length).toBe(1);
  clock += 1_000;
  meetPressure("flood");
  await turns();
  expect(asked.length).toBe(2);
});

test("a runtime that gives no collection is not asked, and one that fails hurts nobody", async () => {
  atAnotherTime();
  setGc(undefined);
  meetPressure("no gc");
  clock += 2_000;
  setGc(() => {
    throw new Error("no");
  });
  meetPressure("gc throws");
  await new Promise((resolve) => setTimeout(resolve, 5));
});

test("the budget is four fifths of what the limit of open files leaves, or what was set", () => {
  const soft = Number(/^Max open files\s+(\d+)/m.exec(readLimits())?.[1]);
  // How many are open changes from moment to moment; a process has its standard streams at least.
  expect(transportBudget()).toBeLessThanOrEqual(Math.floor((soft - 3) * 0.8));
  expect(transportBudget()).toBeGreaterThan(Math.floor((soft - 200) * 0.8));
  setTransportBudget(3);
  expect(transportBudget()).toBe(3);
});

function readLimits(): string {
  return process.getBuiltinModule("node:fs").readFileSync("/proc/self/limits", "utf8");
}
