import { AsyncLocalStorage } from "node:async_hooks";
import { closeSync, existsSync, openSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getScoped } from "scopelog";
import { type FileHandler, fileHandler } from "scopelog/node";
import { describe, expect, test } from "vitest";
import { leaseCounts } from "../../src/lifetime/lease.ts";
import { tally } from "../../src/port/tally.ts";
import { expectCode } from "../support/errors.ts";
import { collectUntil, until } from "../support/gc.ts";
import { lines, linesOf, plain, problemsTold, record, temporaryFolder } from "./support.ts";

const openDescriptors = () => readdirSync("/proc/self/fd").length;

function log(handler: FileHandler, ...messages: string[]): void {
  for (const message of messages) handler.handle(record(message));
}

describe("writing", () => {
  test("gathers lines and writes them a short time later, without being asked", async () => {
    const path = join(temporaryFolder(), "app.log");
    using handler = fileHandler({ path, formatter: plain });
    log(handler, "one", "two");
    expect(linesOf(path)).toEqual([]);
    await until(() => linesOf(path).length === 2, "the flush after flushMs");
    log(handler, "three");
    await until(() => linesOf(path).length === 3, "the next flush");
    expect(linesOf(path)).toEqual(["one", "two", "three"]);
  });

  test("writes a batch as soon as it is long enough", () => {
    const path = join(temporaryFolder(), "app.log");
    using handler = fileHandler({ path, formatter: plain, batchBytes: 100 });
    log(handler, "x".repeat(98));
    expect(linesOf(path)).toEqual([]);
    log(handler, "y");
    expect(linesOf(path)).toEqual(["x".repeat(98), "y"]);
  });

  test("sync: a returned call is in the file, and what others gathered before it too", () => {
    const path = join(temporaryFolder(), "app.log");
    using batched = fileHandler({ path, formatter: plain });
    using sync = fileHandler({ path, formatter: plain, sync: true });
    log(sync, "one");
    expect(linesOf(path)).toEqual(["one"]);
    log(batched, "two");
    log(sync, "three");
    expect(linesOf(path)).toEqual(["one", "two", "three"]);
  });

  test("writes JSON unless told otherwise, and appends", () => {
    const path = join(temporaryFolder(), "app.log");
    writeFileSync(path, "before\n");
    using handler = fileHandler({ path, sync: true });
    log(handler, "hello");
    expect(JSON.parse(linesOf(path)[1]!)).toMatchObject({ level: "info", msg: "hello" });
    expect(linesOf(path)[0]).toBe("before");
  });

  test("ends a line that an earlier process left unfinished", () => {
    const path = join(temporaryFolder(), "app.log");
    writeFileSync(path, "whole\ncut off in the mid");
    using handler = fileHandler({ path, formatter: plain, sync: true });
    log(handler, "next");
    expect(linesOf(path)).toEqual(["whole", "cut off in the mid", "next"]);
  });

  test("characters outside ASCII, of any length and at any batch size, arrive as they were", () => {
    const path = join(temporaryFolder(), "app.log");
    const texts = ["é", "漢字", "🙂", "plain", "ü".repeat(9000)];
    using sync = fileHandler({ path, formatter: plain, sync: true });
    log(sync, ...texts);
    using batched = fileHandler({ path, formatter: plain });
    log(batched, ...texts);
    batched[Symbol.dispose]();
    expect(linesOf(path)).toEqual([...texts, ...texts]);
  });

  test("flush() resolves when the lines are in the file", async () => {
    const path = join(temporaryFolder(), "app.log");
    using handler = fileHandler({ path, formatter: plain, flushMs: 60_000 });
    log(handler, "one");
    await handler.flush();
    expect(linesOf(path)).toEqual(["one"]);
  });
});

