import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { type SyslogOptions, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterAll, describe, expect, test } from "vitest";
import { record } from "../../syslog/support/record.ts";
import { TroubleHearer } from "../../syslog/support/trouble.ts";
import { until } from "../../syslog/support/until.ts";
import { noteFigure } from "../support/figure.ts";
import { type Receiver, receive } from "./children/servers.ts";
import { buildFolder, bundleOf, certificate } from "./support/child.ts";

afterAll(() => rmSync(buildFolder, { recursive: true, force: true }));

const made = certificate();
const identity = {
  cert: made === undefined ? "" : readFileSync(made.cert, "utf8"),
  key: made === undefined ? "" : readFileSync(made.key, "utf8"),
};
const secure = made === undefined ? [] : (["tls", "relps"] as const);
const streams = ["tcp", "relp", ...secure] as const;
type Stream = (typeof streams)[number];

const quick = { minMs: 10, maxMs: 50 };
const infoOf = (port: number) => syslogTransports().find(({ destination }) => destination.endsWith(`:${port}`));

function optionsFor(transport: Stream, port: number, more: SyslogOptions = {}): SyslogOptions {
  const tls = transport === "tls" || transport === "relps" ? { tls: { ca: identity.cert } } : {};
  return { transport, host: "127.0.0.1", port, reconnect: quick, ...tls, ...more };
}

/** The numbers of the lines that have arrived, each once. */
function numbersIn(messages: readonly string[]): Set<number> {
  return new Set(messages.flatMap((message) => / line (\d+);/.exec(message)?.[1] ?? []).map(Number));
}

/** A server in a process of its own. */
class Other implements AsyncDisposable {
  readonly messages: string[] = [];
  port = 0;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(transport: Stream): Promise<Other> {
    const args = [await bundleOf("server"), transport, "", ...(made === undefined ? [] : [made.cert, made.key])];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const other = new Other(child);
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => {
      if (line.startsWith("port ")) other.port = Number(line.slice(5));
      else other.messages.push(line);
    });
    await until(() => other.port !== 0, "the server listens");
    return other;
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
  }
}

describe.each(streams)("a server over %s that is stopped (SIGSTOP)", (transport) => {
  test("before the connection is made, for longer than the linger: nothing is lost when it goes on", async () => {
    using trouble = new TroubleHearer();
    await using server = await Other.start(transport);
    server.send("SIGSTOP");
    await using handler = syslogHandler(optionsFor(transport, server.port, { lingerMs: 200 }));
    for (let n = 0; n < 50; n++) handler.handle(record(`line ${n};`));
    // TCP alone is connected by the kernel, and its lines are with it.
    const told = () => trouble.of("SCOPELOG_WARN_TRANSPORT", `:${server.port}`).length;
    if (transport === "tcp") await until(() => infoOf(server.port)?.counts.sent === 50, "the kernel has the lines");
    else await until(() => told() > 0, "it was told");
    await sleep(300);
    server.send("SIGCONT");
    await until(() => numbersIn(server.messages).size === 50, "all lines arrived");
    expect(told()).toBe(transport === "tcp" ? 0 : 1);
    expect(infoOf(server.port)?.counts.dropped).toBe(0);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", 1);
  });

  test("under load: the queue is bounded, drops are counted, the rest arrives when it goes on", async () => {
    await using server = await Other.start(transport);
    const maxBytes = 256 * 1024;
    const options = { lingerMs: 20_000, queue: { maxBytes, overflow: "drop-newest" as const } };
    await using handler = syslogHandler(optionsFor(transport, server.port, options));
    handler.handle(record("line 0;"));
    await until(() => server.messages.length === 1, "the first line arrived");
    server.send("SIGSTOP");
    let logged = 1;
    const end = Date.now() + 20_000;
    while ((infoOf(server.port)?.counts.dropped ?? 0) < 100 && Date.now() < end) {
      for (let n = 0; n < 200; n++) handler.handle(record(`line ${logged++}; ${"x".repeat(1000)}`));
      expect(infoOf(server.port)?.pending).toBeLessThanOrEqual(maxBytes);
      await sleep(0);
    }
    server.send("SIGCONT");
    await until(() => infoOf(server.port)?.pending === 0, "the queue is empty");
    handler.handle(record(`line ${logged++};`));
    await until(() => numbersIn(server.messages).has(logged - 1), "the last line arrived");
    const { dropped = 0, unconfirmed, connections } = infoOf(server.port)?.counts ?? {};
    expect([numbersIn(server.messages).size, unconfirmed, connections]).toEqual([logged - dropped, 0, 1]);
    const said = server.messages.map((message) => Number(/(\d+) messages? dropped/.exec(message)?.[1] ?? 0));
    expect(said.reduce((sum, count) => sum + count)).toBe(dropped);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", 1);
  });
});

