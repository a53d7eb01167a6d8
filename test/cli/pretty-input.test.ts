import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { command, environment, Running, run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const good = '{"level":30,"time":1769860800000,"msg":"good"}\n';
const shown = "INFO  good\n";
const quiet = ["pretty", "-t", "none"];

function fileOf(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Feeds the command with chunks, as fast as it takes them. Its result, and the most memory it ever had, in MiB. */
async function stream(args: readonly string[], chunks: Iterable<Buffer | string>) {
  const tell = "process.on('exit',()=>process._rawDebug('peak '+process.resourceUsage().maxRSS))";
  using running = new Running(args, {}, ["--import", `data:text/javascript,${tell}`]);
  const { stdin } = running.child;
  for (const chunk of chunks) {
    if (!stdin.write(chunk)) await once(stdin, "drain");
    // What it shows is not looked at: it would be this process that grows.
    if (running.out.length > 1_000_000) running.out = running.out.slice(0, 1000);
  }
  stdin.end();
  const { err, ...result } = await running.ended;
  const [, peak] = /^peak (\d+)$/m.exec(err) ?? [];
  return { ...result, err: err.replace(/^peak .*\n/m, ""), mib: Number(peak) / 1024 };
}

function* times<T>(count: number, ...items: readonly T[]): Generator<T> {
  for (let index = 0; index < count; index++) yield* items;
}

// What the command takes with a small input is some 60; what it must not do is hold what it reads.
const flatMiB = 200;

describe("bad input", () => {
  it("of broken lines is shown as it is, counted, and ends with 1", async () => {
    const broken = '{"level":30,"msg":"cut\n{]\n';
    expect(await run(quiet, good + broken + good)).toEqual({
      code: 1,
      signal: null,
      out: shown + broken + shown,
      err: "scopelog pretty: of 4 lines: 2 broken (JSON that does not parse)\n",
    });
  });

  it("of lines that are no records is shown as it is, counted, and is not bad", async () => {
    const text = "\n  Listening on\tport 80\n[1,2]\n\u00e9\u{1f600}\n";
    expect(await run(quiet, good + text)).toEqual({
      code: 0,
      signal: null,
      out: shown + text,
      err: "scopelog pretty: of 4 lines: 3 no log record\n",
    });
  });

  it("that is binary is shown escaped, in part, counted, and ends with 1", async () => {
    const bytes = Buffer.concat([
      Buffer.from("a\0b\n"),
      Buffer.alloc(5000, 0xff),
      Buffer.from("\n"),
      Buffer.from(good),
    ]);
    const { code, out, err } = await run(quiet, bytes);
    expect(code).toBe(1);
    expect(out).toBe(`a\\x00b\n${"\ufffd".repeat(512)}[4488 more]\n${shown}`);
    expect(err).toBe("scopelog pretty: of 3 lines: 2 binary\n");
    const zeros = await run(quiet, Buffer.alloc(100_000));
    expect(zeros).toMatchObject({ code: 1, err: "scopelog pretty: of 1 line: 1 binary\n" });
    const utf16 = await run(quiet, Buffer.from(`\ufeff${good}`, "utf16le"));
    expect(utf16.code).toBe(1);
    expect(utf16.err).toContain("binary");
  });

  it("that is cut off is shown, counted, and ends with 1", async () => {
    expect(await run(quiet, good + good.slice(0, 20))).toEqual({
      code: 1,
      signal: null,
      out: `${shown}${good.slice(0, 20)}\n`,
      err: "scopelog pretty: of 2 lines: 1 cut off at the end of the input\n",
    });
    // Only the end of the line is missing, and nothing of the record.
    expect(await run(quiet, good + good.trimEnd())).toMatchObject({ code: 0, out: shown + shown, err: "" });
  });

  it("that is empty is nothing", async () => {
    expect(await run(quiet, "")).toEqual({ code: 0, signal: null, out: "", err: "" });
    expect(await run([...quiet, "/dev/null"])).toEqual({ code: 0, signal: null, out: "", err: "" });
  });

  it("with marks of Windows and of the byte order is none", async () => {
    const text = `\ufeff${good}`.replaceAll("\n", "\r\n");
    expect(await run(quiet, `${text}text\r\n`)).toMatchObject({ code: 0, out: `${shown}text\n` });
  });

  it("that cannot be opened is told, does not keep others from being shown, and ends with 2", async () => {
    const missing = join(folder, "missing.log");
    const file = fileOf("good.log", good);
    const { code, out, err } = await run([...quiet, missing, folder, join(file, "below"), file]);
    expect({ code, out }).toEqual({ code: 2, out: shown });
    expect(err.trimEnd().split("\n")).toEqual([
      `scopelog pretty: ${missing}: no such file`,
      `scopelog pretty: ${folder}: is a directory; give a file`,
      `scopelog pretty: ${file}/below: no such file: a part of its path is no directory`,
    ]);
    expect(await run([...quiet, "-f", missing])).toMatchObject({
      code: 2,
      err: `scopelog pretty: ${missing}: no such file\n`,
    });
    expect(await run([...quiet, "-f", folder])).toMatchObject({ code: 2, out: "" });
    const evil = await run([...quiet, "\u001b[31m"]);
    expect(evil.err).toBe("scopelog pretty: \\x1b[31m: no such file\n");
  });

  it("that may not be read is told", async () => {
    const file = fileOf("secret.log", good);
    chmodSync(file, 0);
    // Root may read everything; it can become somebody who may not.
    const root = process.getuid?.() === 0;
    if (root) chmodSync(folder, 0o755);
    const user = root ? { uid: 65_534, gid: 65_534 } : {};
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...quiet, file], {
      env: environment,
      encoding: "utf8",
      ...user,
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: `scopelog pretty: ${file}: permission denied\n`,
    });
  });

  it("that is gzip, and damaged or cut off, is shown as far as it goes, and ends with 2", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => good.replace("good", `good ${Math.sin(index)}`));
    const packed = gzipSync(lines.join(""));
    for (const [bytes, message] of [
      [packed.subarray(0, packed.length / 2), "ends in the middle"],
      [Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 0xff)]), "is damaged"],
    ] as const) {
      const file = fileOf("cut.log.gz", bytes);
      for (const result of [await run([...quiet, file]), await run(quiet, bytes)]) {
        expect(result.code).toBe(2);
        expect(result.out.split("\n").length).toBeGreaterThan(5000);
        expect(result.err).toContain(message);
      }
    }
    const followed = await run([...quiet, "-f", fileOf("whole.log.gz", packed)]);
    expect(followed).toMatchObject({ code: 2, out: "" });
    expect(followed.err).toContain("a compressed file does not grow");
    expect((await run(quiet, Buffer.from([0x1f]))).code).toBe(0);
  });
});

