import { test } from "vitest";
import { sizeOf } from "../support/size.ts";
import { forgetfulPrograms } from "./model/program.ts";
import { readyForPrograms, runPrograms } from "./programs.ts";

readyForPrograms();

test("random programs that forget, with a collector: the same, and nothing that is held is collected", async () => {
  await runPrograms(forgetfulPrograms(), sizeOf(120, 8000), { forgetful: true });
}, 3_600_000);

test("nothing is left of them: no holder of a scope, and no registry", async () => {
  await runPrograms(forgetfulPrograms(), sizeOf(120, 2000), { forgetful: true, emptied: true });
}, 3_600_000);