describe.each(streams)("a server over %s", (transport) => {
  test("that says its end and reads on gets every line, on another connection", async () => {
    await using server = await receive(transport, "", identity);
    await using handler = syslogHandler(optionsFor(transport, server.port));
    let n = 0;
    for (let round = 0; round < 5; round++) {
      for (let line = 0; line < 10; line++) handler.handle(record(`line ${n++};`));
      await until(() => numbersIn(server.messages).size === n, "the lines arrived");
      for (const connection of server.connections) connection.end();
      for (let line = 0; line < 10; line++) handler.handle(record(`line ${n++};`));
      await until(
        () => numbersIn(server.messages).size + (infoOf(server.port)?.counts.unconfirmed ?? 0) >= n,
        "the lines arrived, or are in doubt",
      );
      await until(() => infoOf(server.port)?.pending === 0, "nothing waits");
    }
    const { unconfirmed = 0, dropped } = infoOf(server.port)?.counts ?? {};
    expect(dropped).toBe(0);
    expect(n - numbersIn(server.messages).size).toBeLessThanOrEqual(transport.startsWith("relp") ? 0 : unconfirmed);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", 5);
  });

  test("that resets every connection after a while loses no line that is not counted", async () => {
    await using server = await receive(transport, "", identity);
    await using handler = syslogHandler(optionsFor(transport, server.port));
    const total = 2_000;
    for (let n = 0; n < total; n++) {
      handler.handle(record(`line ${n};`));
      if (n % 100 === 99) {
        await sleep(5);
        for (const connection of server.connections) reset(connection);
      }
    }
    const counts = () => infoOf(server.port)?.counts ?? { dropped: 0, unconfirmed: 0, resent: 0 };
    await until(() => infoOf(server.port)?.pending === 0, "nothing waits");
    handler.handle(record(`line ${total};`));
    await until(() => numbersIn(server.messages).has(total), "the last line arrived");
    const { dropped, unconfirmed } = counts();
    expect(dropped).toBe(0);
    const missing = total + 1 - numbersIn(server.messages).size;
    expect(missing).toBeLessThanOrEqual(transport.startsWith("relp") ? 0 : unconfirmed);
    noteFigure("faults", "peers that stop, crawl, break off or vanish", total / 100);
  });
});

function reset(socket: Socket): void {
  // What TLS lies upon.
  const { _parent: below } = socket as Socket & { _parent?: Socket };
  (below ?? socket).resetAndDestroy();
  socket.destroy();
}

