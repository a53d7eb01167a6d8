import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../node/support.ts";
import { TcpReceiver } from "../../syslog/support/sockets.ts";
import { until } from "../../syslog/support/until.ts";
import { noteFigure } from "../support/figure.ts";
import { sizeOf } from "../support/size.ts";
import { buildFolder, bundleOf } from "./support/child.ts";

afterAll(() => rmSync(buildFolder, { recursive: true, force: true }));

const run = promisify(execFile);

interface Steady {
  readonly child: ChildProcess;
  output(): string;
}

async function steady(limit: string, ...args: string[]): Promise<Steady> {
  const command = ["-c", `${limit} exec "$@"`, "sh", process.execPath, await bundleOf("steady"), ...args];
  const child = spawn("sh", command, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
  onTestFinished(() => void child.kill("SIGKILL"));
  await until(() => text.includes("ready\n"), "it logs");
  return { child, output: () => text };
}

async function ended({ child, output }: Steady): Promise<number> {
  child.kill("SIGTERM");
  await once(child, "close");
  expect(child.signalCode, output()).toBe("SIGTERM");
  return Number(/logged (\d+)/.exec(output())?.[1]);
}

const sequence = (count: number) => Array.from({ length: count }, (_, n) => n);
const numbersIn = (text: string) => [...text.matchAll(/line (\d+) ü end;/g)].map(([, n]) => Number(n));

test("stopped, continued, rotated and asked under load, a process brings out every line, once and in order", async () => {
  const path = `${temporaryFolder()}/app.log`;
  await using server = await TcpReceiver.start();
  const process = await steady("", path, String(server.port));
  const { child, output } = process;
  const rounds = sizeOf(6, 40);
  for (let round = 0; round < rounds; round++) {
    await sleep(15);
    child.kill("SIGSTOP");
    renameSync(path, `${path}.${round}`);
    child.kill("SIGHUP");
    child.kill("SIGUSR2");
    await sleep(10);
    child.kill("SIGCONT");
    // The signal is answered when the file is there again.
    await until(() => exists(path), "the file is opened anew");
  }
  const logged = await ended(process);
  await until(() => server.text.includes(`line ${logged - 1} `), "the last line arrived");
  const files = [...sequence(rounds).map((round) => `${path}.${round}`), path];
  expect(files.flatMap((name) => numbersIn(wholeText(name)))).toEqual(sequence(logged));
  expect(numbersIn(Buffer.from(server.text, "latin1").toString())).toEqual(sequence(logged));
  expect(output()).not.toContain("SCOPELOG_WARN");
  noteFigure("faults", "signals sent under load", rounds * 4 + 1);
});

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file; fails if it ends in the middle of a line. */
function wholeText(path: string): string {
  const text = readFileSync(path, "utf8");
  expect(text === "" || text.endsWith("\n"), `${path} ends in the middle of a line`).toBe(true);
  return text;
}

test("at the limit of a file's size (EFBIG) lines wait, and go on in the next file", async () => {
  const path = `${temporaryFolder()}/app.log`;
  // Of a half or a whole KiB, as the shell has it. SIGXFSZ is not for a program in which others live.
  const process = await steady("ulimit -f 64;", path);
  const { output } = process;
  await until(() => output().includes("EFBIG"), "the file is full");
  await sleep(30);
  renameSync(path, `${path}.full`);
  process.child.kill("SIGHUP");
  await until(() => exists(path), "the file is opened anew");
  const logged = await ended(process);
  const [old, fresh] = [readFileSync(`${path}.full`, "utf8"), readFileSync(path, "utf8")];
  const arrived = [...numbersIn(old.slice(0, old.lastIndexOf("\n") + 1)), ...numbersIn(fresh)];
  const lost = Number(/: (\d+) log lines were lost at exit/.exec(output())?.[1] ?? 0);
  expect(arrived).toEqual(sequence(logged - lost));
  expect(output().match(/SCOPELOG_WARN_TRANSPORT/g)).toHaveLength(1);
});

test("threads that are terminated while they log to one file and one server disturb nobody, and cut no line", async () => {
  const path = `${temporaryFolder()}/app.log`;
  await using server = await TcpReceiver.start();
  const rounds = sizeOf(6, 30);
  const { stdout, stderr } = await run(process.execPath, [
    await bundleOf("workers"),
    path,
    String(server.port),
    String(rounds),
  ]);
  const lines = wholeText(path).trimEnd().split("\n");
  const main = lines.flatMap((line) => /^main (\d+) x{50} end$/.exec(line)?.[1] ?? []).map(Number);
  expect(main).toEqual(sequence(Number(stdout)));
  const others = lines.flatMap((line) => /^worker (\d+) (\d+) ü{50} end$/.exec(line)?.slice(1) ?? []);
  expect(main.length + others.length / 2).toBe(lines.length);
  // Of each thread the lines that it had written: from the first on, none left out.
  for (const round of sequence(rounds)) {
    const of = lines.flatMap((line) => new RegExp(`^worker ${round} (\\d+) `).exec(line)?.[1] ?? []).map(Number);
    expect(of).toEqual(sequence(of.length));
    // Every other thread writes each line at once.
    if (round % 2 === 0) expect(of.length).toBeGreaterThan(0);
  }
  expect(stderr).toBe("");
  noteFigure("faults", "threads terminated while they log", rounds);
});

test("workers of a cluster that are disconnected bring out every line at their natural end", async () => {
  const folder = temporaryFolder();
  await using server = await TcpReceiver.start();
  const workers = sizeOf(2, 6);
  const args = [await bundleOf("cluster"), folder, String(server.port), String(workers)];
  const { stdout, stderr } = await run(process.execPath, args, { timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual(sequence(workers).map(() => 0));
  for (const id of sequence(workers).map((n) => n + 1)) {
    const logged = Number(new RegExp(`worker ${id} logged (\\d+)`).exec(stderr)?.[1]);
    const numbers = (text: string) =>
      [...text.matchAll(new RegExp(`worker ${id} line (\\d+);`, "g"))].map(([, n]) => Number(n));
    expect(numbers(wholeText(`${folder}/${id}.log`))).toEqual(sequence(logged));
    expect(numbers(server.text)).toEqual(sequence(logged));
  }
  noteFigure("faults", "workers disconnected while they log", workers);
});
