import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type FileHandlerOptions, fileHandler } from "scopelog/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { tally } from "../../src/port/tally.ts";
import { until } from "../support/gc.ts";
import { lines, linesOf, plain, problemsTold, record, temporaryFolder } from "./support.ts";

/** A pipe that nobody reads until `read` is called; writing to it never blocks. */
function slowPipe() {
  const path = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  onTestFinished(() => {
    closeSync(reader);
    closeSync(writer);
  });
  let text = "";
  const buffer = Buffer.alloc(64 * 1024);
  const read = () => {
    try {
      text += buffer.toString("latin1", 0, readSync(reader, buffer));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
    return text.split("\n").slice(0, -1);
  };
  return { path, writer, reader, read };
}

describe("a pipe that is slower than the log", () => {
  test("partial writes and EAGAIN lose and cut nothing within the bound", async () => {
    const told = problemsTold();
    const { writer, read } = slowPipe();
    using handler = fileHandler({ fd: writer, formatter: plain });
    // About 1.3 MB, twenty times what the pipe takes.
    const expected = lines(100_000);
    for (const line of expected) handler.handle(record(line));
    const flushed = handler.flush();
    await until(() => read().length === expected.length, "all lines through the pipe");
    await flushed;
    expect(read()).toEqual(expected);
    expect(told).toEqual([]);
  });

  test("a named pipe is not waited for at the start, and lines wait for the reader", async () => {
    problemsTold();
    const path = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [path]);
    using handler = fileHandler({ path, formatter: plain, sync: true });
    handler.handle(record("early"));
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(100);
    let got = "";
    await until(() => (got += buffer.toString("latin1", 0, readSync(reader, buffer))) !== "", "the line");
    closeSync(reader);
    expect(got).toBe("early\n");
  });

  test.each(["drop-newest", "drop-oldest"] as const)(
    "memory is bounded: %s beyond the bound, counted, told once, and said in the next line",
    async (overflow) => {
      const told = problemsTold();
      const { writer, read } = slowPipe();
      const maxBytes = 100_000;
      using handler = fileHandler({ fd: writer, formatter: plain, queue: { maxBytes, overflow } });
      const { dropped } = tally;
      const sent = lines(50_000);
      for (const line of sent) handler.handle(record(line));
      const lost = tally.dropped - dropped;
      expect(lost).toBeGreaterThan(10_000);
      expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);

      await until(() => read().length === sent.length - lost, "the lines that were kept");
      await handler.flush();
      handler.handle(record("the next"));
      await handler.flush();
      await until(() => read().at(-1) === "the next");
      const got = read();
      expect(got.at(-2)).toBe(`${lost} messages dropped`);
      const kept = got.slice(0, -2);
      // What is missing is one stretch: the newest or the oldest of what waited.
      const first = kept.findIndex((line, index) => line !== sent[index]);
      if (overflow === "drop-newest") expect(first).toBe(-1);
      else expect(kept.slice(first)).toEqual(sent.slice(-(kept.length - first)));
    },
  );

  test("sync waits for the reader, not for ever and not for every line", async () => {
    const told = problemsTold();
    const { writer } = slowPipe();
    const { dropped } = tally;
    const handler = fileHandler({ fd: writer, formatter: plain, sync: true, lingerMs: 0 });
    // Nobody reads: the first line that does not fit waits a second, the others do not.
    const started = performance.now();
    for (const line of lines(200)) handler.handle(record(`${line} ${"x".repeat(1000)}`));
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(told).toEqual([]);
    expect(tally.dropped).toBe(dropped);
    handler[Symbol.dispose]();
    await until(() => tally.dropped > dropped, "the count of what nobody read");
  });

  test("a reader that went away ends nothing: lines are counted and told", async () => {
    const told = problemsTold();
    const folder = temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const reader = openSync(join(folder, "pipe"), constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(join(folder, "pipe"), constants.O_WRONLY | constants.O_NONBLOCK);
    closeSync(reader);
    const { dropped } = tally;
    {
      using handler = fileHandler({ fd: writer, formatter: plain });
      handler.handle(record("to nobody"));
      await handler.flush();
      handler.handle(record("to nobody"));
    }
    closeSync(writer);
    expect(tally.dropped).toBe(dropped + 2);
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);
  });
});

/** A file system of 64 KiB, or undefined where none can be mounted. */
function tinyDisk(): string | undefined {
  const folder = join(temporaryFolder(), "disk");
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
  } catch (error) {
    if (process.env["CI"]) throw error;
    console.warn("SKIPPED: no tmpfs can be mounted here (not root?), so a full disk is not tested");
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}

