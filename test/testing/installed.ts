import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { compileInto } from "../support/compile.ts";
import { root } from "../support/repo.ts";

/** A folder outside the repository in which the package is installed as its users have it: compiled, by its `exports`. */
export interface Project extends Disposable {
  readonly folder: string;
  /** Writes a file and returns its path. */
  write(path: string, text: string): string;
  /** Runs a program in the folder to its end. */
  run(program: string, args: readonly string[], env?: Record<string, string>): Outcome;
}

export interface Outcome {
  readonly code: number | null;
  /** What it wrote, to both outputs. */
  readonly output: string;
}

/** @param packages those of our development dependencies that the project has, too */
export function newProject(packages: readonly string[] = []): Project {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-project-"));
  const installed = join(folder, "node_modules/scopelog");
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  compileInto(root, installed);
  for (const name of ["tslib", ...packages]) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link);
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return {
    folder,
    write(path, text) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    run(program, args, env = {}) {
      // The outer test runner must not show through to the inner one.
      const { VITEST, NODE_OPTIONS, NODE_TEST_CONTEXT, ...own } = process.env;
      for (const name of Object.keys(own)) if (name.startsWith("VITEST")) delete own[name];
      const { status, stdout, stderr } = spawnSync(program, args, {
        cwd: folder,
        encoding: "utf8",
        env: { ...own, NO_COLOR: "1", ...env },
        timeout: 60_000,
      });
      return { code: status, output: `${stdout}${stderr}` };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/**
 * The path of a program that is not among our dependencies, if it is installed; the tests that need it are skipped
 * otherwise, and say so.
 */
export function findProgram(name: string): string | undefined {
  const local = join(root, "node_modules/.bin", name);
  if (existsSync(local)) return local;
  const { status, stdout } = spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" });
  if (status === 0) return stdout.trim();
  console.warn(`SKIPPED: ${name} is not installed; what needs it is not tested`);
  return undefined;
}
