import { type ChildProcess, fork } from "node:child_process";
import { build } from "esbuild";
import { root } from "../../support/repo.ts";
import type { Answer, Question } from "./programs/answer.ts";

const doors = ["node", "syslog"];

/** Bundles the programs with the library as its sources are now, `using` lowered. Returns the folder. */
export async function buildPrograms(purpose: string, ...names: string[]): Promise<string> {
  const folder = `${root}.build/floods-${purpose}`;
  await build({
    entryPoints: names.map((name) => `${root}test/fire/floods/programs/${name}.ts`),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    alias: {
      scopelog: `${root}src/index.ts`,
      ...Object.fromEntries(doors.map((door) => [`scopelog/${door}`, `${root}src/${door}/index.ts`])),
    },
    external: ["unix-dgram"],
    logLevel: "error",
  });
  return folder;
}

/** A program in a process of its own, which answers questions. */
export class Program implements Disposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #questions = 0;
  #errors = "";
  #ended: Error | undefined;

  constructor(folder: string, name: string, ...execArgv: string[]) {
    this.name = name;
    this.#child = fork(`${folder}/${name}.mjs`, { execArgv, stdio: ["ignore", "inherit", "pipe", "ipc"] });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000);
    });
    this.#child.on("message", ({ id, answer }: Answer) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    this.#child.on("close", (code, signal) => {
      this.#ended = new Error(`the ${name} has ended (${signal ?? code}): ${this.#errors}`);
      for (const { reject } of this.#waiting.values()) reject(this.#ended);
      this.#waiting.clear();
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** What it has written to its standard error, the end of it. */
  get errors(): string {
    return this.#errors;
  }

  /** Asks; rejects if the program ends before it has answered. */
  ask<T>(name: string, argument?: unknown): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = ++this.#questions;
    const answered = withResolvers<unknown>();
    this.#waiting.set(id, answered);
    this.#child.send({ id, name, argument } satisfies Question);
    return answered.promise as Promise<T>;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...both) => {
    [resolve, reject] = both;
  });
  return { promise, resolve, reject };
}
