import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { root } from "../../support/repo.ts";
import { folderOnce } from "./once.ts";

/** The package as it would be published now, from a clean copy of the tree. */
export interface Packed {
  /** The `.tgz`. */
  readonly tarball: string;
  /** What it holds, unpacked. */
  readonly folder: string;
  /** The clean copy that it was built in, with a slash at its end: the tree itself may have changed since. */
  readonly tree: string;
  /** A folder whose `node_modules` has the package and what it depends on, as a user has it. */
  readonly project: string;
  /** The files in it, relative, sorted. */
  readonly files: readonly string[];
}

/** Where a sub-path leads: compilers, bundlers, runtimes, and all others. */
export interface Targets {
  readonly types: string;
  readonly module: string;
  readonly node: string;
  readonly default: string;
}

/** As much of a `package.json` as is looked at. */
export interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Targets>>;
}

/** What is never copied: other people's, or made from the rest. */
const left = new Set(["node_modules", ".git", ".build", "dist"]);

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (left.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : entry.isFile() ? [path] : [];
  });
}

/** Runs a program; what it printed is part of the error if it fails. */
export function run(cwd: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", timeout: 300_000 });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

function fill(folder: string): void {
  const tree = join(folder, "tree");
  mkdirSync(tree);
  for (const path of filesOf(root)) cpSync(path, join(tree, relative(root, path)));
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  // Types are checked elsewhere; this must run while other parts are being worked on.
  const built = spawnSync("npm", ["run", "--silent", "build"], { cwd: tree, encoding: "utf8", timeout: 300_000 });
  if (!existsSync(join(tree, "dist/index.js"))) throw new Error(`no build:\n${built.stdout}${built.stderr}`);
  run(tree, "npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const modules = join(folder, "project/node_modules");
  mkdirSync(modules, { recursive: true });
  // Without it, the name of the package would mean the repository around.
  writeFileSync(join(folder, "project/package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  run(folder, "tar", ["-xzf", tarball, "-C", modules]);
  run(modules, "mv", ["package", "scopelog"]);
  cpSync(join(root, "node_modules/tslib"), join(modules, "tslib"), { recursive: true });
}

/** Builds and packs the tree, or takes what another test has made of the same tree. */
export function pack(): Packed {
  const hash = createHash("sha256");
  for (const path of filesOf(root).sort()) {
    // What is not in the package and does not make it: a change there needs no new one.
    const name = relative(root, path);
    if (/^(?:test|docs|bench|examples)\//.test(name)) continue;
    hash.update(name).update("\0").update(readFileSync(path)).update("\0");
  }
  const made = folderOnce("packed", hash.digest("hex"), fill);
  const folder = join(made, "project/node_modules/scopelog");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"))
    .sort();
  const tarball = join(made, readdirSync(made).find((name) => name.endsWith(".tgz")) as string);
  return { tarball, folder, tree: join(made, "tree/"), project: join(made, "project"), files };
}

/** The `package.json` that is published. */
export function manifestOf({ folder }: Packed): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The sub-paths that are modules, `.` first. */
export function subPathsOf(packed: Packed): string[] {
  return Object.keys(manifestOf(packed).exports).filter((path) => !path.endsWith(".json"));
}

/** What an importer writes for a sub-path. */
export function specifierOf(subPath: string): string {
  return `scopelog${subPath.slice(1)}`;
}
