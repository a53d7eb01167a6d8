import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { createRegistry } from "scopelog";
import { fileHandler, monitorFolder, rotatingFileHandler, serveMonitor } from "scopelog/node";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { OutputFile } from "../../../src/cli/report/output-file.ts";
import { plain, problemsTold, record, temporaryFolder } from "../../node/support.ts";
import { noteFigure } from "../support/figure.ts";

const windows = process.platform === "win32";
let checked = 0;
afterAll(() => noteFigure("secrets", "file modes checked", checked));

const umask = process.umask();
const temporary = process.env["TMPDIR"];
afterEach(() => {
  process.umask(umask);
  if (temporary === undefined) Reflect.deleteProperty(process.env, "TMPDIR");
  else process.env["TMPDIR"] = temporary;
});

function modeOf(path: string): string {
  checked++;
  return (statSync(path).mode & 0o777).toString(8).padStart(3, "0");
}

const octal = (mode: number) => mode.toString(8).padStart(3, "0");

/** A victim of an attack by link: a file whose text must stay. */
function victim(folder: string): string {
  const path = join(folder, "victim");
  writeFileSync(path, "precious");
  return path;
}

describe.skipIf(windows).each([0o000, 0o002, 0o022, 0o027, 0o077])("with umask %o", (mask) => {
  const less = (mode: number) => octal(mode & ~mask);

  test.each([undefined, 0o600, 0o640, 0o644, 0o660, 0o666])(
    "files with mode %o, old ones, compressed ones and folders are no wider",
    async (mode) => {
      process.umask(mask);
      const folder = join(temporaryFolder(), "made", "too");
      const path = join(folder, "app.log");
      const handler = rotatingFileHandler({
        path,
        maxBytes: 10,
        gzip: true,
        mkdir: true,
        formatter: plain,
        ...(mode !== undefined && { mode }),
      });
      for (const line of ["one line", "another", "the last"]) {
        handler.handle(record(line));
        handler.rotate();
      }
      handler.handle(record("new"));
      await handler[Symbol.asyncDispose]();
      const given = mode ?? 0o640;
      const names = readdirSync(folder);
      expect(names.filter((name) => name.endsWith(".log.gz"))).toHaveLength(3);
      for (const name of names) expect([name, modeOf(join(folder, name))]).toEqual([name, less(given)]);
      const forFolder = 0o700 | given | ((given & 0o444) >> 2);
      expect([modeOf(folder), modeOf(join(folder, ".."))]).toEqual([less(forFolder), less(forFolder)]);
    },
  );

  test("a report is no wider than a log, or than the page it replaces", async () => {
    process.umask(mask);
    const folder = temporaryFolder();
    await new OutputFile(join(folder, "new.html")).write(["page"]);
    expect(modeOf(join(folder, "new.html"))).toBe(less(0o640));
    writeFileSync(join(folder, "old.html"), "old");
    chmodSync(join(folder, "old.html"), 0o600);
    await new OutputFile(join(folder, "old.html")).write(["page"]);
    expect(modeOf(join(folder, "old.html"))).toBe(less(0o600));
    expect(readFileSync(join(folder, "old.html"), "utf8")).toBe("page");
  });

  test("the socket of a monitor and its folder are for this user alone", async () => {
    process.umask(mask);
    process.env["TMPDIR"] = temporaryFolder();
    using monitor = serveMonitor({ registry: createRegistry() });
    expect(await monitor.listening).toBe(true);
    expect(monitor.path.startsWith(monitorFolder())).toBe(true);
    expect([modeOf(monitorFolder()), modeOf(monitor.path)]).toEqual(["700", "600"]);
    const chosen = join(process.env["TMPDIR"], "chosen.sock");
    using other = serveMonitor({ registry: createRegistry(), path: chosen });
    expect(await other.listening).toBe(true);
    expect(modeOf(chosen)).toBe("600");
  });
});

