import { builtin, timeLimit } from "../runtime.ts";
import { activeResources, moreOf } from "./descriptors.ts";
import type { ExitModule } from "./options.ts";
import type { Trial } from "./trial.ts";
import { demand, need } from "./verdict.ts";

export async function checkExit(trial: Trial): Promise<void> {
  await nothingActive(trial);
  const { exit } = trial.options;
  if (exit === undefined) return;
  need(await builtin("child_process"), "needs child processes");
  for (const [end, when] of Object.entries(ends)) {
    const ended = await runChild(exit, end, trial.timeoutMs);
    const said = ended.output === "" ? "" : `: ${ended.output.slice(-500)}`;
    demand(!ended.killed, `a process did not exit by itself within ${trial.timeoutMs} ms ${when}${said}`);
    demand(ended.code === 0, `a process ended with code ${ended.code} ${when}${said}`);
  }
}

const ends = {
  dispose: "after [Symbol.dispose]()",
  close: "after flush() and [Symbol.asyncDispose]()",
  none: "while the handler was not closed at all",
};

async function nothingActive(trial: Trial): Promise<void> {
  const before = await activeResources();
  // Two: somebody else's timer that was there before and is over now would make up for what one leaves.
  for (let made = 0; made < 2; made++) {
    const handler = await trial.make();
    trial.send(handler, 3);
    await trial.close(handler);
  }
  let more: string[] = [];
  const quiet = await trial.until(async () => {
    more = moreOf(before, await activeResources());
    return more.length === 0;
  });
  demand(quiet, `after its end, these keep the process alive: ${more.join(", ")}`);
}

interface Ended {
  readonly code: number | null;
  readonly killed: boolean;
  readonly output: string;
}

// The records are made by the core that the module sees; the working directory is the place it is resolved from.
function script(module: string, factory: string, end: string): string {
  return `
const { ${factory}: make } = await import(${JSON.stringify(module)});
const { createRecord } = await import("scopelog");
const handler = await make();
for (let i = 0; i < 3; i++) handler.handle(createRecord({ message: "line " + i, levelNumber: 50 }));
const end = ${JSON.stringify(end)};
if (end === "close") {
  await handler.flush?.();
  await (handler[Symbol.asyncDispose] ?? handler[Symbol.dispose])?.call(handler);
} else if (end === "dispose") handler[Symbol.dispose]?.();
`;
}

async function runChild(exit: ExitModule, end: string, timeoutMs: number): Promise<Ended> {
  const childProcess = await builtin("child_process");
  const url = await builtin("url");
  if (childProcess === undefined || url === undefined) throw new Error("no child processes here");
  const module = typeof exit.module === "string" ? exit.module : exit.module.href;
  const href = module.startsWith("file:") ? new URL(module).href : url.pathToFileURL(module).href;
  const source = script(href, exit.factory, end);
  const { Bun, Deno } = globalThis as { Bun?: object; Deno?: object };
  const run =
    Deno !== undefined ? ["eval", source] : Bun !== undefined ? ["-e", source] : ["--input-type=module", "-e", source];
  const child = childProcess.spawn(process.execPath, [...(exit.execArgv ?? []), ...run], {
    cwd: url.fileURLToPath(new URL(".", href)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.on("data", (chunk) => output.push(String(chunk)));
  child.stderr.on("data", (chunk) => output.push(String(chunk)));
  const closed = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  using limit = timeLimit(timeoutMs);
  try {
    return { code: await Promise.race([closed, limit.passed]), killed: false, output: output.join("") };
  } catch (error) {
    if (error !== limit) throw error;
    child.kill("SIGKILL");
    return { code: await closed, killed: true, output: output.join("") };
  }
}
