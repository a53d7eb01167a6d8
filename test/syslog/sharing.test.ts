import { AsyncLocalStorage } from "node:async_hooks";
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { createRecord, createRegistry, type LogRecord } from "scopelog";
import { type SyslogHandler, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterEach, expect, it } from "vitest";
import { leaseCounts } from "../../src/lifetime/lease.ts";
import { tally } from "../../src/port/tally.ts";
import { collectUntil } from "../support/gc.ts";
import { record, uniqueName } from "./support/record.ts";
import { openSockets, TcpReceiver, UdpReceiver } from "./support/sockets.ts";
import { until } from "./support/until.ts";

afterEach(() => until(() => leaseCounts().targets === 0, "no transport is left"));

it("holds one socket for 100,000 handlers to one server, and none an idle time after the last", async () => {
  await using server = await UdpReceiver.start();
  const before = openSockets();
  const handlers = Array.from({ length: 100_000 }, (_, index) =>
    syslogHandler({
      host: "127.0.0.1",
      port: server.port,
      idleMs: 100,
      formatter: ({ message }) => `${index} ${message}`,
    }),
  );
  expect(openSockets()).toBe(before);
  for (const index of [0, 1, 50_000, 99_999]) handlers[index]?.handle(record("here"));
  await until(() => server.lines.length === 4, "the lines arrived");
  expect(server.lines.map((line) => line.replace(/.* - - /, ""))).toEqual([
    "0 here",
    "1 here",
    "50000 here",
    "99999 here",
  ]);
  expect(openSockets()).toBe(before + 1);
  expect(leaseCounts()).toEqual({ leases: 100_000, targets: 1 });
  for (const handler of handlers) handler[Symbol.dispose]();
  expect(leaseCounts().leases).toBe(0);
  await until(() => openSockets() === before, "the socket is closed");
});

it("has no listener on the socket or the process for each handler", async () => {
  await using server = await UdpReceiver.start();
  const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  const options = { host: "127.0.0.1", port: server.port, idleMs: 0 };
  const before = listeners();
  const first = syslogHandler(options);
  first.handle(record("one"));
  await first.flush();
  const withOne = listeners();
  const more = Array.from({ length: 50 }, () => syslogHandler(options));
  for (const handler of more) handler.handle(record("more"));
  await first.flush();
  expect(listeners()).toBe(withOne);
  for (const handler of [first, ...more]) handler[Symbol.dispose]();
  await until(() => listeners() === before, "the process has its listeners of before");
});

it("has a socket of its own where that is asked for, and closes it at once", async () => {
  await using server = await UdpReceiver.start();
  const before = openSockets();
  const handlers = [1, 2, 3].map(() => syslogHandler({ host: "127.0.0.1", port: server.port, shared: false }));
  for (const handler of handlers) handler.handle(record("own"));
  await Promise.all(handlers.map((handler) => handler.flush()));
  expect(openSockets()).toBe(before + 3);
  await Promise.all(handlers.map((handler) => handler[Symbol.asyncDispose]()));
  expect(openSockets()).toBe(before);
  await until(() => server.lines.length === 3, "the lines arrived");
});

it("brings out what was logged before it was closed, and drops and counts what comes later", async () => {
  await using server = await TcpReceiver.start();
  const options = { transport: "tcp", host: "127.0.0.1", port: server.port, idleMs: 50 } as const;
  const [a, b, own] = [syslogHandler(options), syslogHandler(options), syslogHandler({ ...options, shared: false })];
  const dropped = tally.dropped;
  for (const handler of [a, own]) {
    handler.handle(record("before"));
    handler[Symbol.dispose]();
    handler[Symbol.dispose]();
    handler.handle(record("after"));
    await handler.flush();
    await handler[Symbol.asyncDispose]();
  }
  b.handle(record("other"));
  await b[Symbol.asyncDispose]();
  await until(() => server.connections.length === 2, "both connected");
  await until(() => (server.text.match(/before|after|other/g)?.length ?? 0) >= 3, "the lines arrived");
  expect(server.text.match(/before|after|other/g)?.sort()).toEqual(["before", "before", "other"]);
  expect(tally.dropped - dropped).toBe(2);
});