describe("opening", () => {
  test("a file is made with mode 0640, or as chosen", () => {
    const folder = temporaryFolder();
    using _usual = fileHandler(join(folder, "usual.log"));
    using _chosen = fileHandler({ path: join(folder, "chosen.log"), mode: 0o600 });
    expect(statSync(join(folder, "usual.log")).mode & 0o777).toBe(0o640 & ~process.umask());
    expect(statSync(join(folder, "chosen.log")).mode & 0o777).toBe(0o600);
  });

  test("a missing folder is an error that says what to do, or is made", () => {
    const path = join(temporaryFolder(), "a", "b", "app.log");
    expectCode("ERR_SCOPELOG_OPTION", () => fileHandler(path), "path", "mkdir", "ENOENT");
    expect(leaseCounts().leases).toBe(0);
    using handler = fileHandler({ path, mkdir: true, formatter: plain, sync: true });
    log(handler, "made");
    expect(linesOf(path)).toEqual(["made"]);
  });

  test("a path that can never be opened is an error with the system's reason", () => {
    const folder = temporaryFolder();
    expectCode("ERR_SCOPELOG_OPTION", () => fileHandler(folder), "path", "EISDIR");
    writeFileSync(join(folder, "file"), "");
    expectCode("ERR_SCOPELOG_OPTION", () => fileHandler(join(folder, "file", "app.log")), "path", "ENOTDIR");
    expectCode("ERR_SCOPELOG_OPTION", () => fileHandler({ fd: 99_999 }), "fd", "EBADF");
  });

  test("takes a file: URL, and a descriptor, which it never closes", () => {
    const path = join(temporaryFolder(), "app.log");
    using handler = fileHandler({ path: pathToFileURL(path), formatter: plain, sync: true });
    expect(handler.path).toBe(path);
    log(handler, "by url");
    const fd = openSync(path, "a");
    {
      using byFd = fileHandler({ fd, formatter: plain });
      expect(byFd.path).toBe(`fd:${fd}`);
      log(byFd, "by descriptor");
      byFd.reopen();
    }
    closeSync(fd);
    expect(linesOf(path)).toEqual(["by url", "by descriptor"]);
  });

  test.each<[string, unknown]>([
    ["path", {}],
    ["path", { path: "" }],
    ["path", { path: 3 }],
    ["path", { path: "a\0b" }],
    ["path", { path: new URL("https://example.org/") }],
    ["path", { path: "x", fd: 1 }],
    ["fd", { fd: -1 }],
    ["fd", { fd: "1" }],
    ["pth", { pth: "x" }],
    ["sync", { path: "x", sync: 1 }],
    ["mode", { path: "x", mode: "0640" }],
    ["mkdir", { path: "x", mkdir: "yes" }],
    ["flushMs", { path: "x", flushMs: -1 }],
    ["batchBytes", { path: "x", batchBytes: 0 }],
    ["lingerMs", { path: "x", lingerMs: 1.5 }],
    ["idleMs", { path: "x", idleMs: Number.NaN }],
    ["queue", { path: "x", queue: 5 }],
    ["queue.maxBytes", { path: "x", queue: { maxBytes: 0 } }],
    ["queue.overflow", { path: "x", queue: { overflow: "block" } }],
    ["size", { path: "x", queue: { size: 1 } }],
    ["level", { path: "x", level: "loud" }],
    ["options", null],
  ])("refuses a wrong %s: %j", (option, options) => {
    expectCode("ERR_SCOPELOG_OPTION", () => fileHandler(options as string), "fileHandler", option);
    expect(existsSync("x")).toBe(false);
  });

  test("refuses a formatter and a filter that are none", () => {
    expectCode("ERR_SCOPELOG_FORMATTER", () => fileHandler({ path: "x", formatter: {} as never }));
    expectCode("ERR_SCOPELOG_FILTER", () => fileHandler({ path: "x", filter: {} as never }));
    expect(existsSync("x")).toBe(false);
  });
});

