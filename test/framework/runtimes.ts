import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { root } from "../support/repo.ts";

/** Bun or Deno: that of `node_modules`, or the path in `SCOPELOG_BUN` or `SCOPELOG_DENO`. */
export function runtimeOf(name: "bun" | "deno"): string | undefined {
  const installed = `${root}node_modules/.bin/${name}`;
  if (existsSync(installed)) return installed;
  const given = process.env[`SCOPELOG_${name.toUpperCase()}`];
  if (given !== undefined && existsSync(given)) return given;
  const message = `${name} is not there: install the package ${name}, or set SCOPELOG_${name.toUpperCase()} to its path`;
  if (process.env["CI"]) throw new Error(message);
  console.warn(`SKIPPED, ${message}`);
  return undefined;
}

/** A script of the repository that runs in `runtime` and has printed the port it listens on. */
export async function running(
  runtime: string,
  script: string,
  args: readonly string[],
): Promise<AsyncDisposable & { readonly port: number }> {
  const flags = runtime.endsWith("deno") ? ["run", "--allow-all"] : [];
  const child: ChildProcess = spawn(runtime, [...flags, `${root}${script}`, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([
    once(lines, "line"),
    exited.then(() => {
      throw new Error(`${script} ended: ${complaint}`);
    }),
  ])) as [string];
  return {
    port: Number(line),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
