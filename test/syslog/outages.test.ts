import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type SyslogOptions, syslogHandler, syslogTransports } from "scopelog/syslog";
import { describe, expect, it } from "vitest";
import { tally } from "../../src/port/tally.ts";
import { record } from "./support/record.ts";
import { TcpReceiver, UdpReceiver, unusedPort } from "./support/sockets.ts";
import { TroubleHearer } from "./support/trouble.ts";
import { until } from "./support/until.ts";

const quick = { minMs: 10, maxMs: 40 };

function infoOf(port: number) {
  return syslogTransports().find(({ destination }) => destination.endsWith(`:${port}`));
}

/** What is in use after a collection, on the heap and beside it. */
function usedMemory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function countsOf(port: number) {
  return infoOf(port)?.counts;
}

describe("a server that is not there", () => {
  it("is told of once, and gets the lines when it comes", async () => {
    using trouble = new TroubleHearer();
    const port = await unusedPort();
    const handler = syslogHandler({ transport: "tcp", host: "127.0.0.1", port, reconnect: quick, idleMs: 50 });
    for (let index = 0; index < 20; index++) {
      handler.handle(record(`line ${index}`));
      await sleep(10);
    }
    const told = trouble.of("SCOPELOG_WARN_TRANSPORT", `:${port}`);
    expect(told.map(({ count }) => count)).toEqual([1]);
    expect(told[0]?.message).toMatch(/ECONNREFUSED/);
    await using server = await TcpReceiver.start(port);
    await handler[Symbol.asyncDispose]();
    await until(() => server.messages.length === 20, "all lines arrived");
    expect(trouble.problems.filter(({ message }) => message.includes(`:${port}`))).toHaveLength(1);
  });

  it("has a name that cannot be found: told once, the queue bounded, nothing held but the linger", async () => {
    using trouble = new TroubleHearer();
    for (const transport of ["udp", "tcp", "relp"] as const) {
      const host = `no-such-host-${transport}.invalid`;
      const handler = syslogHandler({
        transport,
        host,
        reconnect: quick,
        queue: { maxBytes: 2048 },
        lingerMs: 200,
        shared: false,
      });
      const dropped = tally.dropped;
      for (let index = 0; index < 100; index++) handler.handle(record("x".repeat(100)));
      const info = () => syslogTransports().find(({ destination }) => destination.includes(host));
      expect(info()?.pending).toBeLessThanOrEqual(2048);
      expect(tally.dropped - dropped).toBe(info()?.counts.dropped);
      await until(() => trouble.of("SCOPELOG_WARN_TRANSPORT", host).length > 0, "it was told");
      expect(trouble.of("SCOPELOG_WARN_TRANSPORT", host)[0]?.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
      await handler[Symbol.asyncDispose]();
      expect(tally.dropped - dropped).toBe(100);
      expect(trouble.of("SCOPELOG_WARN_TRANSPORT", host)).toHaveLength(1);
    }
  });

  it("says so over UDP, and the next lines go out all the same", async () => {
    using trouble = new TroubleHearer();
    const closed = createSocket("udp4").bind(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address();
    closed.close();
    await once(closed, "close");
    const handler = syslogHandler({ host: "127.0.0.1", port, idleMs: 50 });
    for (let index = 0; index < 20; index++) {
      handler.handle(record("into the void"));
      await sleep(5);
    }
    await until(() => trouble.of("SCOPELOG_WARN_TRANSPORT", `:${port}`).length > 0, "it was told");
    expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${port}`)).toHaveLength(1);
    await handler.flush();
    const lost = countsOf(port);
    expect((lost?.unconfirmed ?? 0) + (lost?.dropped ?? 0)).toBeGreaterThan(0);
    // The very next line, although the socket has an error waiting for it.
    handler.handle(record("into the void"));
    await using server = await UdpReceiver.start(port);
    for (let index = 0; index < 5; index++) handler.handle(record(`back ${index}`));
    await until(() => server.lines.length >= 5, "the lines arrived");
    expect(server.lines.filter((line) => line.includes("back"))).toHaveLength(5);
    // Once it is clear that somebody listens again, it is told what was lost.
    await until(() => {
      handler.handle(record("more"));
      return server.lines.some((line) => /up to \d+ messages unconfirmed/.test(line));
    }, "the loss was told in a line");
    handler[Symbol.dispose]();
  });
});

describe("a connection that is lost", () => {
  it("is made again, in order, and what is unknown is counted and told in a line", async () => {
    using trouble = new TroubleHearer();
    await using server = await TcpReceiver.start();
    const options = { transport: "tcp", host: "127.0.0.1", port: server.port, reconnect: quick, idleMs: 50 } as const;
    await using handler = syslogHandler(options);
    for (let index = 0; index < 5; index++) handler.handle(record(`before ${index}`));
    await until(() => server.messages.length === 5, "the first lines arrived");
    server.connections[0]?.resetAndDestroy();
    server.connections.length = 0;
    await until(() => (countsOf(server.port)?.unconfirmed ?? 0) > 0, "the loss was noticed");
    handler.handle(record("after"));
    await until(() => server.messages.length === 7, "the next lines arrived");
    const texts = server.messages.map((message) => message.replace(/^.*? - (-|\[.*?\]) /, ""));
    expect(texts.slice(5)).toEqual(["up to 5 messages unconfirmed", "after"]);
    expect(server.messages[5]).toMatch(/^<12>1 \S+ \S+ \S+ \d+ - - up to/);
    expect(countsOf(server.port)).toMatchObject({ accepted: 6, sent: 6, unconfirmed: 5, dropped: 0, connections: 2 });
    expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${server.port}`)).toHaveLength(1);
  });

  it("is nothing to tell of when it had nothing to do", async () => {
    using trouble = new TroubleHearer();
    // A server that has answered and read, and hangs up when nothing was said for a while.
    await using server = await TcpReceiver.start();
    await using handler = syslogHandler({
      transport: "tcp",
      host: "127.0.0.1",
      port: server.port,
      reconnect: quick,
      idleMs: 50,
    });
    handler.handle(record("one"));
    await until(() => server.messages.length === 1, "the line arrived");
    const now = performance.now.bind(performance);
    performance.now = () => now() + 60_000;
    try {
      server.hangUp();
      await until(() => infoOf(server.port)?.state !== "ready", "it was noticed");
    } finally {
      performance.now = now;
    }
    handler.handle(record("two"));
    await until(() => server.messages.length === 2, "the next line arrived");
    expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${server.port}`)).toEqual([]);
    expect(countsOf(server.port)).toMatchObject({ unconfirmed: 0, sent: 2, connections: 2 });
  });

  it("does not take the lines with it when the server drops every connection at once", async () => {
    // A balancer without a server behind it: it accepts, and hangs up.
    let dropping = true;
    const received: string[] = [];
    const server = createServer((stream) => {
      stream.on("error", () => {});
      if (dropping) setTimeout(() => stream.resetAndDestroy(), 20);
      else stream.on("data", (bytes) => received.push(bytes.toString()));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const handler = syslogHandler({ transport: "tcp", host: "127.0.0.1", port, reconnect: quick, shared: false });
    // The first is the price of finding out.
    handler.handle(record("lost"));
    await until(() => (countsOf(port)?.connections ?? 0) > 0, "it was connected once");
    await until(() => infoOf(port)?.state !== "ready", "it was dropped");
    for (let index = 0; index < 50; index++) handler.handle(record(`line ${index};`));
    await sleep(500);
    dropping = false;
    await handler.flush();
    await until(() => received.join("").includes("line 49;"), "the lines arrived");
    expect(received.join("").match(/line \d+;/g)).toHaveLength(50);
    await handler[Symbol.asyncDispose]();
    server.close();
  });
});

describe("a server that does not read", () => {
  const cases: [string, SyslogOptions["queue"], boolean][] = [
    ["the oldest lines give way", { maxBytes: 64 * 1024 }, true],
    ["the new lines are given up", { maxBytes: 64 * 1024, overflow: "drop-newest" }, false],
  ];
  for (const [what, queue, newest] of cases) {
    it(`never makes the queue grow beyond its bound; ${what}, counted, and told when it reads again`, async () => {
      using trouble = new TroubleHearer();
      await using server = await TcpReceiver.start();
      server.reads = false;
      const { port } = server;
      const handler = syslogHandler({
        transport: "tcp",
        host: "127.0.0.1",
        port,
        queue,
        shared: false,
        lingerMs: 20_000,
      });
      const dropped = tally.dropped;
      let logged = 0;
      let highest = 0;
      const memory = usedMemory();
      // More than the buffers of both kernels take.
      for (let megabytes = 0; megabytes < 40; megabytes++) {
        for (let index = 0; index < 1024; index++) handler.handle(record(`${logged++} ${"x".repeat(1000)}`));
        await sleep(1);
        highest = Math.max(highest, infoOf(port)?.pending ?? 0);
      }
      expect(highest).toBeLessThanOrEqual(64 * 1024);
      const counts = { ...countsOf(port) };
      expect(counts.dropped).toBeGreaterThan(0);
      expect(tally.dropped - dropped).toBe(counts.dropped);
      expect(trouble.of("SCOPELOG_WARN_DROPPED", `:${port}`)).toHaveLength(1);
      // Forty megabytes went in.
      expect(usedMemory() - memory).toBeLessThan(4 * 1024 * 1024);
      server.read();
      handler.handle(record("the last"));
      await handler.flush();
      await until(() => server.messages.at(-1)?.endsWith(" the last") === true, "the last line arrived");
      const texts = server.messages.map((message) => message.replace(/^.*? - - /, ""));
      const notices = texts.flatMap((text) => /^(\d+) messages? dropped$/.exec(text)?.[1] ?? []);
      const lines = texts.filter((text) => !/ dropped$/.test(text));
      const all = countsOf(port);
      expect(notices.reduce((sum, count) => sum + Number(count), 0)).toBe(all?.dropped);
      expect(lines.length + (all?.dropped ?? 0)).toBe(logged + 1);
      // No line twice, none out of order.
      const numbers = lines.slice(0, -1).map((line) => Number.parseInt(line, 10));
      expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number))).toBe(true);
      expect(numbers.includes(logged - 1)).toBe(newest);
      await handler[Symbol.asyncDispose]();
    });
  }

  it("does not hold flush and close longer than the linger", async () => {
    await using server = await TcpReceiver.start();
    server.reads = false;
    const options = { transport: "tcp", host: "127.0.0.1", port: server.port, lingerMs: 300, shared: false } as const;
    const handler = syslogHandler(options);
    for (let index = 0; index < 20_000; index++) handler.handle(record("x".repeat(1000)));
    const start = performance.now();
    await handler.flush();
    await handler[Symbol.asyncDispose]();
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(countsOf(server.port)).toBeUndefined();
  });

  it("does not hold flush longer than the linger while lines keep coming", async () => {
    const port = await unusedPort();
    const handler = syslogHandler({ transport: "tcp", host: "127.0.0.1", port, lingerMs: 200, shared: false });
    const logging = setInterval(() => handler.handle(record("more")), 10);
    try {
      handler.handle(record("one"));
      const done = await Promise.race([handler.flush().then(() => true), sleep(15_000, false)]);
      expect(done).toBe(true);
    } finally {
      clearInterval(logging);
      await handler[Symbol.asyncDispose]();
    }
  });
});
