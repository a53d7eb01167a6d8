import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderOnce } from "./once.ts";

/** The compilers by which consumers are compiled, by the name that each is installed under. */
export const compilers: Readonly<Record<string, string>> = {
  "5.2": "typescript-5.2",
  "5.5": "typescript-5.5",
  "5.9": "typescript-5.9",
  "6.0": "typescript",
  "7.0": "typescript-7.0",
};

// TypeScript 6 is the plain name because typedoc asks for it so, and does not take 7.
const dependencies: Readonly<Record<string, string>> = {
  "typescript-5.2": "npm:typescript@~5.2.2",
  "typescript-5.5": "npm:typescript@~5.5.4",
  "typescript-5.9": "npm:typescript@~5.9.3",
  typescript: "~6.0.3",
  "typescript-7.0": "npm:typescript@~7.0.2",
  typedoc: "~0.28.20",
  "@types/node": "^20.19.43",
};

/**
 * A folder with the compilers in its `node_modules`, apart from ours: their peer ranges do not go together. Undefined
 * if the packages cannot be had here; with `CI` set that is an error.
 */
export function installCompilers(): string | undefined {
  try {
    return folderOnce("compilers", JSON.stringify(dependencies), (folder) => {
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
      const args = ["install", "--no-fund", "--no-audit", "--no-package-lock", "--loglevel=error"];
      const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8", timeout: 300_000 });
      if (status !== 0) throw new Error(`npm install failed: ${stderr}`);
    });
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.warn(`SKIPPED: the compilers of our users cannot be installed: ${String(error).slice(0, 300)}`);
    return undefined;
  }
}

/** The path of a compiler's `tsc`. */
export function tscOf(folder: string, version: string): string {
  return join(folder, "node_modules", compilers[version] as string, "bin/tsc");
}

/** The version that was really installed. */
export function versionOf(folder: string, name: string): string {
  const text = readFileSync(join(folder, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
