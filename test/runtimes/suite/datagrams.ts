import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Registry } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import { check, equal, inGroup, matches, ok } from "./check.ts";
import { collectUntil, waitUntil } from "./gc.ts";
import { books, world } from "./world.ts";

inGroup("syslog over UDP");

interface Receiver {
  readonly port: number;
  readonly lines: readonly string[];
  /** The ports that lines came from: one for each socket of the sender. */
  readonly senders: ReadonlySet<number>;
  close(): void;
}

async function receiver(): Promise<Receiver> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1024 * 1024 });
  const lines: string[] = [];
  const senders = new Set<number>();
  socket.on("message", (message, { port }) => {
    lines.push(message.toString());
    senders.add(port);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, lines, senders, close: () => void socket.close() };
}

const toHere = (port: number) =>
  syslogHandler({ transport: "udp", host: "127.0.0.1", port, appName: "app", idleMs: 10 });

check("lines arrive as RFC 5424 has them", async () => {
  const { registry } = world();
  const server = await receiver();
  try {
    await using log = registry.getScoped("conn", { peer: "a" }, { handlers: [toHere(server.port)] });
    log.warn("hello", { bytes: 3 });
    await log.close();
    await waitUntil(() => server.lines.length === 1, "the line");
    matches(server.lines[0], /^<12>1 \d{4}-\d\d-\d\dT\S+ \S+ app \d+ - \[fields@32473 [^\]]*peer="a"[^\]]*\] hello$/);
  } finally {
    server.close();
  }
});

check("a hundred scopes with a handler each share one socket", async () => {
  const { registry } = world();
  const server = await receiver();
  const before = books(registry);
  try {
    const scopes = Array.from({ length: 100 }, (_, index) => {
      const log = registry.getScoped("conn", { index }, { handlers: [toHere(server.port)] });
      log.info(`hello ${index}`);
      return log;
    });
    equal([books(registry).transports - before.transports, books(registry).leases - before.leases], [1, 100]);
    await waitUntil(() => server.lines.length === 100, "a hundred lines");
    equal(server.senders.size, 1, "sockets of the sender");
    for (const log of scopes) log.dispose();
    await waitUntil(() => books(registry).transports === before.transports, "the idle socket is closed");
  } finally {
    server.close();
  }
});

function forgetSockets(registry: Registry, port: number): void {
  for (let index = 0; index < 24; index++)
    registry.getScoped("conn", { index }, { handlers: [toHere(port)] }).info("m");
}

check("the shares of forgotten scopes are given back", async () => {
  const { registry } = world();
  const server = await receiver();
  const before = books(registry).leases;
  try {
    forgetSockets(registry, server.port);
    ok(books(registry).leases === before + 24, "24 leases are out");
    await waitUntil(() => server.lines.length === 24, "all lines");
    await collectUntil(() => {
      if (typeof FinalizationRegistry !== "function") registry.sweep();
      return books(registry).leases <= before + ("Bun" in globalThis ? 6 : 0);
    }, "the leases are given back");
    await registry.shutdown();
  } finally {
    server.close();
  }
});
