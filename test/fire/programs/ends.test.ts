import { test } from "vitest";
import { sizeOf } from "../support/size.ts";
import { programs } from "./model/program.ts";
import { readyForPrograms, runPrograms } from "./programs.ts";

readyForPrograms();

test("random programs with many ends, by blocks, events, the last of several holders, and from within handlers", async () => {
  await runPrograms(programs("ends"), sizeOf(800, 22_500));
}, 3_600_000);

test("random programs that change levels, handlers and configurations all the time", async () => {
  await runPrograms(programs("settings"), sizeOf(800, 22_500));
}, 3_600_000);
