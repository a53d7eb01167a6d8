import type { Handler } from "../../port/handler.ts";
import { messageOf } from "../../record/fields.ts";
import { createRecord } from "../../record/log-record.ts";
import { builtin, nextTurn } from "../runtime.ts";
import type { Trial } from "./trial.ts";
import { CheckFailed, demand, need } from "./verdict.ts";

const fewLines = 20;

export async function checkDispose(trial: Trial): Promise<void> {
  const start = await trial.start();
  const handler = await trial.make();
  need(typeof handler[Symbol.dispose] === "function", "has no [Symbol.dispose]");
  trial.send(handler, fewLines);
  dispose(handler, "[Symbol.dispose]()");
  await trial.backTo(start, "after [Symbol.dispose]()");
  // What comes to stand where the handler's descriptors were: a second close by number would hit it.
  const squatters = await openSquatters();
  try {
    for (const time of ["second", "third"]) {
      dispose(handler, `[Symbol.dispose]() called a ${time} time`);
      for (let turn = 0; turn < 10; turn++) await nextTurn();
      demand(
        squatters.intact(),
        `[Symbol.dispose]() called a ${time} time closed a descriptor that was somebody else's by then`,
      );
    }
  } finally {
    squatters.close();
  }
  demand(
    trial.counts().leases === start.counts.leases,
    "[Symbol.dispose]() called again gave back a lease that it did not have any more",
  );
  closedQuietly(trial);
}

export async function checkAsyncDispose(trial: Trial): Promise<void> {
  const handler = await trial.make();
  need(typeof handler[Symbol.asyncDispose] === "function", "has no [Symbol.asyncDispose]");
  const end = (when: string) => trial.within(`[Symbol.asyncDispose]() ${when}`, () => handler[Symbol.asyncDispose]?.());
  const before = trial.counts();
  const tags = trial.send(handler, fewLines);
  await end("with lines to write");
  if (trial.options.lines !== undefined) await trial.allAccounted(tags, before, "after [Symbol.asyncDispose]()");
  await end("called a second time");
  dispose(handler, "[Symbol.dispose]() after [Symbol.asyncDispose]()");

  const other = await trial.make();
  trial.send(other, 1);
  await trial.within("[Symbol.asyncDispose]() called twice at once", () =>
    Promise.all([other[Symbol.asyncDispose]?.(), other[Symbol.asyncDispose]?.()]),
  );

  const third = await trial.make();
  if (third[Symbol.dispose] !== undefined) {
    dispose(third, "[Symbol.dispose]()");
    await trial.within("[Symbol.asyncDispose]() after [Symbol.dispose]()", () => third[Symbol.asyncDispose]?.());
  }
  closedQuietly(trial);
}

export async function checkDrain(trial: Trial): Promise<void> {
  need(trial.options.lines, "needs lines");
  const handler = await trial.make();
  need(typeof handler[Symbol.dispose] === "function", "has no [Symbol.dispose]");
  const before = trial.counts();
  const tags = trial.send(handler, fewLines);
  dispose(handler, "[Symbol.dispose]()");
  await trial.allAccounted(tags, before, "after [Symbol.dispose]() without a flush");
}

export async function checkAfterDispose(trial: Trial): Promise<void> {
  const handler = await trial.make();
  const ends = handler[Symbol.dispose] !== undefined || handler[Symbol.asyncDispose] !== undefined;
  need(ends, "has no end");
  trial.send(handler, 1);
  await trial.close(handler);
  const start = await trial.start();
  const tags = Array.from({ length: 3 }, () => trial.tag());
  try {
    for (const message of tags) handler.handle(createRecord({ message, levelNumber: 60 }));
  } catch (error) {
    throw new CheckFailed(`handle() after the end threw: ${messageOf(error)}`);
  }
  await trial.within("flush() after the end", () => handler.flush?.());
  await trial.backTo(start, "after a line that came after the end");
  if (trial.options.lines === undefined) return;
  await trial.allAccounted(tags, start.counts, "after the end");
  const arrived = (await trial.arrivals(tags)).filter((count) => count > 0).length;
  demand(arrived === 0, `${arrived} of ${tags.length} lines that were logged after the end arrived`);
}

export async function checkDescriptors(trial: Trial): Promise<void> {
  const start = await trial.start();
  for (let round = 0; round < 3; round++) {
    const handler = await trial.make();
    trial.send(handler, fewLines);
    await trial.close(handler);
  }
  await trial.backTo(start, "after three handlers were made, used and closed");
}

function dispose(handler: Handler, what: string): void {
  try {
    handler[Symbol.dispose]?.();
  } catch (error) {
    throw new CheckFailed(`${what} threw: ${messageOf(error)}`);
  }
}

function closedQuietly(trial: Trial): void {
  const trouble = trial.problems.find(({ code }) => code === "SCOPELOG_WARN_CLOSE_FAILED");
  demand(trouble === undefined, `closing it failed: ${messageOf(trouble?.cause ?? trouble?.message)}`);
}

interface Squatters {
  intact(): boolean;
  close(): void;
}

async function openSquatters(): Promise<Squatters> {
  const fs = await builtin("fs");
  const descriptors: number[] = [];
  try {
    // The lowest free numbers are given out first.
    for (let index = 0; index < 16; index++) descriptors.push(fs?.openSync("/dev/null", "r") as number);
  } catch {
    // No such device here.
  }
  const isOpen = (descriptor: number) => {
    try {
      return fs?.fstatSync(descriptor).isCharacterDevice() === true;
    } catch {
      return false;
    }
  };
  return {
    intact: () => fs === undefined || descriptors.every((descriptor) => descriptor === undefined || isOpen(descriptor)),
    close() {
      for (const descriptor of descriptors) if (isOpen(descriptor)) fs?.closeSync(descriptor);
    },
  };
}