test("a server that reads a byte now and then does not make the queue grow, nor hold flush() for ever", async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.pause().on("error", () => {});
    const timer = setInterval(() => socket.read(1), 100);
    socket.on("close", () => clearInterval(timer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const queue = { maxBytes: 128 * 1024 };
  const handler = syslogHandler(optionsFor("tcp", port, { lingerMs: 200, queue }));
  let logged = 1;
  handler.handle(record("line 0;"));
  await until(() => infoOf(port)?.counts.sent === 1, "it is connected");
  const end = Date.now() + 20_000;
  while ((infoOf(port)?.counts.dropped ?? 0) < 100 && Date.now() < end) {
    for (let n = 0; n < 50; n++) handler.handle(record(`line ${logged++}; ${"x".repeat(1000)}`));
    expect(infoOf(port)?.pending).toBeLessThanOrEqual(queue.maxBytes);
    await sleep(0);
  }
  expect(infoOf(port)?.counts.dropped).toBeGreaterThanOrEqual(100);
  await handler.flush();
  const { sent = 0, dropped = 0 } = infoOf(port)?.counts ?? {};
  expect(sent + dropped).toBeLessThan(logged);
  await handler[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  server.close();
  noteFigure("faults", "peers that stop, crawl, break off or vanish", 1);
});

/** Passes bytes on between a client and a server, and can spoil them. */
class Wire implements AsyncDisposable {
  readonly #pairs: { readonly client: Socket; readonly server: Socket }[] = [];
  readonly #server = createServer();

  static async to(port: number): Promise<Wire> {
    const wire = new Wire();
    wire.#server.on("connection", (client) => {
      const server = connect(port, "127.0.0.1");
      wire.#pairs.push({ client, server });
      client.on("error", () => {}).pipe(server);
      server.on("error", () => {}).pipe(client);
    });
    wire.#server.listen(0, "127.0.0.1");
    await once(wire.#server, "listening");
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A record of TLS that nobody has made: whoever gets it says so with an alert, and hangs up. */
  spoil(towards: "client" | "server"): void {
    const { client, server } = this.#pairs.at(-1) ?? {};
    const forged = Buffer.from([23, 3, 3, 0, 32, ...Array.from({ length: 32 }, (_, index) => index)]);
    (towards === "client" ? client : server)?.write(forged);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    this.#server.close();
    await once(this.#server, "close");
  }
}

describe.each(secure)("TLS in trouble, over %s", (transport) => {
  test.each(["client", "server"] as const)(
    "an alert in the middle, by the %s: a new connection, the lines arrive",
    async (who) => {
      using trouble = new TroubleHearer();
      await using server = await receive(transport, "", identity);
      await using wire = await Wire.to(server.port);
      await using handler = syslogHandler(optionsFor(transport, wire.port));
      let n = 0;
      for (let round = 1; round <= 3; round++) {
        for (let line = 0; line < 10; line++) handler.handle(record(`line ${n++};`));
        await until(() => numbersIn(server.messages).size === n, "the lines arrived");
        wire.spoil(who);
        await until(() => infoOf(wire.port)?.state !== "ready", "the connection is lost");
        for (let line = 0; line < 10; line++) handler.handle(record(`line ${n++};`));
        await until(() => numbersIn(server.messages).size === n, "the lines of the outage arrived");
      }
      expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${wire.port}`)).toHaveLength(1);
      expect(infoOf(wire.port)?.counts.dropped).toBe(0);
      noteFigure("faults", "peers that stop, crawl, break off or vanish", 3);
    },
  );
});

describe.runIf(secure.length > 0)("TLS", () => {
  test("of an expired certificate gets no line, and is told once", async () => {
    const old = certificate(true);
    if (old === undefined) return;
    using trouble = new TroubleHearer();
    const expired = { cert: readFileSync(old.cert, "utf8"), key: readFileSync(old.key, "utf8") };
    for (const transport of secure) {
      await using server: Receiver = await receive(transport, "", expired);
      const { port } = server;
      const options = { transport, host: "127.0.0.1", port, reconnect: quick, lingerMs: 300 };
      const handler = syslogHandler({ ...options, tls: { ca: expired.cert } });
      for (let n = 0; n < 10; n++) handler.handle(record(`line ${n};`));
      await handler.flush();
      const told = trouble.of("SCOPELOG_WARN_TRANSPORT", `:${port}`);
      expect(told.map(({ cause }) => (cause as { code?: string }).code)).toEqual(["CERT_HAS_EXPIRED"]);
      expect(server.messages).toEqual([]);
      const info = infoOf(port);
      await handler[Symbol.asyncDispose]();
      expect(info?.counts).toMatchObject({ accepted: 10, sent: 0 });
    }
  });

  test("1.2 that is negotiated anew in the middle loses nothing", async () => {
    const messages: string[] = [];
    const sockets: TLSSocket[] = [];
    const server = createTlsServer({ ...identity, maxVersion: "TLSv1.2" }, (socket) => {
      sockets.push(socket);
      socket.on("error", () => {}).on("data", (bytes) => messages.push(bytes.toString()));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const handler = syslogHandler(optionsFor("tls", port, { tls: { ca: identity.cert, maxVersion: "TLSv1.2" } }));
    const all = () => new Set(messages.join("").match(/ line \d+;/g)).size;
    let n = 0;
    for (let round = 0; round < 3; round++) {
      for (let line = 0; line < 20; line++) handler.handle(record(`line ${n++};`));
      await until(() => all() === n, "the lines arrived");
      sockets.at(-1)?.renegotiate({}, () => {});
      for (let line = 0; line < 20; line++) handler.handle(record(`line ${n++};`));
      await until(() => all() === n, "the lines after it arrived");
    }
    expect(infoOf(port)?.counts).toMatchObject({ dropped: 0, unconfirmed: 0, connections: 1 });
    await handler[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test("options that OpenSSL does not take are told, and throw at nobody", async () => {
    using trouble = new TroubleHearer();
    const broken = { cert: "no certificate", key: "no key" };
    for (const transport of secure) {
      await using server = await receive(transport, "", identity);
      const options = { transport, host: "127.0.0.1", port: server.port, reconnect: quick, lingerMs: 200 };
      const handler = syslogHandler({ ...options, tls: broken });
      for (let n = 0; n < 10; n++) expect(() => handler.handle(record(`line ${n};`))).not.toThrow();
      await handler.flush();
      expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${server.port}`)).toHaveLength(1);
      const info = infoOf(server.port);
      await handler[Symbol.asyncDispose]();
      expect(info?.counts).toMatchObject({ accepted: 10, sent: 0 });
    }
  });
});
