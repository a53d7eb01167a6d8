import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram, newProject, type Project } from "./installed.ts";

let project: Project;
beforeAll(() => {
  project = newProject(["vitest"]);
});
afterAll(() => project[Symbol.dispose]());

/** The same tests for every runner; those named "leaks ..." must fail, and no others. */
function suite(imports: string): string {
  return `
${imports}
import { getScoped } from "scopelog";
import { collectGarbage, expectCollected } from "scopelog/testing";

const ofTheModule = getScoped("module");
let left;
let closedByHook;
afterEach(() => closedByHook?.dispose());
beforeEach(() => { closedByHook = getScoped("hook"); });

test("ends its scope", () => { getScoped("good").dispose(); });
test("leaks one", () => { left = getScoped("left-open", { peer: "::1" }); });
test("goes on after another failed", () => {});
test("ends what another left", () => { left.dispose(); });
test("ends a moment later", () => { const log = getScoped("later"); setTimeout(() => log.dispose(), 5); });
test("leaks into the collector", async () => { forget(); await collectGarbage(); });
test("wants it collected", async () => { await expectCollected(() => forget()); });
test("after a collection", async () => { await collectGarbage(); });
describe("a suite", () => {
  const ofTheSuite = getScoped("suite");
  afterEach(() => left.dispose());
  test("is cleaned up by a hook", () => { left = getScoped("by-hook"); });
  test("leaks within", () => { left = undefined; left = { dispose() {} }; getScoped("inner").info("x"); });
});

function forget() { getScoped("forgotten"); }
`;
}

function expectTold(output: string, place = /opened at .*leaks\.test\.m?js:\d+:\d+/): void {
  expect(output).toContain("left-open#");
  expect(output).toContain("with peer, open for");
  expect(output).toMatch(place);
  expect(output).toContain("inner#");
  expect(output).toContain("1 scope was garbage collected without being disposed");
  expect(output).not.toContain("module#");
  expect(output).not.toContain("suite#");
  expect(output).not.toContain("hook#");
}

const failing = ["leaks into the collector", "leaks one", "leaks within"];

describe("a test that leaves scopes open fails", () => {
  test("under vitest", () => {
    project.write("vitest/leaks.test.js", suite('import { afterEach, beforeEach, describe, test } from "vitest";'));
    project.write(
      "vitest/vitest.config.js",
      'export default { test: { include: ["vitest/*.test.js"], setupFiles: ["scopelog/testing/setup"] } };',
    );
    const json = `${project.folder}/vitest.json`;
    const { code, output } = project.run(process.execPath, [
      "node_modules/vitest/vitest.mjs",
      "run",
      ...["--config", "vitest/vitest.config.js", "--reporter=json", "--reporter=verbose", `--outputFile.json=${json}`],
    ]);
    expect(code, output).toBe(1);
    const report = JSON.parse(readFileSync(json, "utf8"));
    const results = report.testResults[0].assertionResults as { title: string; status: string }[];
    expect(results).toHaveLength(10);
    const failed = results.filter(({ status }) => status === "failed").map(({ title }) => title);
    expect(failed.sort(), output).toEqual(failing);
    expectTold(output);
  });

  for (const [how, args] of [
    ["a process for each file", ["--test"]],
    ["one process", ["--test", "--test-isolation=none"]],
    ["run by itself", []],
  ] as const) {
    test(`under node:test, ${how}`, (context) => {
      if (
        args.some((arg) => arg.includes("=") && !process.allowedNodeEnvironmentFlags.has(arg.split("=")[0] as string))
      ) {
        return context.skip();
      }
      project.write("node/leaks.test.js", suite('import { afterEach, beforeEach, describe, test } from "node:test";'));
      const { code, output } = project.run(process.execPath, [
        ...["--import", "scopelog/testing/setup", "--test-reporter=tap", ...args, "node/leaks.test.js"],
      ]);
      expect(code, output).toBe(1);
      const failed = [...output.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, title]) => title as string);
      expect(failed.filter((title) => title.startsWith("leaks ")).sort(), output).toEqual(failing);
      // Suites and the file fail with what is in them.
      expect(failed.filter((title) => !title.startsWith("leaks ") && !/a suite|leaks\.test/.test(title))).toEqual([]);
      expectTold(output);
    });
  }

  const bun = findProgram("bun");
  test.skipIf(bun === undefined)("under bun test", () => {
    project.write("bun/leaks.test.js", suite('import { afterEach, beforeEach, describe, test } from "bun:test";'));
    const { code, output } = project.run(bun as string, [
      ...["test", "--preload", "scopelog/testing/setup", "bun/leaks.test.js"],
    ]);
    expect(code, output).toBe(1);
    const failed = [...output.matchAll(/^\(fail\) (?:a suite > )?(.*?)(?: \[.*\])?$/gm)].map(([, title]) => title);
    expect([...new Set(failed)].sort(), output).toEqual(failing);
    // Bun's stacks do not show the place that a scope is opened at.
    expectTold(output, /opened at|origin unknown/);
  });
});

test("where a runner is expected and none runs, it says what to do", () => {
  const { code, output } = project.run("node", ["--import", "scopelog/testing/setup", "-e", "0"], { VITEST: "true" });
  expect(code, output).not.toBe(0);
});
