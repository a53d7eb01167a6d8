import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { failedRun, type Outcome } from "./outcome.ts";
import type { Result } from "./suite/check.ts";
import { mark } from "./suite/report.ts";

/** A runtime that is started with a script. */
export interface Runtime {
  readonly name: string;
  /** Its program; undefined if it is not there. */
  readonly path: string | undefined;
  /** What is missing, if it is not there. */
  readonly missing: string | undefined;
  readonly flags: readonly string[];
}

const nodeFlags = ["--expose-gc", "--no-warnings"];

/** The runtimes of servers, whether they are there or not. */
export function serverRuntimes(root: string): Runtime[] {
  return [
    {
      name: `Node.js ${process.versions.node.split(".")[0]}`,
      path: process.execPath,
      missing: undefined,
      flags: nodeFlags,
    },
    ...["22", "24", "26"]
      .filter((version) => version !== process.versions.node.split(".")[0])
      .map((version) => found(root, `Node.js ${version}`, `node${version}`, nodeFlags)),
    found(root, "Bun", "bun", []),
    found(root, "Deno", "deno", ["run", "--allow-all", "--v8-flags=--expose-gc"]),
  ];
}

/** A runtime by the path in `SCOPELOG_<NAME>`, or among the packages. */
function found(root: string, name: string, program: string, flags: readonly string[]): Runtime {
  const variable = `SCOPELOG_${program.toUpperCase()}`;
  const path = [process.env[variable], `${root}node_modules/.bin/${program}`].find((one) => one && existsSync(one));
  const missing = path === undefined ? `${name} is not there: set ${variable} to its path` : undefined;
  return { name, path, missing, flags };
}

const limitMs = 120_000;

/** Runs `script` and returns the results that it prints. Never rejects. */
export async function runScript({ path, flags }: Runtime, script: string): Promise<Outcome> {
  if (path === undefined) throw new Error("the runtime is not there");
  const version = execFileSync(path, ["--version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+/)?.[0] ?? "unknown";
  const { NODE_OPTIONS, NODE_ENV, VITEST, LOG_LEVEL, LOG_FORMAT, FORCE_COLOR, ...env } = process.env;
  const child = spawn(path, [...flags, script], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, SCOPELOG_FLAGS: JSON.stringify(flags), NO_COLOR: "1" },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limitMs);
  const status = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code, signal) => resolve(late ? `not ended after ${limitMs} ms` : String(signal ?? code)));
  });
  clearTimeout(limit);
  const line = stdout.split("\n").find((text) => text.startsWith(mark));
  if (line === undefined) return { version, results: failedRun(`ended with ${status}: ${stdout}${stderr}`) };
  const results = JSON.parse(line.slice(mark.length)) as Result[];
  // It must end by itself: nothing of the library keeps a process alive.
  if (status !== "0") results.push(...failedRun(`ended with ${status}: ${stderr}`));
  return { version, results };
}
