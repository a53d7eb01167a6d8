import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "scopelog-exit-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  /** The numbers of the lines that arrived; every line is checked to be whole. */
  readonly lines: number[];
  readonly workerLines: number[];
}

let runs = 0;

function start(handler: string, ending: string, path: string, env: Record<string, string> = {}) {
  const fixture = fileURLToPath(new URL("./fixtures/exit.mjs", import.meta.url));
  const all = { ...process.env, ...env };
  return spawn(process.execPath, [fixture, handler, ending, path], { stdio: ["ignore", "pipe", "pipe"], env: all });
}

async function outcome(child: ReturnType<typeof start>) {
  const [stdout, stderr, end] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, code: end[0] as number | null, signal: end[1] as string | null };
}

/** The numbers of the lines in `content`, each of which must be whole. */
function numbers(content: string): number[] {
  if (content !== "" && !content.endsWith("\n")) throw new Error("the last line is cut");
  const records = content
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { msg: string });
  return records.map(({ msg }) => Number(msg.slice("line ".length)));
}

async function run(handler: string, ending: string): Promise<Ended> {
  const id = ++runs;
  const { stdout, ...end } = await outcome(start(handler, ending, join(folder, `${id}.log`)));
  const files = readdirSync(folder).filter((name) => name.startsWith(`${id}.`));
  const read = (wanted: (name: string) => boolean) =>
    files
      .filter(wanted)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("");
  const own = (name: string) => !name.includes("worker");
  return {
    ...end,
    lines: numbers(handler === "fd" || handler === "stream" ? stdout : read(own)).sort((a, b) => a - b),
    workerLines: numbers(read((name) => !own(name))),
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

const everywhere = ["batched", "sync", "rotating", "fd", "stream"];

describe.concurrent.each(everywhere)("%s handler", (handler) => {
  test("natural end: every line arrives", async () => {
    expect(await run(handler, "natural")).toMatchObject({ code: 0, stderr: "", lines: upTo(500) });
  });

  test("SIGTERM with flushOnSignals(): every line arrives, those of `finish` too, and the signal ends the process", async () => {
    expect(await run(handler, "sigtermFlushed")).toMatchObject({ signal: "SIGTERM", lines: upTo(510) });
  });

  test("after an awaited close, not even SIGKILL takes a line", async () => {
    expect(await run(handler, "dispose")).toMatchObject({ signal: "SIGKILL", lines: upTo(500) });
  });

  test("after an awaited flush, not even SIGKILL takes a line", async () => {
    expect(await run(handler, "flush")).toMatchObject({ signal: "SIGKILL", lines: upTo(500) });
  });
});

// These end the process before a stream has done what it was asked to do: see below for streams.
describe.concurrent.each(everywhere.slice(0, -1))("%s handler", (handler) => {
  test("process.exit() right after the last line: every line arrives", async () => {
    expect(await run(handler, "exit")).toMatchObject({ code: 0, stderr: "", lines: upTo(500) });
  });

  test("uncaught exception: every line arrives", async () => {
    expect(await run(handler, "throw")).toMatchObject({ code: 1, lines: upTo(500) });
  });

  test("unhandled rejection: every line arrives", async () => {
    expect(await run(handler, "reject")).toMatchObject({ code: 1, lines: upTo(500) });
  });

  test("lines of a later exit listener arrive too", async () => {
    expect(await run(handler, "exitListener")).toMatchObject({ code: 0, lines: upTo(510) });
  });

  test("SIGTERM that the program answers with process.exit(): every line arrives", async () => {
    expect(await run(handler, "sigtermHandled")).toMatchObject({ code: 0, lines: upTo(500) });
  });
});

describe.concurrent.each(["exit", "throw", "reject", "sigtermHandled"])("stream handler, %s", (ending) => {
  test("what the reader has not taken is lost, and told; what arrives is in order", async () => {
    const child = start("stream", ending, "", { LINES: "20000" });
    // Nobody reads before the process has ended.
    const reading = new Promise<string>((resolve) => child.once("exit", () => resolve(text(child.stdout))));
    const [stderr, stdout] = await Promise.all([text(child.stderr), reading]);
    // The last one may be cut.
    const lines = stdout.split("\n").slice(0, -1);
    expect(numbers(lines.map((line) => `${line}\n`).join(""))).toEqual(upTo(lines.length));
    expect(lines.length).toBeLessThan(20_000);
    expect(stderr).toMatch(/stdout: up to \d+ bytes of log lines were lost at exit/);
  });

  test("fileHandler(1) waits for the reader instead, and every line arrives", async () => {
    const child = start("fd", ending, "", { LINES: "20000" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { stdout } = await outcome(child);
    expect(numbers(stdout)).toEqual(upTo(20_000));
  });
});

describe.concurrent("signals that nobody listens to", () => {
  test.each(["sigterm", "sigkill"])("sync, %s: every line arrives", async (ending) => {
    expect((await run("sync", ending)).lines).toEqual(upTo(500));
  });

  test.each(["sigterm", "sigkill"])(
    "batched, %s: the lines of the last batch may be lost, no other, and none is cut",
    async (ending) => {
      const { signal, lines } = await run("batched", ending);
      expect(signal).toBe(ending.toUpperCase());
      expect(lines).toEqual(upTo(lines.length));
      // 500 lines are more than one batch of 16 KiB, and less than three.
      expect(lines.length).toBeGreaterThan(100);
      expect(lines.length).toBeLessThan(500);
    },
  );

  test("batched, SIGKILL: lines that have waited for `flushMs` are safe", async () => {
    expect((await run("batched", "sigkillLater")).lines.length).toBeGreaterThanOrEqual(500);
  });
});

test("lines that cannot be written at the exit are told on stderr", async () => {
  const { code, stderr } = await outcome(start("batched", "exit", "/dev/full"));
  expect(code).toBe(0);
  expect(stderr).toContain("/dev/full: 500 log lines were lost at exit");
});

test("a pipe whose reader is slow is waited for at the exit", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // Ten times what the pipe takes.
  const child = start("batched", "exit", path, { LINES: "8000" });
  const ended = outcome(child);
  let content = "";
  const buffer = Buffer.alloc(4096);
  while (content.split("\n").length <= 8000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      content += buffer.toString("latin1", 0, readSync(reader, buffer));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
  closeSync(reader);
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
  expect(numbers(content)).toEqual(upTo(8000));
});

test("worker threads drain at their own exit, natural or process.exit()", async () => {
  const { code, lines, workerLines } = await run("batched", "worker");
  expect(code).toBe(0);
  expect(lines).toEqual(upTo(500));
  expect(workerLines).toEqual([...upTo(500), ...upTo(500)]);
});
