import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root, textOf } from "../support/repo.ts";
import { findProgram } from "../testing/installed.ts";
import { manifestOf, pack } from "./support/packed.ts";

const deno = process.env["SCOPELOG_DENO"] ?? findProgram("deno");
const { version, exports } = JSON.parse(textOf("jsr.json")) as { version: string; exports: Record<string, string> };
const packed = pack();

test("jsr.json has the version and the paths of package.json", () => {
  const manifest = manifestOf(packed);
  expect(version).toBe(manifest.version);
  for (const [subPath, source] of Object.entries(exports)) {
    const target = manifest.exports[subPath];
    const compiled = source.replace("./src/", "./dist/").replace(/ts$/, "js");
    expect(typeof target === "object" && target.default, subPath).toBe(compiled);
  }
});

test("JSR would take it, and has nothing to say of its types", { timeout: 180_000 }, (context) => {
  if (deno === undefined) {
    expect(process.env["CI"], "deno must be there").toBeUndefined();
    return context.skip("deno is not installed");
  }
  // In a clean copy of the tree; its modules are ours.
  const copy = mkdtempSync(`${root}.build/jsr-`);
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const left = new Set(["node_modules", "dist", "test"].map((name) => join(packed.tree, name)));
  cpSync(packed.tree, copy, { recursive: true, filter: (path) => !left.has(path) });
  const { status, stdout, stderr } = spawnSync(deno, ["publish", "--dry-run", "--allow-dirty"], {
    cwd: copy,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
  expect(stderr).toContain("Dry run complete");
  expect(stderr).not.toMatch(/\bwarning\b/i);
});
