import { test } from "vitest";
import { sizeOf } from "../support/size.ts";
import { programs } from "./model/program.ts";
import { readyForPrograms, runPrograms } from "./programs.ts";

readyForPrograms();

test("random programs do what the rules say: no line lost or doubled, everything owned closed once, counts add up", async () => {
  await runPrograms(programs("everything"), sizeOf(800, 22_500));
}, 3_600_000);

test("the same with much about lines: buffers, summaries, ambient fields, errors, views", async () => {
  await runPrograms(programs("lines"), sizeOf(800, 22_500));
}, 3_600_000);