describe("input made to make it fail", () => {
  it("by depth, by length, by keys, is shown in bounded time", async () => {
    const deep = (open: string, close: string) => open.repeat(80_000) + close.repeat(80_000);
    const forgotten = `${": 1 scope named ".repeat(60_000)}garbage collected without being disposed`;
    const keys = Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join(",");
    const values = [
      `"a":${deep("[", "]")}`,
      `"a":${'{"a":'.repeat(80_000)}1${"}".repeat(80_000)}`,
      `"err":{"type":"E","message":${deep("[", "]")},"own":${deep("[", "]")}}`,
      `"err":${'{"message":"m","type":"E","cause":'.repeat(10_000)}1${"}".repeat(10_000)}`,
      `"err":{"type":"E","errors":[${"[1],".repeat(50_000)}2]}`,
      `"${"_".repeat(500_000)}x_":1`,
      `"time":"${"1".repeat(500_000)}"`,
      `"scope":"${"#1".repeat(250_000)}"`,
      `"msg":"${forgotten}"`,
      `"err":{"stack":"${"at ".repeat(200_000)}"}`,
      `"err":{"stack":"${"at \\n".repeat(100_000)}"}`,
      keys,
    ];
    const lines = values.map((value) => `{"level":30,${value}}\n`).join("");
    for (const args of [[], ["--expand"], ["--grep", "good"]]) {
      const { code, out, err } = await run([...quiet, ...args], lines + good);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out.endsWith(shown)).toBe(true);
      if (args[0] !== "--grep") expect(out.match(/^INFO/gm)).toHaveLength(values.length + 1);
      expect(out.length).toBeLessThan(30_000_000);
    }
  }, 120_000);
});

