import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The root of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The files below `folder` whose names end in `ending`, relative to the root, sorted. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(`${root}${file}`, "utf8");
}

const run = promisify(execFile);

/** Runs a script of the repository in a fresh node with `--expose-gc`; the last line it prints is its answer in JSON. */
export async function runFixture<T>(file: string, ...args: string[]): Promise<T> {
  const { stdout } = await run(process.execPath, ["--expose-gc", `${root}${file}`, ...args], {
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as T;
}
