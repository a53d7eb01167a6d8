import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { streamHandler } from "scopelog/node";
import { expect, onTestFinished, test } from "vitest";
import { tally } from "../../src/port/tally.ts";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { lines, plain, problemsTold, record } from "./support.ts";

const listeners = (stream: Writable) => stream.eventNames().map((name) => [name, stream.listenerCount(name)]);

/** A stream that takes a chunk only when it is told to. */
class SlowStream extends Writable {
  readonly chunks: string[] = [];
  #done: ((error?: Error | null) => void) | undefined;

  override _write(chunk: Buffer | string, _encoding: string, done: (error?: Error | null) => void): void {
    this.chunks.push(String(chunk));
    this.#done = done;
  }

  get text(): string {
    return this.chunks.join("");
  }

  next(error?: Error): boolean {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
    return done !== undefined;
  }

  async takeAll(): Promise<void> {
    await until(() => !this.next() && this.writableLength === 0);
  }
}

test("a line goes to the stream at once, as JSON unless told otherwise", () => {
  const stream = new PassThrough();
  using handler = streamHandler(stream);
  handler.handle(record("hello"));
  expect(JSON.parse(String(stream.read()))).toMatchObject({ level: "info", msg: "hello" });
});

test("many handlers on one stream share one listener each, all gone with the last; the stream stays open", async () => {
  const stream = new PassThrough();
  const before = listeners(stream);
  const handlers = Array.from({ length: 100 }, () => streamHandler({ stream, formatter: plain }));
  for (const name of ["error", "drain", "close"]) expect(stream.listenerCount(name)).toBe(1);
  for (const [index, handler] of handlers.entries()) handler.handle(record(`line ${index}`));
  for (const handler of handlers) await handler[Symbol.asyncDispose]();
  expect(listeners(stream)).toEqual(before);
  expect(stream.writable).toBe(true);
  stream.end();
  expect(await text(stream)).toBe(`${lines(100).join("\n")}\n`);
});

test("while the stream takes nothing lines wait, in order, and flush() waits with them", async () => {
  const stream = new SlowStream({ highWaterMark: 20 });
  using handler = streamHandler({ stream, formatter: plain });
  for (const line of lines(1000)) handler.handle(record(line));
  // What the stream was given is about its own high-water mark: the rest is not in its buffer.
  expect(stream.writableLength).toBeLessThan(100);
  let flushed = false;
  const flush = handler.flush().then(() => {
    flushed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(flushed).toBe(false);
  await stream.takeAll();
  await flush;
  expect(stream.text).toBe(`${lines(1000).join("\n")}\n`);
});

test.each(["drop-newest", "drop-oldest"] as const)(
  "memory is bounded: %s beyond the bound, counted, told once, and said in the next line",
  async (overflow) => {
    const told = problemsTold();
    const stream = new SlowStream({ highWaterMark: 1 });
    using handler = streamHandler({ stream, formatter: plain, queue: { maxBytes: 100, overflow } });
    const { dropped } = tally;
    for (const line of lines(50)) handler.handle(record(line));
    const lost = tally.dropped - dropped;
    expect(lost).toBeGreaterThan(30);
    expect(told.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_DROPPED"]);
    await stream.takeAll();
    handler.handle(record("the next"));
    await stream.takeAll();
    const kept = 49 - lost;
    const waited = overflow === "drop-newest" ? lines(kept, 1) : lines(kept, 50 - kept);
    expect(stream.text.split("\n").slice(0, -1)).toEqual(["line 0", ...waited, `${lost} messages dropped`, "the next"]);
  },
);

test("object mode: every line stays a chunk of its own", async () => {
  const stream = new SlowStream({ objectMode: true, highWaterMark: 1 });
  using handler = streamHandler({ stream, formatter: plain });
  for (const line of lines(5)) handler.handle(record(line));
  await stream.takeAll();
  expect(stream.chunks).toEqual(lines(5).map((line) => `${line}\n`));
});

test("a socket whose other end is gone ends nothing: told once, lines counted", async () => {
  const told = problemsTold();
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const socket: Socket = connect((server.address() as { port: number }).port, "127.0.0.1");
  await once(socket, "connect");
  using handler = streamHandler({ stream: socket, formatter: plain });
  const { dropped } = tally;
  await until(() => {
    handler.handle(record("anyone?"));
    return tally.dropped > dropped;
  }, "the loss of the connection");
  await handler.flush();
  const codes = told.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)]);
  expect(codes).toContain("SCOPELOG_WARN_DROPPED");
});

