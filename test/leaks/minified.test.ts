import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../support/repo.ts";

let folder: string;
let texts: Record<string, { readonly held: boolean; readonly text: string }>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scopelog-minified-"));
  await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      ssr: `${root}test/leaks/fixtures/minified.mjs`,
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      rollupOptions: { output: { entryFileNames: "app.mjs" } },
    },
    ssr: { noExternal: true },
  });
  texts = JSON.parse(execFileSync(process.execPath, [join(folder, "app.mjs")], { encoding: "utf8" })).texts;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("works on minified code, with the names that are left", () => {
  const code = readFileSync(join(folder, "app.mjs"), "utf8");
  expect(code).not.toContain("ScopedLoggerImpl");
  expect(code).not.toContain("sessionCache");

  expect(texts["conn#1"]?.text).toMatch(
    /^conn#1 is held:\n {2}[\w$]+ \(Map\) > \.get\("s1"\)\.listeners\[0\] > anonymous function \(app\.mjs:\d+:\d+\) closure variable "[\w$]+"\n {5}at .*app\.mjs:\d+:\d+$/,
  );
  expect(texts["conn#2"]?.text).toMatch(
    /\n {2}setInterval timer \(500000 ms\) > callback \(app\.mjs:\d+:\d+\) closure variable "[\w$]+"\n/,
  );
  expect(texts["conn#3"]?.text).toMatch(/\n {2}[\w$]+ \(Map\) > \.get\("s2"\) \([\w$]+\) > \.#[\w$]+\n/);
  expect(texts["conn#4"]?.held).toBe(false);
});