describe("a full disk", () => {
  const settings: [string, Omit<FileHandlerOptions, "path">][] = [
    ["batched", {}],
    ["sync", { sync: true }],
  ];

  test.each(settings)("%s: lines wait, one report, and all of them when space returns", async (_name, options) => {
    const disk = tinyDisk();
    if (disk === undefined) return;
    const told = problemsTold();
    const path = join(disk, "app.log");
    writeFileSync(join(disk, "ballast"), Buffer.alloc(40 * 1024));
    using handler = fileHandler({ path, formatter: plain, ...options });
    // Not ASCII, and more than there is space for: the disk is full in the middle of a line.
    const expected = lines(3000).map((line) => `${line} überall`);
    for (const line of expected) handler.handle(record(line));
    expect(told.map(({ code, message }) => [code, message.includes("ENOSPC")])).toEqual([
      ["SCOPELOG_WARN_TRANSPORT", true],
    ]);
    rmSync(join(disk, "ballast"));
    await until(() => !handlerWaits(handler), "the recovery");
    expect(linesOf(path)).toEqual(expected);
    expect(told).toHaveLength(1);
  });

  test("a line that was cut is whole in the file that follows it", async () => {
    const disk = tinyDisk();
    if (disk === undefined) return;
    problemsTold();
    const path = join(disk, "app.log");
    writeFileSync(join(disk, "ballast"), Buffer.alloc(40 * 1024));
    using handler = fileHandler({ path, formatter: plain });
    const sent = lines(3000);
    for (const line of sent) handler.handle(record(line));
    renameSync(path, `${path}.1`);
    handler.reopen();
    rmSync(join(disk, "ballast"));
    await until(() => !handlerWaits(handler), "the recovery");
    const [old, fresh] = [readFileSync(`${path}.1`, "utf8").split("\n"), linesOf(path)];
    expect(old.pop()).not.toBe("");
    expect([...old, ...fresh]).toEqual(sent);
  });

  test("beyond the bound lines are dropped, counted, told once, and said in the next line", async () => {
    const disk = tinyDisk();
    if (disk === undefined) return;
    const told = problemsTold();
    const path = join(disk, "app.log");
    writeFileSync(join(disk, "ballast"), Buffer.alloc(40 * 1024));
    using handler = fileHandler({ path, formatter: plain, queue: { maxBytes: 4096 } });
    const { dropped } = tally;
    const sent = lines(5000);
    for (const line of sent) handler.handle(record(line));
    const lost = tally.dropped - dropped;
    expect(lost).toBeGreaterThan(1000);
    rmSync(join(disk, "ballast"));
    await until(() => !handlerWaits(handler), "the recovery");
    handler.handle(record("the next"));
    await handler.flush();
    expect(linesOf(path)).toEqual([...sent.slice(0, sent.length - lost), `${lost} messages dropped`, "the next"]);
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_TRANSPORT", "SCOPELOG_WARN_DROPPED"]);
  });

  test("flush() and closing end within lingerMs on a disk that stays full, and the lines count as dropped", async () => {
    problemsTold();
    const { dropped } = tally;
    const handler = fileHandler({ path: "/dev/full", formatter: plain, lingerMs: 30 });
    for (const line of lines(5)) handler.handle(record(line));
    await handler.flush();
    await handler[Symbol.asyncDispose]();
    await until(() => tally.dropped === dropped + 5, "the count of what was lost");
  });
});

test("without a free descriptor fileHandler() does not throw: lines wait until there is one", () => {
  const dist = process.env["SCOPELOG_DIST"] ?? new URL("../../dist/", import.meta.url).href;
  const path = join(temporaryFolder(), "app.log");
  const program = `
    import { closeSync, openSync } from "node:fs";
    const { fileHandler } = await import(${JSON.stringify(`${dist}node/index.js`)});
    const { createRecord } = await import(${JSON.stringify(`${dist}record/log-record.js`)});
    const taken = [];
    try {
      for (;;) taken.push(openSync("/dev/null"));
    } catch {}
    const handler = fileHandler({ path: ${JSON.stringify(path)}, formatter: (record) => record.message, sync: true });
    handler.handle(createRecord({ message: "early" }));
    for (const fd of taken) closeSync(fd);
    await handler.flush();
    handler.handle(createRecord({ message: "late" }));
  `;
  execFileSync("sh", ["-c", 'ulimit -n 64; exec "$0" --input-type=module -e "$1"', process.execPath, program], {
    stdio: "ignore",
  });
  expect(linesOf(path)).toEqual(["early", "late"]);
});

/** Whether lines are in the backlog. */
function handlerWaits(handler: { readonly resource?: Disposable | undefined }): boolean {
  const { target } = handler.resource as unknown as { target: { pending: number } };
  return target.pending > 0;
}