describe("large input", () => {
  it("of one line of 1 GiB is not held, and the lines around it are shown", async () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const result = await stream(quiet, [good, '{"msg":"', ...times(16_384, chunk), '"}\n', good]);
    expect(result.code).toBe(1);
    const bytes = (2 ** 30 + '{"msg":""}'.length).toLocaleString("en");
    expect(result.out).toMatch(/^INFO {2}good\n\{"msg":"x{200,}.* \[[\d,]+ bytes, left out\]\nINFO {2}good\n$/);
    expect(result.out).toContain(`[${bytes} bytes, left out]`);
    expect(result.err).toBe(
      "scopelog pretty: of 3 lines: 1 longer than 1,048,576 bytes (only the beginning is shown)\n",
    );
    expect(result.mib).toBeLessThan(flatMiB);
  }, 120_000);

  it("of 1 GiB of zeros without an end of line is not held either", async () => {
    const result = await stream(quiet, times(16_384, Buffer.alloc(64 * 1024)));
    expect(result).toMatchObject({ code: 1 });
    expect(result.out).toMatch(/\[1,073,741,824 bytes, left out\]\n$/);
    expect(result.mib).toBeLessThan(flatMiB);
  }, 120_000);

  it("leaves lines up to the limit whole", async () => {
    const line = (bytes: number) => `{"level":30,"msg":"${"x".repeat(bytes - 21)}"}\n`;
    const { out, code, err } = await run(["pretty", "-t", "none", "--max-line", "100"], line(100) + line(101));
    expect({ out, code }).toEqual({
      out: `INFO  ${"x".repeat(79)}\n${line(101).trimEnd()} [101 bytes, left out]\n`,
      code: 1,
    });
    expect(err).toContain("1 longer than 100 bytes");
    const large = await run(quiet, line(1_048_576));
    expect(large).toMatchObject({ code: 0, err: "" });
  });

  it("of many lines and scopes is not held, grouped or not", async () => {
    let number = 0;
    function* chunks() {
      for (let chunk = 0; chunk < 200; chunk++) {
        let text = "";
        for (let line = 0; line < 1000; line++) {
          text += `{"time":"2026-01-31T12:00:00.000Z","level":"info","logger":"conn","scope":"conn#${number++}","msg":"m","key${number % 5000}":${number},"peer":"10.0.0.${number % 256}"}\n`;
        }
        yield text;
      }
    }
    for (const args of [[], ["--group", "--color=always"]]) {
      const result = await stream([...quiet, ...args], chunks());
      expect(result).toMatchObject({ code: 0, err: "" });
      expect(result.mib).toBeLessThan(flatMiB);
    }
  }, 180_000);
});

describe("a reader that has seen enough", () => {
  it("ends it quietly", async () => {
    const file = fileOf("long.log", good.repeat(200_000));
    for (const args of [[file], ["-f", file], ["--group", file]]) {
      using running = new Running([...quiet, ...args]);
      await running.until(({ out }) => out.length > 0);
      running.child.stdout.destroy();
      expect(await running.ended).toMatchObject({ code: 0, signal: null, err: "" });
    }
    const script = `'${process.execPath}' '${command}' pretty -t none '${file}' | head -n 2`;
    expect(execFileSync("sh", ["-c", `${script} 2>&1`], { encoding: "utf8", env: environment })).toBe(shown + shown);
  });

  it("that is slow is waited for, and gets everything", async () => {
    using running = new Running(quiet);
    running.child.stdin.end(good.repeat(100_000));
    running.child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.child.stdout.resume();
    const { out, code } = await running.ended;
    expect(code).toBe(0);
    expect(out.length).toBe(shown.length * 100_000);
  });

  it("that cannot be written to is told, and ends with 2", () => {
    const full = spawnSync("sh", ["-c", `'${process.execPath}' '${command}' pretty >/dev/full`], {
      input: good,
      encoding: "utf8",
      env: environment,
    });
    expect(full.status).toBe(2);
    expect(full.stderr).toMatch(/^scopelog pretty: cannot write: ENOSPC/);
  });
});
