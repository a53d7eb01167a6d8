import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  fileHandler,
  type RotatingFileHandler,
  type RotatingFileHandlerOptions,
  rotatingFileHandler,
} from "scopelog/node";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { lines, linesOf, plain, problemsTold, record, temporaryFolder } from "./support.ts";

afterEach(() => void vi.useRealTimers());

/** Only `Date` stands still: timers go on. */
function clockAt(time: string): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(new Date(time));
}

function rotating(path: string, options: Partial<RotatingFileHandlerOptions>): RotatingFileHandler {
  return rotatingFileHandler({ path, formatter: plain, utc: true, ...options });
}

function log(handler: RotatingFileHandler, ...messages: string[]): void {
  for (const message of messages) handler.handle(record(message));
}

/** The old files and then the present one. */
function inOrder(folder: string): string[] {
  const number = (name: string) => Number(/\.(\d+)\.log(\.gz)?$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
  return readdirSync(folder).sort((a, b) => number(a) - number(b));
}

function allLines(folder: string): string[] {
  return inOrder(folder).flatMap((name) => {
    const bytes = readFileSync(join(folder, name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    if (!text.endsWith("\n")) throw new Error(`${name} ends in the middle of a line`);
    return text.split("\n").slice(0, -1);
  });
}

describe("by size", () => {
  test("no file is larger than maxBytes, no line is cut or lost, and names tell the order", () => {
    clockAt("2026-08-14T12:00:00Z");
    const folder = temporaryFolder();
    using handler = rotating(join(folder, "app.log"), { maxBytes: 1000 });
    const expected = lines(1000).map((line) => `${line} überall`);
    log(handler, ...expected);
    handler[Symbol.dispose]();
    const names = inOrder(folder);
    expect(names.slice(0, 2)).toEqual(["app.2026-08-14.1.log", "app.2026-08-14.2.log"]);
    expect(names.at(-1)).toBe("app.log");
    expect(names.length).toBeGreaterThan(15);
    expect(allLines(folder)).toEqual(expected);
    const sizes = names.map((name) => statSync(join(folder, name)).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    // They are full: another line would not have fitted.
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(1000 - 20);
  });

  test("a single line that is longer than maxBytes gets a file of its own", () => {
    const folder = temporaryFolder();
    using handler = rotating(join(folder, "app.log"), { maxBytes: 100, sync: true });
    const long = "x".repeat(500);
    log(handler, "short", long, "short again");
    expect(inOrder(folder).map((name) => linesOf(join(folder, name)))).toEqual([["short"], [long], ["short again"]]);
  });

  test("counts on after a restart: the size of the file and the number of the next name", () => {
    clockAt("2026-08-14T12:00:00Z");
    const folder = temporaryFolder();
    for (let restart = 0; restart < 10; restart++) {
      using handler = rotating(join(folder, "app.log"), { maxBytes: 50 });
      log(handler, ...lines(2, 2 * restart));
    }
    expect(allLines(folder)).toEqual(lines(20));
    expect(inOrder(folder)).toEqual([1, 2, 3].map((n) => `app.2026-08-14.${n}.log`).concat("app.log"));
  });

  test("100,000 lines of four writers through 20 rotations, one of them forced: all there, in order, valid", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "app.log");
    const settings = { path, maxBytes: 340_000 };
    const writers = [
      rotatingFileHandler(settings),
      rotatingFileHandler({ ...settings, sync: true }),
      rotatingFileHandler(settings),
      fileHandler(path),
    ];
    for (let line = 0; line < 100_000; line++) {
      writers[line % 4]!.handle(record(`line ${line}`));
      if (line === 50_000) (writers[0] as RotatingFileHandler).rotate();
      if (line % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const writer of writers) await writer[Symbol.asyncDispose]();
    expect(readdirSync(folder).length - 1).toBeGreaterThanOrEqual(20);
    const messages = allLines(folder).map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toEqual(lines(100_000));
  }, 60_000);
});

describe("by the clock", () => {
  test("a day ends with the first line after it, and the old file is named after its day", () => {
    clockAt("2026-12-31T23:59:59Z");
    const folder = temporaryFolder();
    using handler = rotating(join(folder, "app.log"), { every: "day" });
    log(handler, "old year");
    clockAt("2027-01-01T00:00:00Z");
    log(handler, "new year");
    handler[Symbol.dispose]();
    expect(linesOf(join(folder, "app.2026-12-31.1.log"))).toEqual(["old year"]);
    expect(linesOf(join(folder, "app.log"))).toEqual(["new year"]);
  });

  test("hours, also in the local time", () => {
    const folder = temporaryFolder();
    clockAt("2026-08-14T12:59:00");
    using handler = rotating(join(folder, "app.log"), { every: "hour", utc: false, sync: true });
    log(handler, "before one");
    clockAt("2026-08-14T13:00:00");
    log(handler, "after one");
    expect(linesOf(join(folder, "app.2026-08-14T12.1.log"))).toEqual(["before one"]);
  });

  test("after a restart the file of an earlier day is put away first", () => {
    const folder = temporaryFolder();
    const path = join(folder, "app.log");
    writeFileSync(path, "of yesterday, and cut");
    utimesSync(path, new Date("2026-08-13T20:00:00Z"), new Date("2026-08-13T20:00:00Z"));
    clockAt("2026-08-14T08:00:00Z");
    using handler = rotating(path, { every: "day", sync: true });
    log(handler, "of today");
    expect(linesOf(join(folder, "app.2026-08-13.1.log"))).toEqual(["of yesterday, and cut"]);
    expect(linesOf(path)).toEqual(["of today"]);
  });

  test("a day without lines makes no file, and a clock set back none either", () => {
    const folder = temporaryFolder();
    clockAt("2026-08-14T08:00:00Z");
    using handler = rotating(join(folder, "app.log"), { every: "day", sync: true });
    log(handler, "one");
    clockAt("2026-08-20T08:00:00Z");
    log(handler, "two");
    clockAt("2026-08-19T08:00:00Z");
    log(handler, "three");
    expect(readdirSync(folder).sort()).toEqual(["app.2026-08-14.1.log", "app.log"]);
  });

  test("with a size too, the files of one day are numbered", () => {
    const folder = temporaryFolder();
    clockAt("2026-08-14T08:00:00Z");
    using handler = rotating(join(folder, "app.log"), { every: "day", maxBytes: 10, sync: true });
    log(handler, "one one", "two two");
    clockAt("2026-08-15T08:00:00Z");
    log(handler, "three");
    expect(readdirSync(folder).sort()).toEqual(["app.2026-08-14.1.log", "app.2026-08-14.2.log", "app.log"]);
  });
});

describe("old files", () => {
  test("only maxFiles of them are kept, and nothing else in the folder is touched", () => {
    clockAt("2026-08-14T12:00:00Z");
    const folder = temporaryFolder();
    const others = [
      "app.2026-08-14.log",
      "app.2026-08-14.0.log",
      "app.old.1.log",
      "xapp.2026-08-14.1.log",
      "app.log.1",
    ];
    for (const name of others) writeFileSync(join(folder, name), "not ours\n");
    using handler = rotating(join(folder, "app.log"), { maxBytes: 20, maxFiles: 3, sync: true });
    log(handler, ...lines(40));
    const kept = readdirSync(folder).filter((name) => !others.includes(name));
    expect(kept).toHaveLength(4);
    expect(kept.sort().flatMap((name) => linesOf(join(folder, name)))).toEqual(lines(8, 32));
    for (const name of others) expect(linesOf(join(folder, name))).toEqual(["not ours"]);
  });

  test("are compressed in the background, with the same permissions; closing waits for it", async () => {
    clockAt("2026-08-14T12:00:00Z");
    const folder = temporaryFolder();
    const handler = rotating(join(folder, "app.log"), { maxBytes: 1000, gzip: true, mode: 0o600 });
    log(handler, ...lines(500));
    await handler[Symbol.asyncDispose]();
    const names = inOrder(folder);
    expect(names.at(-1)).toBe("app.log");
    expect(names.slice(0, -1).every((name) => name.endsWith(".log.gz"))).toBe(true);
    expect(names.slice(0, -1).map((name) => statSync(join(folder, name)).mode & 0o777)).toContain(0o600);
    expect(allLines(folder)).toEqual(lines(500));
  });

  test("what an interrupted process left uncompressed is compressed at the next start", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "app.2026-08-13.1.log"), "whole\n");
    writeFileSync(join(folder, "app.2026-08-13.1.log.gz.tmp"), "half of it");
    using handler = rotating(join(folder, "app.log"), { maxBytes: 1000, gzip: true });
    await handler[Symbol.asyncDispose]();
    expect(readdirSync(folder).sort()).toEqual(["app.2026-08-13.1.log.gz", "app.log"]);
    expect(gunzipSync(readFileSync(join(folder, "app.2026-08-13.1.log.gz"))).toString()).toBe("whole\n");
  });

  test("maxFiles counts compressed ones too, and none of those removed comes back", async () => {
    const folder = temporaryFolder();
    using handler = rotating(join(folder, "app.log"), { maxBytes: 20, maxFiles: 2, gzip: true, sync: true });
    log(handler, ...lines(100));
    await handler[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toHaveLength(3);
    expect(allLines(folder)).toEqual(lines(6, 94));
  });
});

describe("when rotating fails", () => {
  test("the old file is written on, and it is told", () => {
    const told = problemsTold();
    const folder = temporaryFolder();
    const path = join(folder, "app.log");
    using handler = rotating(path, { maxBytes: 20, sync: true });
    log(handler, "one");
    // Root may write anywhere, so the folder itself is taken away.
    renameSync(folder, `${folder}-moved`);
    onTestFinished(() => rmSync(`${folder}-moved`, { recursive: true }));
    log(handler, "two two two two two two");
    expect(told.map(({ code }) => code)).toContain("SCOPELOG_WARN_TRANSPORT");
    mkdirSync(folder);
    renameSync(join(`${folder}-moved`, "app.log"), path);
    log(handler, "three");
    expect(allLines(folder)).toEqual(["one", "two two two two two two", "three"]);
  });

  test("a file that somebody else has moved away is not renamed over another", () => {
    const folder = temporaryFolder();
    const path = join(folder, "app.log");
    using handler = rotating(path, { maxBytes: 20, sync: true });
    log(handler, "one");
    renameSync(path, join(folder, "taken.log"));
    writeFileSync(path, "of another\n");
    log(handler, "two two two two two two");
    expect(linesOf(join(folder, "taken.log"))).toEqual(["one"]);
    expect(linesOf(path)).toEqual(["of another", "two two two two two two"]);
  });
});

describe("together with logrotate", () => {
  test("a forced logrotate and reopen() lose nothing", () => {
    if (!hasLogrotate()) return;
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const path = join(folder, "app.log");
    writeFileSync(join(folder, "conf"), `${path} {\n rotate 3\n nocompress\n}\n`);
    chmodSync(join(folder, "conf"), 0o644);
    using handler = fileHandler({ path, formatter: plain });
    handler.handle(record("one"));
    handler.flush();
    execFileSync("logrotate", ["--force", "--state", join(folder, "state"), join(folder, "conf")]);
    handler.handle(record("between"));
    handler.reopen();
    handler.handle(record("two"));
    handler[Symbol.dispose]();
    expect(linesOf(`${path}.1`)).toEqual(["one", "between"]);
    expect(linesOf(path)).toEqual(["two"]);
  });
});

function hasLogrotate(): boolean {
  try {
    execFileSync("logrotate", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    if (process.env["CI"]) throw new Error("logrotate is missing: apt-get install logrotate");
    console.warn("SKIPPED: logrotate is not installed");
    return false;
  }
}

describe("options", () => {
  test.each<[string, object]>([
    ["maxBytes", {}],
    ["maxBytes", { maxBytes: 0 }],
    ["maxBytes", { maxBytes: "10m" }],
    ["every", { every: "week" }],
    ["maxFiles", { every: "day", maxFiles: 0 }],
    ["gzip", { every: "day", gzip: 1 }],
    ["utc", { every: "day", utc: "yes" }],
    ["fd", { every: "day", fd: 1 }],
  ])("refuses a wrong %s: %j", (option, options) => {
    const path = join(temporaryFolder(), "app.log");
    expectCode("ERR_SCOPELOG_OPTION", () => rotatingFileHandler({ path, ...options }), "rotatingFileHandler", option);
    expect(existsSync(path)).toBe(false);
  });

  test("refuses a path that is open with other rotation settings or none, and leaves it open", () => {
    const path = join(temporaryFolder(), "app.log");
    const words = ["path", "other rotation settings"];
    {
      using one = rotating(path, { maxBytes: 100, sync: true });
      expectCode("ERR_SCOPELOG_OPTION", () => rotating(path, { maxBytes: 200 }), ...words);
      using _same = rotating(path, { maxBytes: 100 });
      log(one, "still open");
    }
    expect(linesOf(path)).toEqual(["still open"]);
    using _plain = fileHandler(path);
    expectCode("ERR_SCOPELOG_OPTION", () => rotating(path, { maxBytes: 100 }), ...words);
  });
});

test("gzip goes on after a plain dispose", async () => {
  const folder = temporaryFolder();
  const handler = rotating(join(folder, "app.log"), { maxBytes: 20, gzip: true });
  log(handler, ...lines(3));
  handler[Symbol.dispose]();
  await until(() => readdirSync(folder).some((name) => name.endsWith(".gz")) && readdirSync(folder).length === 2);
});
