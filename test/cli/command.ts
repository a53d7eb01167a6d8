import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { root } from "../support/repo.ts";

/** The command as it is built. */
export const command = `${root}dist/cli/main.js`;

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

// A clock that is the same everywhere, and no wish for colour from outside.
export const environment: NodeJS.ProcessEnv = { ...process.env, TZ: "UTC", TERM: "xterm" };
delete environment["FORCE_COLOR"];
delete environment["NO_COLOR"];

/** The command while it runs. */
export class Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Result>;
  out = "";
  err = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeArgs: readonly string[] = []) {
    this.child = spawn(process.execPath, [...nodeArgs, command, ...args], { env: { ...environment, ...env } });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.out += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.err += text;
    });
    // A command that does not read its input to the end is no fault.
    this.child.stdin.on("error", () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code, signal) => resolve({ code, signal, out: this.out, err: this.err }));
    });
  }

  /** Waits until `condition` holds of what was written; fails with what there is instead. */
  async until(condition: (running: this) => boolean, timeout = 30_000): Promise<void> {
    const end = Date.now() + timeout;
    while (!condition(this)) {
      if (Date.now() > end || this.child.exitCode !== null) {
        throw new Error(`it did not come to that.\nstdout: ${this.out}\nstderr: ${this.err}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  [Symbol.dispose](): void {
    if (this.child.exitCode === null) this.child.kill("SIGKILL");
  }
}

/** Runs the command to its end, on `input`. */
export async function run(
  args: readonly string[],
  input: string | Buffer = "",
  env?: NodeJS.ProcessEnv,
): Promise<Result> {
  using running = new Running(args, env);
  running.child.stdin.end(input);
  return await running.ended;
}