test("a write that fails is counted, and waiting ends", async () => {
  const told = problemsTold();
  const stream = new SlowStream();
  using handler = streamHandler({ stream, formatter: plain });
  const { dropped } = tally;
  for (const line of lines(3)) handler.handle(record(line));
  const flushed = handler.flush();
  stream.next(new Error("broken"));
  await flushed;
  await until(() => tally.dropped === dropped + 3, "the count of all three");
  await until(() => told.length === 2, "the stream's error");
  expect(told.map(({ code }) => code).sort()).toEqual(["SCOPELOG_WARN_DROPPED", "SCOPELOG_WARN_TRANSPORT"]);
  handler.handle(record("after"));
  expect(tally.dropped).toBe(dropped + 4);
});

test("a stream that throws does not throw at the logger", () => {
  problemsTold();
  const stream = new PassThrough();
  stream.write = () => {
    throw new Error("no");
  };
  using handler = streamHandler({ stream, formatter: plain });
  const { dropped } = tally;
  handler.handle(record("hello"));
  expect(tally.dropped).toBe(dropped + 1);
});

test("closing while the stream takes nothing hands it what waits, and lets go when it is written", async () => {
  const stream = new SlowStream({ highWaterMark: 1 });
  const before = listeners(stream);
  const handler = streamHandler({ stream, formatter: plain });
  for (const line of lines(10)) handler.handle(record(line));
  handler[Symbol.dispose]();
  await stream.takeAll();
  await until(() => stream.listenerCount("error") === 0, "the end of the listeners");
  expect(listeners(stream)).toEqual(before);
  expect(stream.text).toBe(`${lines(10).join("\n")}\n`);
});

test("flush() on a stream that never takes a byte ends after lingerMs", async () => {
  const stream = new SlowStream();
  using handler = streamHandler({ stream, formatter: plain, lingerMs: 20 });
  handler.handle(record("stuck"));
  await handler.flush();
  expect(stream.writableLength).toBeGreaterThan(0);
});

test("a reader of the standard output that goes away (EPIPE) does not end the program", async () => {
  const dist = process.env["SCOPELOG_DIST"] ?? new URL("../../dist/", import.meta.url).href;
  const program = `
    const { streamHandler } = await import(${JSON.stringify(`${dist}node/index.js`)});
    const { createRecord } = await import(${JSON.stringify(`${dist}record/log-record.js`)});
    const handler = streamHandler(process.stdout);
    let warned = 0;
    process.on("warning", () => warned++);
    for (let turn = 0; warned < 2; turn++) {
      handler.handle(createRecord({ message: "x".repeat(1000) }));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.stderr.write("still here");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  expect(code).toBe(0);
  expect(stderr).toContain("SCOPELOG_WARN_TRANSPORT");
  expect(stderr).toContain("SCOPELOG_WARN_DROPPED");
  expect(stderr).toContain("still here");
});

test.each<[string, unknown]>([
  ["stream", {}],
  ["stream", { stream: new WritableStream() }],
  ["fromWeb", { stream: new WritableStream() }],
  ["options", "stdout"],
  ["strm", { strm: process.stdout }],
  ["level", { stream: process.stdout, level: 3 }],
  ["lingerMs", { stream: process.stdout, lingerMs: -1 }],
  ["queue.maxBytes", { stream: process.stdout, queue: { maxBytes: "1" } }],
])("refuses a wrong %s", (word, options) => {
  expectCode("ERR_SCOPELOG_OPTION", () => streamHandler(options as never), "streamHandler", word);
});
