import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { root, textOf } from "../support/repo.ts";

const made = spawnSync(process.execPath, [`${root}test/package/api.mjs`], {
  encoding: "utf8",
  env: { ...process.env, NO_COLOR: "1" },
  timeout: 300_000,
});
const skipped = made.stdout.includes("SKIPPED") || made.stderr.includes("SKIPPED");
if (skipped) console.warn(made.stderr);

test.skipIf(skipped)("the reference is made without an undocumented export, and without a broken link", () => {
  expect({ status: made.status, output: made.status === 0 ? "" : `${made.stdout}${made.stderr}` }).toEqual({
    status: 0,
    output: "",
  });
});

test.skipIf(skipped)("it has a page for each sub-path, each of its names, and each guide", () => {
  const folder = `${root}.build/api`;
  const { exports } = JSON.parse(textOf("package.json")) as { exports: Record<string, string | object> };
  for (const [subPath, target] of Object.entries(exports)) {
    if (typeof target !== "string")
      expect(existsSync(`${folder}/scopelog${subPath.slice(1)}.html`), subPath).toBe(true);
  }
  expect(readFileSync(`${folder}/scopelog/getScoped.html`, "utf8")).toContain("ScopedLogger.html");
  expect(readFileSync(`${folder}/scopelog/ScopedLogger.html`, "utf8")).toContain("Moves the end of this holder");
  for (const name of readdirSync(`${root}docs`).filter((file) => file.endsWith(".md"))) {
    expect(existsSync(`${folder}/docs/${name.replace(/md$/, "html")}`), name).toBe(true);
  }
});
