import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileInto, joinModules } from "../support/compile.ts";
import { root } from "../support/repo.ts";

/** The package as `npm pack` makes it, from what is compiled now. */
export function packPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-pack-"));
  for (const name of ["package.json", "README.md", "LICENSE", "CHANGELOG.md"]) cpSync(root + name, join(folder, name));
  compileInto(root, folder);
  const pack = ["pack", "--ignore-scripts", "--silent", "--offline", "--pack-destination", folder];
  const name = execFileSync("npm", pack, { cwd: folder, encoding: "utf8" }).trim();
  return join(folder, name);
}

/** A text to be replaced in a compiled file of a copy. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** An application in a folder of its own, with a library that depends on scopelog. */
export class Application implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "scopelog-library-"));

  /** @param tarball of `packPackage` */
  constructor(tarball: string) {
    cpSync(`${root}test/library/fixtures`, this.folder, { recursive: true });
    cpSync(join(this.folder, "wire-client"), join(this.folder, "node_modules/wire-client"), { recursive: true });
    rmSync(join(this.folder, "wire-client"), { recursive: true });
    cpSync(`${root}node_modules/tslib`, join(this.folder, "node_modules/tslib"), { recursive: true });
    writeFileSync(join(this.folder, "package.json"), JSON.stringify({ private: true }));
    this.#install(tarball, this.#appCopy);
  }

  readonly #appCopy = join(this.folder, "node_modules/scopelog");
  readonly #libraryCopy = join(this.folder, "node_modules/wire-client/node_modules/scopelog");

  /** Gives the library a copy of its own, as npm does when two versions are asked for. */
  separate(tarball: string): this {
    this.#install(tarball, this.#libraryCopy);
    return this;
  }

  /** Makes a copy one of another version. */
  change(whose: "app" | "library", { file, from, to }: Change): this {
    const path = join(whose === "app" ? this.#appCopy : this.#libraryCopy, "dist", file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
    writeFileSync(path, text.replace(from, to));
    joinModules(root, whose === "app" ? this.#appCopy : this.#libraryCopy);
    return this;
  }

  /** Runs one of the applications to its end, in a process of its own. */
  run<T>(runtime: Runtime, script: string, args: readonly string[], env: Record<string, string> = {}): Answer<T> {
    const { LOG_LEVEL, LOG_FORMAT, FORCE_COLOR, NODE_ENV, NODE_OPTIONS, ...rest } = process.env;
    const { status, stdout, stderr } = spawnSync(runtime.path, [...runtime.flags, script, ...args], {
      cwd: this.folder,
      encoding: "utf8",
      timeout: 60_000,
      killSignal: "SIGKILL",
      env: { ...rest, ...env },
    });
    const lines = stdout.trimEnd().split("\n");
    let answer: unknown;
    try {
      answer = JSON.parse(lines.at(-1) as string);
    } catch {
      throw new Error(`${script} ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
    }
    return { status, before: lines.slice(0, -1), stderr, answer: answer as T };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }

  #install(tarball: string, into: string): void {
    mkdirSync(into, { recursive: true });
    execFileSync("tar", ["-xzf", tarball, "-C", into, "--strip-components", "1"]);
  }
}

export interface Answer<T> {
  readonly status: number | null;
  /** What was printed before the answer. */
  readonly before: readonly string[];
  readonly stderr: string;
  readonly answer: T;
}

export interface Runtime {
  readonly name: string;
  readonly path: string;
  readonly flags: readonly string[];
}

const nodeFlags = ["--expose-gc"];

/** The Node that runs the tests. */
export const thisNode: Runtime = { name: `node ${process.versions.node}`, path: process.execPath, flags: nodeFlags };

/** The runtimes that are there; a missing one is told, and fails where `CI` is set. */
export function runtimes(): Runtime[] {
  return [
    thisNode,
    ...found("node24", nodeFlags),
    ...found("node26", nodeFlags),
    ...found("bun", []),
    ...found("deno", ["run", "--allow-all", "--v8-flags=--expose-gc"]),
  ];
}

/** A runtime by the path in `SCOPELOG_<NAME>`, else as it is among the packages or in `PATH`. */
function found(name: string, flags: readonly string[]): Runtime[] {
  const variable = `SCOPELOG_${name.toUpperCase()}`;
  const { status, stdout } = spawnSync("sh", ["-c", 'command -v "$1"', "sh", name], { encoding: "utf8" });
  const candidates = [process.env[variable], `${root}node_modules/.bin/${name}`, status === 0 ? stdout.trim() : ""];
  const path = candidates.find((one) => one !== undefined && one !== "" && existsSync(one));
  if (path !== undefined) return [{ name, path, flags }];
  const message = `${name} is not there: put it into PATH, or set ${variable} to its path`;
  if (process.env["CI"]) throw new Error(message);
  console.warn(`SKIPPED, ${message}`);
  return [];
}
