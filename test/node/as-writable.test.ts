import { spawn } from "node:child_process";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable, Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import fc from "fast-check";
import { Hono } from "hono";
import { logger as honoLogger } from "hono/logger";
import morgan from "morgan";
import { jsonFormatter, type LogRecord } from "scopelog";
import { asWritable } from "scopelog/node";
import { describe, expect, it } from "vitest";
import { generatedRecords } from "../bridge/shared/generated-records.ts";
import { expectCode } from "../support/errors.ts";
import { collectUntil, until } from "../support/gc.ts";
import { only } from "../support/recorder.ts";
import { counted, world } from "../support/world.ts";
import { problemsTold } from "./support.ts";

describe("asWritable", () => {
  it("is a stream whose lines go to the logger", async () => {
    const { registry, root } = world();
    const stream = asWritable(registry.getLogger("out"), { level: "debug" });
    expect(stream).toBeInstanceOf(Writable);
    expect(stream.write("one\ntwo\r\n\r\n\nthr")).toBe(true);
    stream.write("ee");
    expect(root.messages).toEqual(["one", "two"]);
    stream.end("\nlast");
    await finished(stream);
    expect(root.messages).toEqual(["one", "two", "three", "last"]);
    expect(root.records.every(({ level, logger }) => level === "debug" && logger === "out")).toBe(true);
  });

  it("finds the same lines however the bytes are cut", async () => {
    const { registry, root } = world();
    const text = fc.array(
      fc.oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("\n", "\r\n", "\r", "é", "€", "💩", "")),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40), { maxLength: 8 }), fc.boolean(), async (parts, cuts, asText) => {
        const whole = parts.join("");
        root.records.length = 0;
        const stream = asWritable(registry.getLogger());
        const all: Buffer | string = asText ? whole : Buffer.from(whole);
        let at = 0;
        for (const cut of cuts) stream.write(all.slice(at, (at += cut)));
        stream.end(all.slice(at));
        await finished(stream);
        // What is no text, half of a pair, UTF-8 cannot carry.
        const text = asText ? whole : Buffer.from(whole).toString();
        const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
        expect(root.messages).toEqual(lines.filter((line) => line !== ""));
      }),
      { numRuns: 300, seed: 20_150_301 },
    );
  });

  it("takes strings in each encoding, and bytes of another kind", () => {
    const { registry, root } = world();
    const stream = asWritable(registry.getLogger());
    stream.write(Buffer.from("aé\n").toString("hex"), "hex");
    stream.write(Buffer.from("b€\n").toString("base64"), "base64");
    stream.write("cé\n", "latin1");
    stream.write("dé\n", "utf16le");
    stream.write(new Uint8Array([0x65, 0x0a]));
    stream.write(new Uint8Array([0xe2, 0x82]));
    stream.write("f\n");
    expect(root.messages).toEqual(["aé", "b€", "cé", "dé", "e", "\ufffdf"]);
  });

  it("cuts a line that is too long, says by how much, and keeps no more of it", () => {
    const told = problemsTold();
    const { registry, root } = world();
    const stream = asWritable(registry.getLogger(), { maxLength: 10 });
    stream.write("0123456789\n");
    stream.write("0123456789\r\n");
    stream.write("0123456789a\n");
    for (let index = 0; index < 1000; index++) stream.write("x".repeat(1000));
    stream.write("\nnext\n");
    expect(root.records.map(({ message, fields }) => [message, fields])).toEqual([
      ["0123456789", undefined],
      ["0123456789", undefined],
      ["0123456789", { cut: 1 }],
      ["xxxxxxxxxx", { cut: 999_990 }],
      ["next", undefined],
    ]);
    expect(only(told)).toMatchObject({ code: "SCOPELOG_WARN_DROPPED", message: expect.stringContaining("was cut") });
  });

  it("parses lines, leaves some out, and logs those that cannot be parsed", () => {
    const told = problemsTold();
    const { registry, root } = world();
    const stream = asWritable(registry.getLogger(), {
      level: "warn",
      parse(line) {
        if (line === "skip") return undefined;
        const { msg, level, time, ...fields } = JSON.parse(line);
        return { message: msg, level, time, fields };
      },
    });
    const before = registry.stats().failed;
    stream.write('{"msg":"a","level":"debug","time":1767323045678,"x":1}\nskip\nno json\n{"level":35}\n');
    expect(root.records.map(({ levelNumber, message, fields }) => [levelNumber, message, fields])).toEqual([
      [20, "a", { x: 1 }],
      [40, "no json", undefined],
      [35, '{"level":35}', {}],
    ]);
    expect(root.records[0]?.time).toBe(1_767_323_045_678);
    expect(registry.stats().failed).toBe(before + 1);
    expect(only(told)).toMatchObject({ code: "SCOPELOG_WARN_HANDLER_FAILED" });
  });

  it("brings the lines of another process' 200 generated records out field for field", () => {
    const { registry, root } = world();
    const format = jsonFormatter();
    const generated = generatedRecords();
    const stream = asWritable(registry.getLogger(), {
      parse(line) {
        const { level, msg: message, time, ...fields } = JSON.parse(line);
        return { level, message, time: Date.parse(time), fields };
      },
    });
    const lines = generated.map((record) => format.format(record));
    const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(""));
    for (let at = 0; at < bytes.length; at += 777) stream.write(bytes.subarray(at, at + 777));
    for (const [index, record] of generated.entries()) {
      const { message, levelNumber, time, fields } = root.records[index] as LogRecord;
      expect({ message, levelNumber, time }).toEqual({
        message: JSON.parse(JSON.stringify(record.message)),
        levelNumber: record.levelNumber,
        time: record.time,
      });
      const { level: _level, msg: _msg, time: _time, ...rest } = JSON.parse(lines[index] as string);
      expect(fields ?? {}).toEqual(rest);
    }
    expect(root.records).toHaveLength(200);
  });

  it("ends nothing but itself, and never fails", async () => {
    const told = problemsTold();
    const { registry, root } = world();
    const scope = registry.getScoped("conn");
    const stream = asWritable(scope);
    stream.write("half");
    stream.end();
    await finished(stream);
    expect(scope.disposed).toBe(false);
    let called = 0;
    const counts = counted(registry, () => {
      expect(stream.write("after the end\n", () => called++)).toBe(true);
      stream.end("and again\n");
    });
    await until(() => called === 1);
    expect(counts.dropped).toBeGreaterThanOrEqual(1);
    const destroyed = asWritable(scope);
    destroyed.write("other half");
    destroyed.destroy(new Error("nobody listens"));
    await until(() => destroyed.closed);
    destroyed.write("nothing");
    scope.dispose();
    const late = asWritable(scope);
    late.write("late\n");
    expect(root.messages).toEqual(["half", "other half", "late"]);
    expect(root.records[2]?.late).toBe(true);
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);
  });

  it("takes what a child process prints", async () => {
    const { registry, root } = world();
    const code = `for (let i = 0; i < 200; i++) process.stdout.write("line " + i + " \\u20ac\\n"); process.stdout.write("end")`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    const stream = asWritable(registry.getLogger("child"));
    child.stdout.pipe(stream);
    await finished(stream);
    expect(root.messages).toEqual([...Array.from({ length: 200 }, (_, index) => `line ${index} €`), "end"]);
  });

  it("ends with a pipeline that fails", async () => {
    const { registry, root } = world();
    const source = Readable.from(
      (async function* () {
        yield "one\ntw";
        throw new Error("source");
      })(),
    );
    await expect(pipeline(source, asWritable(registry.getLogger()))).rejects.toThrow("source");
    expect(root.messages).toEqual(["one", "tw"]);
  });

  it("takes the lines of morgan", async () => {
    const { registry, root } = world();
    const middleware = morgan(":method :url :status", { stream: asWritable(registry.getLogger("http")) });
    const server = createServer((req, res) => middleware(req, res, () => res.end("ok"))).listen(0, "127.0.0.1");
    try {
      await until(() => server.listening);
      get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", path: "/a?b" }, (res) => res.resume());
      await until(() => root.records.length === 1);
      expect(only(root.records)).toMatchObject({ message: "GET /a?b 200", logger: "http", level: "info" });
    } finally {
      server.close();
    }
  });

  it("is not needed for hono/logger, which takes a function", async () => {
    const { registry, root } = world();
    const log = registry.getLogger("http");
    const app = new Hono();
    app.use(honoLogger((line) => log.info(line)));
    app.get("/", (context) => context.text("ok"));
    await app.request("/");
    expect(root.messages[0]).toBe("<-- GET /");
    expect(root.messages[1]).toMatch(/^--> GET \/ .*200/);
  });

  it("lets a scope that is forgotten go, with what was piped into it", async () => {
    const { registry } = world();
    const source = new PassThrough();
    source.setMaxListeners(0);
    const before = source.listenerCount("data");
    const forget = () => {
      for (let index = 0; index < 50; index++) {
        const stream = asWritable(registry.getScoped("conn", { index }));
        source.pipe(stream);
        source.unpipe(stream);
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 50, "all 50 scopes");
    expect(source.listenerCount("data")).toBe(before);
  });

  it("refuses what is no logger, and options that are none", () => {
    const log = world().registry.getLogger();
    expectCode("ERR_SCOPELOG_OPTION", () => asWritable(console as never), "asWritable");
    expectCode("ERR_SCOPELOG_OPTION", () => asWritable(log, { level: "off" as never }), "level");
    expectCode("ERR_SCOPELOG_OPTION", () => asWritable(log, { parse: {} as never }), "parse");
    expectCode("ERR_SCOPELOG_OPTION", () => asWritable(log, { maxLength: 0 }), "maxLength");
    expectCode("ERR_SCOPELOG_OPTION", () => asWritable(log, { lenght: 1 } as never), "lenght");
  });
});