it("frees the socket when handlers are forgotten whose formatters lead to them", async () => {
  await using server = await UdpReceiver.start();
  const before = openSockets();
  class Connection {
    peer = "198.51.100.7";
    readonly handler: SyslogHandler;
    constructor(port: number) {
      this.handler = syslogHandler({
        host: "127.0.0.1",
        port,
        idleMs: 10,
        formatter: (line: LogRecord) => `${this.peer} ${line.message} ${this.handler.level}`,
      });
    }
  }
  // What the registry does for a forgotten scope: it holds the resource strongly, and the handler not at all.
  const resources = new Set<Disposable>();
  let collected = 0;
  const registry = new FinalizationRegistry((resource: Disposable) => {
    resources.delete(resource);
    resource[Symbol.dispose]();
    collected++;
  });
  const open = () => {
    for (let index = 0; index < 1000; index++) {
      const connection = new Connection(server.port);
      connection.handler.handle(createRecord({ message: "hello" }));
      resources.add(connection.handler.resource);
      registry.register(connection, connection.handler.resource);
    }
  };
  open();
  await until(() => openSockets() === before + 1, "the socket is open");
  expect(leaseCounts()).toEqual({ leases: 1000, targets: 1 });
  await collectUntil(() => collected === 1000, "all are collected");
  expect(leaseCounts().leases).toBe(0);
  await until(() => openSockets() === before, "the socket is closed");
});

it("survives that no file can be opened, and goes on when one can", async () => {
  await using server = await TcpReceiver.start();
  const reconnect = { minMs: 10, maxMs: 50 };
  const destination = { host: "127.0.0.1", port: server.port, appName: uniqueName("emfile"), reconnect, idleMs: 50 };
  await using udpServer = await UdpReceiver.start();
  const handlers = [
    syslogHandler({ ...destination, transport: "tcp" }),
    syslogHandler({ ...destination, port: udpServer.port }),
  ];
  // Uses up what the limit of open files allows.
  const limit = /^Max open files\s+(\d+)\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  const now = readdirSync("/proc/self/fd").length + 20;
  const used: number[] = [];
  try {
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${now}:${limit?.[2]}`]);
    try {
      for (;;) used.push(openSync("/dev/null", "r"));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("EMFILE");
    }
    for (const handler of handlers) handler.handle(record("patience"));
    const down = () => syslogTransports().filter(({ state }) => state === "waiting").length === 2;
    await until(down, "both could not open a socket");
  } finally {
    for (const fd of used) closeSync(fd);
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${limit?.[1]}:${limit?.[2]}`]);
  }
  await Promise.all(handlers.map((handler) => handler.flush()));
  for (const transport of syslogTransports()) expect(transport.counts).toMatchObject({ dropped: 0, sent: 1 });
  await Promise.all(handlers.map((handler) => handler[Symbol.asyncDispose]()));
  await until(() => server.messages.length === 1 && udpServer.lines.length === 1, "both lines arrived");
});

it("does not keep the asynchronous context of the line that opened the connection", async () => {
  await using server = await TcpReceiver.start();
  await using udpServer = await UdpReceiver.start();
  const storage = new AsyncLocalStorage<object>();
  const handlers = [
    syslogHandler({ transport: "tcp", host: "127.0.0.1", port: server.port, idleMs: 50 }),
    syslogHandler({ host: "127.0.0.1", port: udpServer.port, idleMs: 50 }),
  ];
  const logInContext = () => {
    const request = { body: "x".repeat(1000) };
    storage.run(request, () => {
      for (const handler of handlers) handler.handle(record("within"));
    });
    return new WeakRef(request);
  };
  const request = logInContext();
  await until(() => server.messages.length === 1 && udpServer.lines.length === 1, "the lines arrived");
  await collectUntil(() => request.deref() === undefined, "the context is collected");
  expect(syslogTransports().map(({ state }) => state)).toEqual(["ready", "ready"]);
  for (const handler of handlers) handler[Symbol.dispose]();
});

it("a shutdown waits for the lines of scopes that have ended before", async () => {
  await using server = await TcpReceiver.start();
  const registry = createRegistry();
  for (let index = 0; index < 100; index++) {
    using log = registry.getScoped(
      "conn",
      {},
      { handlers: [syslogHandler({ transport: "tcp", host: "127.0.0.1", port: server.port, idleMs: 200 })] },
    );
    log.info(`line ${index}`);
  }
  const waiting = () => [...syslogTransports()].reduce((sum, { pending }) => sum + pending, 0);
  expect(waiting()).toBeGreaterThan(0);
  await registry.shutdown();
  expect(waiting()).toBe(0);
  await until(() => server.text.includes("line 99"), "the lines arrived");
});
