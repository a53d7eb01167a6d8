import { join } from "node:path";
import { testHandler } from "scopelog/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newProject, type Project } from "./installed.ts";

let project: Project;
beforeAll(() => {
  project = newProject();
  project.write(
    "handlers.mjs",
    `
import { fileHandler } from "scopelog/node";
export const good = () => fileHandler(${JSON.stringify(join(project.folder, "good.log"))});
export const stays = () => { setInterval(() => {}, 1000); return { handle() {}, [Symbol.dispose]() {} }; };
export const staysUntilClosed = () => {
  const timer = setInterval(() => {}, 1000);
  return { handle() {}, [Symbol.dispose]() { clearInterval(timer); } };
};
export const throws = () => ({ handle() { setTimeout(() => { throw new Error("out of a timer"); }); } });
`,
  );
});
afterAll(() => project[Symbol.dispose]());

async function exitReason(factory: string, timeoutMs: number): Promise<string | undefined> {
  const results = await testHandler(() => ({ handle() {} }), {
    throws: false,
    timeoutMs,
    exit: { module: join(project.folder, "handlers.mjs"), factory },
  });
  return results.find(({ name }) => name === "exit")?.reason;
}

test("a process with a right handler exits, however the handler ends", async () => {
  expect(await exitReason("good", 30_000)).toBeUndefined();
});

test("a process that does not exit is found, after an end and without one", async () => {
  expect(await exitReason("stays", 2000)).toBe(
    "a process did not exit by itself within 2000 ms after [Symbol.dispose]()",
  );
  // Slow to start is not the same as not to exit; but it would be told of the first end.
  expect(await exitReason("staysUntilClosed", 5000)).toBe(
    "a process did not exit by itself within 5000 ms while the handler was not closed at all",
  );
});

test("a process that fails is found, with what it said", async () => {
  expect(await exitReason("throws", 30_000)).toMatch(/^a process ended with code 1 .*[\s\S]*out of a timer/);
  expect(await exitReason("missing", 30_000)).toMatch(/^a process ended with code 1/);
});

test("the suite runs in the package as it is installed, under node:test, and explains what is held", () => {
  project.write(
    "conformance.test.mjs",
    `
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileHandler } from "scopelog/node";
import { expectCollected, handlerChecks } from "scopelog/testing";
const options = { name: "file", lines: () => readFileSync("lines.log", "utf8").split("\\n").slice(0, -1) };
for (const check of handlerChecks(() => fileHandler("lines.log"), options)) test("good " + check.name, check.run);
for (const check of handlerChecks(() => ({ handle(record) { record.message = ""; } }), options)) {
  if (check.name === "record") test("bad " + check.name, check.run);
}
const list = [];
test("held", () => expectCollected(() => { const o = { o: 1 }; list.push(o); return o; }, { timeoutMs: 50 }));
`,
  );
  const { output } = project.run(process.execPath, ["--test-reporter=tap", "conformance.test.mjs"]);
  const failed = [...output.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, title]) => title);
  expect(failed, output).toEqual(["bad record", "held"]);
  expect(output).toContain("file: record: it changed the record");
  expect(output).toContain("1 of 1 were not collected: Object.");
  expect(output).toMatch(/Object.* is held:[\s\S]*\blist\b/);
});
