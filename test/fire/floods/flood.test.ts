import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRsyslog, Rsyslog } from "../../syslog/support/rsyslog.ts";
import { noteFigure } from "../support/figure.ts";
import { sizeOf } from "../support/size.ts";
import { arrived } from "./arrived.ts";
import { buildPrograms, Program } from "./program.ts";
import type { Address, Visit, Visited } from "./programs/flood-clients.ts";
import type { FloodSettings, FloodState } from "./programs/flood-server.ts";
import type { Folder, Ports, Received } from "./programs/receiver.ts";
import { type Counts, TallyMarks } from "./programs/tally-marks.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-flood-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mebibyte = 1024 * 1024;
const hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"];
const clientPrograms = 2;

let programs = "";
beforeAll(async () => {
  programs = await buildPrograms("flood", "receiver", "flood-server", "flood-clients");
});

type Plan = Pick<FloodSettings, "transport" | "shared" | "budget"> & {
  readonly connections: number;
  readonly atOnce: number;
};

/** What a flood left behind. */
interface Flooded {
  /** Before the first connection. */
  readonly before: FloodState;
  /** After the first that were there at the same time, when all is warm. */
  readonly warm: FloodState;
  readonly after: FloodState;
  readonly visited: Visited;
  /** The lines of the file. */
  readonly file: Counts;
}

/** Node raises its soft limit to the hard one by itself. */
function requireOpenFiles(needed: number): void {
  const limit = Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
  if (limit < needed) throw new Error(`this flood needs ${needed} open files, and the limit is ${limit}: ulimit -Hn`);
}

/** Floods a server whose scopes log to `port`. */
async function flood(plan: Plan, port: number, receiver: Program): Promise<Flooded> {
  const { transport, shared, budget, atOnce, connections } = plan;
  const file = join(mkdtempSync(join(folder, "run-")), "flood.log");
  requireOpenFiles(atOnce + budget + 200);
  using server = new Program(programs, "flood-server", "--expose-gc");
  const clients = Array.from({ length: clientPrograms }, () => new Program(programs, "flood-clients"));
  try {
    const settings: FloodSettings = { transport, shared, budget, port, file, hosts };
    const addresses = await server.ask<Address[]>("start", settings);
    const before = await server.ask<FloodState>("state");
    const ask = async (total: number): Promise<Visited[]> => {
      const visit: Visit = { addresses, atOnce: atOnce / clientPrograms, connections: total / clientPrograms };
      await Promise.all(clients.map((one) => one.ask("arrive", visit)));
      return Promise.all(clients.map((one) => one.ask<Visited>("pass", visit)));
    };
    const first = await ask(atOnce);
    const warm = await server.ask<FloodState>("settle");
    const others = await ask(connections - atOnce);
    const after = await server.ask<FloodState>("settle");
    await receiver.ask("countFolder", { path: dirname(file) } satisfies Folder);
    const { files } = await receiver.ask<Received>("received");
    const sum = (key: keyof Visited) => [...first, ...others].reduce((count, one) => count + one[key], 0);
    const visited = { orderly: sum("orderly"), aborted: sum("aborted"), halfClosed: sum("halfClosed") };
    return { before, warm, after, visited, file: files };
  } finally {
    for (const one of clients) one[Symbol.dispose]();
  }
}

function expectNothingLeft({ before, warm, after }: Flooded, plan: Plan): void {
  const { stats } = after;
  expect(after.connections).toBe(plan.connections);
  expect(after.mostConnections).toBeGreaterThanOrEqual(plan.atOnce);
  expect(stats).toMatchObject({ opened: plan.connections, live: 0, shutdown: 0, late: 0, failed: 0 });
  expect(stats).toMatchObject({ leases: 0, transports: 0 });
  expect([after.sockets, after.files]).toEqual([before.sockets, before.files]);
  // Half of them were forgotten: ended by the collector, and told with the place.
  expect(after.forgotten).toBe(plan.connections / 2);
  expect([stats.collected, stats.disposed]).toEqual([after.forgotten, plan.connections / 2]);
  expect(after.told).toBe(after.forgotten);
  const source = readFileSync(`${programs}/flood-server.mjs`, "utf8").split("\n");
  const opened = after.places.map((place) => source[Number(place.split(":").at(-2)) - 1]);
  expect(opened).toEqual([expect.stringContaining('getScoped("conn", connection.fields')]);
  // Every handler was closed, and once.
  expect(after.handlersOpened).toBe(plan.connections);
  expect(after.handlersClosed).toBe(plan.connections);
  expect(after.heapBytes).toBeLessThanOrEqual(warm.heapBytes + 2 * mebibyte);
}

function note({ before, after, visited }: Flooded, received: number, lost: number): void {
  noteFigure("floods", "TCP connections, each with a scope, a syslog and a file handler of its own", after.connections);
  noteFigure("floods", "aborted (RST)", visited.aborted);
  noteFigure("floods", "half-closed", visited.halfClosed);
  noteFigure("floods", "forgotten scopes, all told with the place", after.told);
  noteFigure("floods", "scopes alive at the end", after.stats.live);
  noteFigure("floods", "handlers not closed", after.handlersOpened - after.handlersClosed);
  noteFigure("floods", "sockets left", after.sockets - before.sockets);
  noteFigure("floods", "lines logged", after.lines);
  noteFigure("floods", "lines received by syslog", received);
  noteFigure("floods", "lines given up and counted", after.stats.dropped);
  noteFigure("floods", "lines lost", lost);
}

