import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, environment } from "./command.ts";

/** Whether there is a pseudo terminal to be had. */
export function hasTerminal(): boolean {
  const there = spawnSync("script", ["--version"]).status === 0;
  if (!there && process.env["CI"] !== undefined) throw new Error("the command script (util-linux) is missing");
  if (!there) console.warn("The command script (util-linux) is missing: what is shown on a terminal is NOT tested.");
  return there;
}

/** The command on a pseudo terminal of its own, made by `script`, and what its screen shows. */
export class OnTerminal implements Disposable {
  readonly child: ChildProcessWithoutNullStreams;
  /** The exit status that the shell saw, and whether the terminal was then set as it was before. */
  readonly ended: Promise<{ readonly status: number; readonly restored: boolean }>;
  /** All that was written to the terminal. */
  out = "";
  readonly #folder = mkdtempSync(join(tmpdir(), "scopelog-terminal-"));

  constructor(args: readonly string[], columns: number, rows: number, env: NodeJS.ProcessEnv = {}) {
    const words = [process.execPath, command, ...args].map((word) => `'${word}'`).join(" ");
    const shell = [
      `stty cols ${columns} rows ${rows}`,
      `echo $$ >'${this.#folder}/shell'`,
      `tty >'${this.#folder}/tty'`,
      `stty -g >'${this.#folder}/before'`,
      `sh -c 'echo $$ >"$0/pid"; exec "$@"' '${this.#folder}' ${words}`,
      "status=$?",
      `stty -g >'${this.#folder}/after'`,
      `echo $status >'${this.#folder}/status'`,
    ].join("\n");
    const file = join(this.#folder, "run.sh");
    writeFileSync(file, shell);
    this.child = spawn("script", ["-qefc", `sh '${file}'`, "/dev/null"], {
      env: { ...environment, SHELL: "/bin/sh", LANG: "C.UTF-8", LC_ALL: "C.UTF-8", ...env },
    });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.out += text;
    });
    this.child.stdin.on("error", () => undefined);
    this.ended = new Promise((resolve) =>
      this.child.on("close", () => {
        resolve({ status: Number(this.#read("status")), restored: this.#read("before") === this.#read("after") });
      }),
    );
  }

  /** The process of the command. */
  get pid(): number {
    return Number(this.#read("pid"));
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  resize(columns: number, rows: number): void {
    const terminal = this.#read("tty").trim();
    execFileSync("stty", ["-F", terminal, "cols", String(columns), "rows", String(rows)]);
  }

  /** What the screen shows, line by line, without colours. */
  get screen(): string {
    return screenOf(this.out);
  }

  async until(condition: (terminal: this) => boolean, timeout = 30_000): Promise<void> {
    const end = Date.now() + timeout;
    while (!condition(this)) {
      if (Date.now() > end || this.child.exitCode !== null) throw new Error(`it did not come to that:\n${this.screen}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  [Symbol.dispose](): void {
    if (this.child.exitCode === null) {
      // The shell with the command, which are a group: a shell that outlives the command writes to the folder.
      const shell = Number(this.#read("shell"));
      try {
        if (shell > 0) process.kill(-shell, "SIGKILL");
      } catch {
        // They have ended.
      }
      this.child.kill("SIGKILL");
    }
    // What was killed may still be within a call that makes a file.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
  }

  #read(name: string): string {
    const file = join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }
}

/** What a terminal shows after `text`: as much of one as the command needs. */
function screenOf(text: string): string {
  let screens: string[][] = [[]];
  let row = 0;
  let column = 0;
  const each = /\u001b\[([?]?)([\d;]*)([A-Za-z])|\r|\n|[^\u001b\r\n]/gu;
  for (const [piece, mark, parameters = "", final] of text.matchAll(each)) {
    const screen = screens.at(-1) as string[];
    const [first = 0, second = 0] = parameters.split(";").map(Number);
    if (piece === "\r") column = 0;
    else if (piece === "\n") row++;
    else if (final === undefined) {
      const line = (screen[row] ?? "").padEnd(column);
      screen[row] = line.slice(0, column) + piece + line.slice(column + 1);
      column++;
    } else if (final === "H") {
      row = Math.max(0, first - 1);
      column = Math.max(0, second - 1);
    } else if (final === "K") screen[row] = (screen[row] ?? "").slice(0, column);
    else if (final === "J") screen.length = 0;
    else if (mark === "?" && first === 1049) {
      screens = final === "h" ? [...screens, []] : screens.slice(0, 1);
      if (final === "l") row = (screens[0] as string[]).length;
      column = 0;
    }
  }
  return Array.from(screens.at(-1) as string[], (line) => line ?? "").join("\n");
}
