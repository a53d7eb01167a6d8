import { createRegistry, type FormatterLike, type Logger, type LogRecord, type Registry } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { leaseCounts } from "../../src/lifetime/lease.ts";
import { collect, collectThoroughly, collectUntil, until } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { datagramHandler, openSockets, receiver } from "../support/udp.ts";
import { books } from "../support/world.ts";
import { Connection, losses, type MakeHandler } from "./connection.ts";

// A registry that is forgotten has nobody left to tell.
beforeAll(() => void vi.spyOn(process, "emitWarning").mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const kinds: Readonly<Record<string, (port: number) => MakeHandler>> = {
  // It is as simple as it can be: what it closes at once may not be out.
  "a handler with a leased socket": (port) => (formatter) => datagramHandler(port, formatter, 50),
  "the syslog handler": (port) => {
    const options = { host: "127.0.0.1", port, idleMs: 0 };
    return (formatter: FormatterLike) => syslogHandler({ ...options, formatter });
  },
};

/** Keeps things, and lets go of them: in methods, because the locals of an async function stay alive across awaits. */
class Kept<T> {
  #things: T[] = [];

  fill(count: number, make: (n: number) => T): void {
    for (let n = 0; n < count; n++) this.#things.push(make(n));
  }

  each(act: (thing: T, n: number) => unknown): void {
    this.#things.forEach(act);
  }

  drop(): void {
    this.#things = [];
  }
}

const silent = { forgotten: { report: "silent" as const }, onError() {} };

/** Waits until nothing of them is left: leases, and the socket. */
async function nothingIsLeft(socketsBefore: readonly string[]): Promise<void> {
  await collectUntil(() => leaseCounts().leases === 0, "no lease is out");
  await until(() => leaseCounts().targets === 0, "no transport is open");
  await until(() => openSockets().length === socketsBefore.length, "the socket is gone from /proc/self/fd");
  expect(openSockets().sort()).toEqual([...socketsBefore].sort());
}

describe.each(Object.entries(kinds))("scopes with %s are reclaimed", (_, kind) => {
  // No more than the receive buffer of the system takes at once.
  const count = 60;

  test.each(Object.entries(losses))("%s", async (_, { lines, lose }) => {
    await using server = await receiver();
    const before = openSockets();
    const registry = createRegistry(silent);
    const kept = lose(registry, kind(server.port), count) as Partial<Disposable> | undefined;
    await until(() => server.lines.length >= count * lines, "all lines arrived");
    await collectUntil(() => registry.stats().live === 0, "all scopes collected");
    expect(books(registry)).toMatchObject({ opened: count, live: 0, collected: count, disposed: 0 });
    expect([...registry.scopes()]).toEqual([]);
    expect(server.lines).toHaveLength(count * lines);
    await nothingIsLeft(before);
    kept?.[Symbol.dispose]?.();
  });

  test("with the registry forgotten too", async () => {
    await using server = await receiver();
    const before = openSockets();
    const lose = () => {
      const registry = createRegistry(silent);
      for (let n = 0; n < count; n++) new Connection(registry, `peer-${n}`, kind(server.port)).work();
      return new WeakRef<Registry>(registry);
    };
    const reference = lose();
    await collectUntil(() => reference.deref() === undefined, "the registry collected");
    await nothingIsLeft(before);
    expect(server.lines).toHaveLength(count);
  });

  test("not while a view is kept, and then all the same", async () => {
    await using server = await receiver();
    const before = openSockets();
    const registry = createRegistry(silent);
    const views = new Kept<Logger>();
    views.fill(count, (n) => {
      const { log } = new Connection(registry, `peer-${n}`, kind(server.port));
      return n % 2 === 0 ? log.with({ n }) : log.getChild("child").with({ n });
    });
    await collectThoroughly();
    expect(books(registry)).toMatchObject({ live: count, collected: 0 });
    views.each((view) => view.info("worked"));
    await until(() => server.lines.length === count, "all lines arrived");
    views.drop();
    await collectUntil(() => registry.stats().live === 0, "all scopes collected");
    expect(books(registry).collected).toBe(count);
    await nothingIsLeft(before);
  });

  test("not while a scope inside is kept, and with it all the same", async () => {
    await using server = await receiver();
    const before = openSockets();
    const registry = createRegistry(silent);
    const inner = new Kept<Logger>();
    inner.fill(count, (n) => new Connection(registry, `peer-${n}`, kind(server.port)).log.scope("req"));
    await collectThoroughly();
    expect(books(registry)).toMatchObject({ live: 2 * count, collected: 0 });
    inner.each((log) => log.info("worked"));
    await until(() => server.lines.length === count, "all lines arrived");
    inner.drop();
    await collectUntil(() => registry.stats().live === 0, "all scopes collected");
    await nothingIsLeft(before);
  });

  test("half of them disposed, half of them forgotten, in turns", async () => {
    await using server = await receiver();
    const before = openSockets();
    const registry = createRegistry(silent);
    const lose = () => {
      for (let n = 0; n < count; n++) {
        const connection = new Connection(registry, `peer-${n}`, kind(server.port));
        connection.work();
        if (n % 2 === 0) connection.log.dispose();
      }
    };
    for (let round = 0; round < 5; round++) {
      lose();
      await until(() => server.lines.length === (round + 1) * count, "all lines arrived");
      await collectUntil(() => registry.stats().live === 0, "all scopes collected");
    }
    const half = (5 * count) / 2;
    expect(books(registry)).toMatchObject({ disposed: half, collected: half });
    await nothingIsLeft(before);
  });
});

test("100,000 live scopes, each with a syslog handler to one server, hold one socket", async () => {
  await using server = await receiver();
  const before = openSockets();
  const registry = createRegistry(silent);
  const makeHandler = kinds["the syslog handler"]?.(server.port) as MakeHandler;
  const connections = new Kept<Connection>();
  connections.fill(100_000, (n) => new Connection(registry, `peer-${n}`, makeHandler));
  connections.each((connection, n) => n % 1000 === 0 && connection.work());
  await until(() => server.lines.length === 100, "the lines arrived");
  expect(openSockets().length - before.length).toBe(1);
  expect(registry.stats()).toMatchObject({ live: 100_000, transports: 1, leases: 100_000 });
  // Half of them end as they should.
  connections.each((connection, n) => n % 2 === 0 && connection.log.dispose());
  expect(registry.stats()).toMatchObject({ live: 50_000, transports: 1, leases: 50_000 });
  connections.drop();
  await collectUntil(() => registry.stats().live === 0, "all scopes collected", 60_000);
  expect(books(registry)).toMatchObject({ collected: 50_000, disposed: 50_000 });
  await nothingIsLeft(before);
});

test("a resource is closed once, though the scope is swept before the runtime says that it is dead", async () => {
  const registry = createRegistry(silent);
  const closed: number[] = [];
  const lose = () => {
    for (let n = 0; n < 50; n++) {
      registry.getScoped("conn", {}, { handlers: [recorder("h", { resource: noteClosed(closed, n) })] });
    }
  };
  lose();
  await new Promise((resolve) => setImmediate(resolve));
  (globalThis as { gc?: () => void }).gc?.();
  expect(registry.sweep()).toBe(50);
  await collect();
  await collect();
  expect(closed.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

// Apart from the test, whose closures lead to the registry.
function noteClosed(closed: number[], n: number): Disposable {
  return { [Symbol.dispose]: () => void closed.push(n) };
}

test("a record, however it is kept, leads to no scope, handler or registry", async () => {
  const make = () => {
    const records: LogRecord[] = [];
    const registry = createRegistry(silent);
    const handler = { handle: (record: LogRecord) => void records.push(record) };
    using outer = registry.getScoped("conn", { peer: "a", lazy: () => 1 }, { handlers: [handler] });
    const inner = outer.scope("req", { n: 1 });
    inner.info("m", { lazy: () => 2 });
    inner.with({ view: 1 }).error(new Error("kept"));
    return { records, references: [registry, handler, outer, inner].map((one) => new WeakRef<object>(one)) };
  };
  const { records, references } = make();
  await collectUntil(() => references.every((reference) => reference.deref() === undefined), "everything gone");
  expect(records.map(({ message }) => message)).toEqual(["m", "kept"]);
});