function noteMost({ warm, after }: Flooded, plan: Plan): void {
  const way = plan.shared ? "one connection for all" : "a socket for each";
  noteFigure("floods", `${way}: connections open at once`, after.mostConnections.toLocaleString("en-US"));
  noteFigure("floods", `${way}: syslog sockets and files open at once`, after.mostTransports.toLocaleString("en-US"));
  const heaps = [warm, after].map(({ heapBytes }) => `${(heapBytes / mebibyte).toFixed(1)} MiB`);
  noteFigure(
    "floods",
    `${way}: heap after ${plan.atOnce.toLocaleString("en-US")} connections, and at the end`,
    heaps.join(", "),
  );
}

describe("a flood of connections leaves nothing, and every line arrives", () => {
  it("with a TCP connection to syslog that all share", async () => {
    const connections = sizeOf(2_000, 80_000);
    const plan: Plan = { transport: "tcp", shared: true, budget: 100, connections, atOnce: sizeOf(500, 5_000) };
    using receiver = new Program(programs, "receiver");
    const { tcp } = await receiver.ask<Ports>("ports");
    const flooded = await flood(plan, tcp, receiver);
    const { lines, problems, stats } = flooded.after;
    const received = async () => (await receiver.ask<Received>("received")).syslog.kinds["line"]?.different ?? 0;
    await arrived(received, lines);
    const { syslog } = await receiver.ask<Received>("received");
    note(flooded, await received(), lines - (await received()));
    noteMost(flooded, plan);
    expectNothingLeft(flooded, plan);
    expect(syslog).toEqual({ kinds: { line: { different: lines, again: 0 } }, garbled: 0, held: 0 });
    expect(flooded.file).toEqual({ kinds: { line: { different: lines, again: 0 } }, garbled: 0, held: 0 });
    expect([stats.dropped, problems]).toEqual([0, {}]);
    // The file and the connection.
    expect(flooded.after.mostTransports).toBe(2);
  }, 2_400_000);

  it("with a UDP socket to syslog for each, within a budget", async () => {
    const atOnce = sizeOf(500, 5_000);
    const connections = sizeOf(2_000, 80_000);
    const plan: Plan = { transport: "udp", shared: false, budget: atOnce * 0.8, connections, atOnce };
    using receiver = new Program(programs, "receiver");
    const { udp } = await receiver.ask<Ports>("ports");
    const flooded = await flood(plan, udp, receiver);
    const { lines, stats, mostTransports, problems } = flooded.after;
    const received = async () => {
      const { syslog, overflowed } = await receiver.ask<Received>("received");
      return (syslog.kinds["line"]?.different ?? 0) + overflowed;
    };
    await arrived(received, lines - stats.dropped);
    const { syslog, overflowed } = await receiver.ask<Received>("received");
    const different = syslog.kinds["line"]?.different ?? 0;
    note(flooded, different, lines - different - overflowed - stats.dropped);
    noteMost(flooded, plan);
    noteFigure("floods", "datagrams that the receiver's kernel had no room for, as it counted them", overflowed);
    expectNothingLeft(flooded, plan);
    expect(different + overflowed + stats.dropped).toBe(lines);
    expect(syslog).toMatchObject({ garbled: 0, held: 0, kinds: { line: { again: 0 } } });
    expect(flooded.file).toEqual({ kinds: { line: { different: lines, again: 0 } }, garbled: 0, held: 0 });
    // Beyond the budget one socket is shared by those that come then.
    expect(mostTransports).toBeGreaterThanOrEqual(plan.budget);
    expect(mostTransports).toBeLessThanOrEqual(plan.budget + 1);
    expect(problems).toEqual({ SCOPELOG_WARN_TOO_MANY: expect.any(Number) });
  }, 2_400_000);

  it.runIf(hasRsyslog)(
    "with rsyslog",
    async () => {
      const plan: Plan = { transport: "tcp", shared: true, budget: 100, connections: 400, atOnce: 100 };
      await using rsyslog = await Rsyslog.start();
      using receiver = new Program(programs, "receiver");
      const flooded = await flood(plan, rsyslog.ports.tcp, receiver);
      const { lines, stats, problems } = flooded.after;
      await arrived(async () => rsyslog.messages().length, lines);
      const marks = new TallyMarks();
      for (const { msg } of rsyslog.messages()) marks.see(msg);
      const { counts } = marks;
      const different = counts.kinds["line"]?.different ?? 0;
      note(flooded, different, lines - different);
      expectNothingLeft(flooded, plan);
      expect(counts).toEqual({ kinds: { line: { different: lines, again: 0 } }, garbled: 0, held: 0 });
      expect(flooded.file).toEqual({ kinds: { line: { different: lines, again: 0 } }, garbled: 0, held: 0 });
      expect([stats.dropped, problems]).toEqual([0, {}]);
    },
    300_000,
  );
});