describe.skipIf(windows)("a link that somebody laid", () => {
  test("at the path of a log is followed, and its target appended to", () => {
    const folder = temporaryFolder();
    const target = victim(folder);
    symlinkSync(target, join(folder, "app.log"));
    {
      using handler = fileHandler({ path: join(folder, "app.log"), formatter: plain, sync: true });
      handler.handle(record("line"));
    }
    expect(readFileSync(target, "utf8")).toBe("precious\nline\n");
  });

  test("at the path of a log that is rotated becomes the old file; the new one is none", async () => {
    const folder = temporaryFolder();
    const target = victim(folder);
    const path = join(folder, "app.log");
    symlinkSync(target, path);
    const handler = rotatingFileHandler({ path, maxBytes: 1000, formatter: plain });
    handler.handle(record("line"));
    handler.rotate();
    handler.handle(record("new"));
    await handler[Symbol.asyncDispose]();
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("new\n");
    const [old] = readdirSync(folder).filter((name) => /^app\.\d/.test(name));
    expect(readlinkSync(join(folder, old as string))).toBe(target);
    expect(readFileSync(target, "utf8")).toBe("precious\nline\n");
  });

  test("under the name of an old file is passed by", async () => {
    const folder = temporaryFolder();
    const target = victim(folder);
    const day = new Date().toISOString().slice(0, 10);
    symlinkSync(target, join(folder, `app.${day}.1.log`));
    // Where it leads to nowhere, too.
    symlinkSync(join(folder, "nowhere"), join(folder, `app.${day}.2.log`));
    const handler = rotatingFileHandler({ path: join(folder, "app.log"), maxBytes: 1000, utc: true, formatter: plain });
    handler.handle(record("line"));
    handler.rotate();
    await handler[Symbol.asyncDispose]();
    expect(readFileSync(target, "utf8")).toBe("precious");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
    const mine = readdirSync(folder).filter((name) => /^app\.\d/.test(name) && lstatSync(join(folder, name)).isFile());
    expect(mine.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["line\n"]);
  });

  test("under the names that are used while a file is compressed is not followed", async () => {
    const folder = temporaryFolder();
    const target = victim(folder);
    const day = new Date().toISOString().slice(0, 10);
    symlinkSync(target, join(folder, `app.${day}.1.log.gz.tmp`));
    const handler = rotatingFileHandler({
      path: join(folder, "app.log"),
      maxBytes: 1000,
      gzip: true,
      utc: true,
      formatter: plain,
    });
    handler.handle(record("line"));
    handler.rotate();
    await handler[Symbol.asyncDispose]();
    expect(readFileSync(target, "utf8")).toBe("precious");
    const zipped = join(folder, readdirSync(folder).find((name) => name.endsWith(".gz")) as string);
    expect(lstatSync(zipped).isFile()).toBe(true);
    expect(gunzipSync(readFileSync(zipped)).toString()).toBe("line\n");
  });

  test("under the name that is used while a report is written is not followed", async () => {
    const folder = temporaryFolder();
    const target = victim(folder);
    symlinkSync(target, join(folder, `page.html.${process.pid}.tmp`));
    await new OutputFile(join(folder, "page.html")).write(["page"]);
    expect(readFileSync(target, "utf8")).toBe("precious");
    expect(readFileSync(join(folder, "page.html"), "utf8")).toBe("page");
    expect(lstatSync(join(folder, "page.html")).isFile()).toBe(true);
  });

  test("in place of the folder of the monitors is refused, and that is told", async () => {
    const told = problemsTold();
    process.env["TMPDIR"] = temporaryFolder();
    const elsewhere = temporaryFolder();
    mkdirSync(join(elsewhere, "theirs"));
    symlinkSync(join(elsewhere, "theirs"), monitorFolder());
    using monitor = serveMonitor({ registry: createRegistry() });
    expect(await monitor.listening).toBe(false);
    expect(told.map(({ code }) => code)).toContain("SCOPELOG_WARN_MONITOR");
    expect(readdirSync(join(elsewhere, "theirs"))).toEqual([]);
  });

  test("or a file in place of a socket is left alone", async () => {
    problemsTold();
    const target = victim(temporaryFolder());
    using monitor = serveMonitor({ registry: createRegistry(), path: target });
    expect(await monitor.listening).toBe(false);
    expect(readFileSync(target, "utf8")).toBe("precious");
  });
});

test("nothing that is logged has a say in the name of a file", async () => {
  const folder = temporaryFolder();
  const inner = join(folder, "logs");
  mkdirSync(inner);
  const ways = [
    "../../escaped",
    "..\\..\\escaped",
    "/etc/escaped",
    "a\0b",
    "%2e%2e/escaped",
    "file:///escaped",
    "~/escaped",
    "C:\\escaped",
    "app.2026-08-14.1.log",
    ".",
  ];
  const handlers = {
    plain: fileHandler({ path: join(inner, "plain.log"), sync: true }),
    old: rotatingFileHandler({ path: join(inner, "old.log"), maxBytes: 400, every: "hour", maxFiles: 2, gzip: true }),
  };
  const registry = createRegistry();
  registry.configure({ handlers, loggers: { "": { level: "trace", handlers: ["plain", "old"] } } });
  for (const way of ways) {
    using scope = registry.getScoped(way.replace(/[^\w./\\~:%-]/g, "") || "x", {
      path: way,
      fd: way,
      [way]: way,
    });
    scope.error(way, Object.assign(new Error(way), { path: way }), { file: way, name: way, stamp: way });
  }
  await registry.shutdown();
  expect(readdirSync(folder)).toEqual(["logs"]);
  const names = readdirSync(inner).filter((name) => name !== "plain.log");
  expect(names.filter((name) => !/^old(?:\.\d{4}-\d\d-\d\dT\d\d\.\d+)?\.log(?:\.gz)?$/.test(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(1);
});