describe("sharing and closing", () => {
  test("a thousand handlers on one path hold one descriptor, and give it back", () => {
    const path = join(temporaryFolder(), "app.log");
    const [before, exitListeners] = [openDescriptors(), process.listenerCount("exit")];
    const handlers = Array.from({ length: 1000 }, () => fileHandler({ path, formatter: plain }));
    expect(openDescriptors()).toBe(before + 1);
    expect(process.listenerCount("exit")).toBe(exitListeners + 1);
    for (const [index, handler] of handlers.entries()) log(handler, `line ${index}`);
    for (const handler of handlers) handler[Symbol.dispose]();
    expect(openDescriptors()).toBe(before);
    expect(process.listenerCount("exit")).toBe(exitListeners);
    expect(linesOf(path)).toEqual(lines(1000));
  });

  test("disposing twice is disposing once, also of a shared file", async () => {
    const path = join(temporaryFolder(), "app.log");
    using other = fileHandler({ path, formatter: plain, sync: true });
    const handler = fileHandler({ path, formatter: plain });
    log(handler, "one");
    handler[Symbol.dispose]();
    expect(linesOf(path)).toEqual(["one"]);
    handler[Symbol.dispose]();
    await handler[Symbol.asyncDispose]();
    log(other, "two");
    expect(linesOf(path)).toEqual(["one", "two"]);
  });

  test("a line after the end is counted and told, and not written", () => {
    const told = problemsTold();
    const path = join(temporaryFolder(), "app.log");
    using _other = fileHandler({ path });
    const handler = fileHandler({ path, formatter: plain, sync: true });
    handler[Symbol.dispose]();
    const { dropped } = tally;
    log(handler, "late");
    expect(tally.dropped).toBe(dropped + 1);
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);
    expect(linesOf(path)).toEqual([]);
  });

  test("idleMs keeps the file open for the next handler", async () => {
    const path = join(temporaryFolder(), "app.log");
    const before = openDescriptors();
    fileHandler({ path, idleMs: 50 })[Symbol.dispose]();
    expect(openDescriptors()).toBe(before + 1);
    await until(() => openDescriptors() === before, "the close after idleMs");
  });

  test("a forgotten scope's handler is closed, though its formatter leads to the logger", async () => {
    const path = join(temporaryFolder(), "app.log");
    const before = openDescriptors();
    forgetOne(path);
    expect(openDescriptors()).toBe(before + 1);
    await collectUntil(() => openDescriptors() === before, "the close of the forgotten file");
    expect(linesOf(path)).toEqual(["peer: hello"]);
  });

  test("a line that waits does not keep the asynchronous context of whoever logged it", async () => {
    const path = join(temporaryFolder(), "app.log");
    using handler = fileHandler({ path, formatter: plain });
    const storage = new AsyncLocalStorage<object>();
    const context = (() => {
      const store = { big: new Array(1000).fill(0) };
      storage.run(store, () => log(handler, "inside"));
      return new WeakRef(store);
    })();
    await until(() => linesOf(path).length === 1);
    await collectUntil(() => context.deref() === undefined, "the end of the context");
  });
});

class Connection {
  readonly peer = "peer";
  readonly log;

  constructor(path: string) {
    const formatter = (line: { message: string }) => `${this.peer}: ${line.message}`;
    this.log = getScoped("conn", {}, { handlers: [fileHandler({ path, formatter })], propagate: false });
  }
}

function forgetOne(path: string): void {
  new Connection(path).log.info("hello");
}

describe("reopen", () => {
  test("goes on in a new file after a rename, for all handlers of the path", () => {
    const path = join(temporaryFolder(), "app.log");
    using one = fileHandler({ path, formatter: plain });
    using two = fileHandler({ path, formatter: plain });
    log(one, "old");
    renameSync(path, `${path}.1`);
    log(two, "old too");
    one.reopen();
    log(one, "new");
    log(two, "new too");
    two[Symbol.dispose]();
    expect(linesOf(`${path}.1`)).toEqual(["old", "old too"]);
    expect(linesOf(path)).toEqual(["new", "new too"]);
  });

  test("stays with the old file, and tells, if the path cannot be opened any more", () => {
    const told = problemsTold();
    const folder = temporaryFolder();
    const path = join(folder, "logs", "app.log");
    using handler = fileHandler({ path, formatter: plain, mkdir: true, sync: true });
    renameSync(join(folder, "logs"), join(folder, "moved"));
    writeFileSync(join(folder, "logs"), "in the way");
    handler.reopen();
    log(handler, "kept");
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_TRANSPORT"]);
    expect(linesOf(join(folder, "moved", "app.log"))).toEqual(["kept"]);
  });
});
