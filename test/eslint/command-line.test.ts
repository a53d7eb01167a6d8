import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newProject, type Project } from "../testing/installed.ts";

let project: Project;
beforeAll(() => {
  project = newProject(["eslint"]);
});
afterAll(() => project[Symbol.dispose]());

const sample = `import { getScoped } from "scopelog";

export async function serve(socket) {
  const log = getScoped("conn", { peer: socket.remoteAddress });
  log.info("open");
  await talk(socket, log);
}

export async function job(id) {
  using log = getScoped("job", { id });
  return work(id, log);
}

getScoped("lost").info("x");
`;

test("ESLint finds both faults with the recommended configuration, and mends what can be mended", () => {
  project.write(
    "eslint.config.js",
    'import scopelog from "scopelog/eslint";\nexport default [scopelog.configs.recommended];\n',
  );
  const file = project.write("sample.js", sample);
  const eslint = ["node_modules/eslint/bin/eslint.js", "sample.js"];
  const found = project.run(process.execPath, [...eslint, "--format", "json"]);
  expect(found.code, found.output).toBe(1);
  const [{ messages }] = JSON.parse(found.output) as [{ messages: { ruleId: string; line: number }[] }];
  expect(messages.map(({ ruleId, line }) => `${ruleId}:${line}`)).toEqual([
    "scopelog/require-using:4",
    "scopelog/no-floating-return:11",
    "scopelog/require-using:14",
  ]);
  const fixed = project.run(process.execPath, [...eslint, "--fix"]);
  expect(fixed.code, fixed.output).toBe(1);
  expect(fixed.output).toContain("1 problem");
  expect(readFileSync(file, "utf8")).toBe(
    sample.replace("const log", "using log").replace("return work", "return await work"),
  );
});

test("the plugin asks for no package", () => {
  const { output } = project.run(process.execPath, [
    ...[
      "--input-type=module",
      "-e",
      'import p, { plugin } from "scopelog/eslint"; console.log(p === plugin, p.meta.name)',
    ],
  ]);
  expect(output.trim()).toBe("true scopelog");
});
