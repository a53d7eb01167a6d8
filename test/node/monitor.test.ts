import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createRegistry, nullHandler } from "scopelog";
import { fileHandler, type Monitor, type MonitorOptions, type MonitorSnapshot, serveMonitor } from "scopelog/node";
import { syslogHandler } from "scopelog/syslog";
import { describe, expect, it } from "vitest";
import { collect } from "../support/gc.ts";
import { Monitored, Peer, until } from "./monitor-peer.ts";
import { problemsTold, temporaryFolder } from "./support.ts";

async function served(options: MonitorOptions = {}): Promise<Monitor> {
  const monitor = serveMonitor({ path: join(temporaryFolder(), "m.sock"), ...options });
  expect(await monitor.listening).toBe(true);
  return monitor;
}

const ids = ({ scopes }: MonitorSnapshot) => scopes.map(({ id }) => id);
const mode = (path: string) => statSync(path).mode & 0o777;

describe("a snapshot", () => {
  it("has the counts, the live scopes, and which process it is", async () => {
    const registry = createRegistry({
      loggers: { "": { level: "info", handlers: ["none"] }, job: { level: "warn" } },
      handlers: { none: nullHandler() },
    });
    using conn = registry.getScoped("conn", { peer: "10.0.0.1", secret: "hush", deep: { a: 1 } });
    using _query = conn.scope("query");
    using _job = registry.getScoped("job");
    registry.getScoped("conn").dispose();
    conn.info("one");
    conn.info("two");
    conn.debug("not this");
    using monitor = await served({ registry, fields: ["peer", "deep", "missing"] });
    using peer = await Peer.to(monitor.path);
    const snapshot = await peer.snapshot();
    expect(snapshot).toMatchObject({ protocol: 1, pid: process.pid, live: 3, matching: 3, lines: 2 });
    expect(snapshot.stats).toEqual(registry.stats());
    expect(Math.abs(snapshot.time - Date.now())).toBeLessThan(60_000);
    expect(snapshot.scopes).toMatchObject([
      { id: "conn#1", name: "conn", level: "info", lines: 2, fields: { peer: "10.0.0.1", deep: "[object]" } },
      { id: "conn.query#2", parent: "conn#1", lines: 0 },
      { id: "job#3", level: "warn", lines: 0 },
    ]);
    expect(snapshot.scopes[0]?.origin).toContain("monitor.test.ts:");
    expect(peer.text).not.toContain("hush");
    expect(await peer.ask({ op: "info", id: 7 })).toMatchObject({ id: 7, result: { pid: process.pid, live: 3 } });
  });

  it("lists as many scopes as were asked for, in that order, and those that match", async () => {
    const registry = createRegistry({ loggers: { "": { handlers: ["none"] } }, handlers: { none: nullHandler() } });
    const scopes = Array.from({ length: 3000 }, (_, index) => registry.getScoped(index % 2 === 0 ? "even" : "odd"));
    for (let line = 0; line < 5; line++) scopes[1234]?.fatal("x");
    for (let line = 0; line < 3; line++) scopes[7]?.fatal("x");
    using monitor = await served({ registry });
    using peer = await Peer.to(monitor.path);
    expect(ids(await peer.snapshot({ limit: 2 }))).toEqual(["even#1", "odd#2"]);
    expect(ids(await peer.snapshot({ limit: 2, order: "newest" }))).toEqual(["odd#3000", "even#2999"]);
    const most = await peer.snapshot({ limit: 3, order: "lines" });
    expect(ids(most)).toEqual(["even#1235", "odd#8", "even#1"]);
    expect(most).toMatchObject({ matching: 3000, lines: 8 });
    const found = await peer.snapshot({ limit: 2, filter: "ODD#29", order: "newest" });
    expect(ids(found)).toEqual(["odd#2998", "odd#2996"]);
    expect(found.matching).toBe(55);
    expect((await peer.snapshot()).scopes).toHaveLength(200);
    for (const scope of scopes) scope.dispose();
  });

  it("has the transports, with what waits and what was dropped", async () => {
    const folder = temporaryFolder();
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    const registry = createRegistry();
    const path = join(folder, "app.log");
    using scope = registry.getScoped("conn", {}, { handlers: [fileHandler({ path, flushMs: 60_000 })] });
    using other = registry.getScoped("conn", {}, { handlers: [fileHandler(path)] });
    using _syslog = registry.getScoped("conn", {}, { handlers: [syslogHandler({ host: "127.0.0.1", port: 9 })] });
    other.fatal("waits");
    scope.fatal("waits");
    const { transports, stats } = await peer.snapshot();
    const file = transports.find(({ destination }) => destination === path);
    expect(file).toMatchObject({ leases: 2, dropped: 0 });
    expect(file?.pending).toBeGreaterThan(20);
    expect(transports).toContainEqual(
      expect.objectContaining({ destination: "udp://127.0.0.1:9", leases: 1, dropped: 0, state: "idle" }),
    );
    expect(stats.transports).toBe(transports.length);
  });

  it("has what was forgotten, by the place that opened it, and sweeps", async () => {
    const registry = createRegistry({ forgotten: { report: "silent", origin: "always" } });
    using monitor = await served({ registry });
    using peer = await Peer.to(monitor.path);
    const forget = () => {
      for (let count = 0; count < 40; count++) registry.getScoped("lost");
    };
    forget();
    let swept = 0;
    for (let round = 0; round < 100 && registry.stats().live > 0; round++) {
      await collect();
      swept += Number((await peer.ask({ op: "sweep" })).result);
    }
    const { forgotten, stats } = await peer.snapshot();
    expect(stats.collected).toBe(40);
    expect(swept).toBeLessThanOrEqual(40);
    expect(forgotten).toMatchObject([{ name: "lost", count: 40, unlocated: 0 }]);
    expect(forgotten[0]?.origin).toContain("monitor.test.ts:");
  });
});

describe("levels", () => {
  it("are set for a scope, a name and all below, and taken back", async () => {
    const registry = createRegistry({ loggers: { "": { level: "info" } } });
    using conn = registry.getScoped("conn");
    using query = registry.getScoped("conn.query");
    using monitor = await served({ registry });
    using peer = await Peer.to(monitor.path);
    expect(await peer.ask({ op: "setLevel", target: "conn#1", level: "debug" })).toEqual({ result: 1 });
    expect([conn.level, query.level]).toEqual(["debug", "info"]);
    expect(await peer.ask({ op: "setLevel", target: "conn.*", level: "trace" })).toEqual({ result: 2 });
    expect(query.level).toBe("trace");
    expect(await peer.ask({ op: "setLevel", target: "conn.*", level: null })).toEqual({ result: 2 });
    expect(await peer.ask({ op: "setLevel", target: "conn#1", level: null })).toEqual({ result: 1 });
    expect([conn.level, query.level]).toEqual(["info", "info"]);
  });
});

describe("whoever asks wrongly", () => {
  it.each([
    ["no JSON", "hello\n", "ERR_SCOPELOG_OPTION"],
    ["binary data", Buffer.from([0, 255, 254, 0x0a]), "ERR_SCOPELOG_OPTION"],
    ["no object", "[1]\n", "ERR_SCOPELOG_OPTION"],
    ["null", "null\n", "ERR_SCOPELOG_OPTION"],
    ["an unknown op", '{"op":"__proto__"}\n', "ERR_SCOPELOG_OPTION"],
    ["a wrong limit", '{"op":"snapshot","limit":1001}\n', "ERR_SCOPELOG_OPTION"],
    ["a wrong order", '{"op":"snapshot","order":"worst"}\n', "ERR_SCOPELOG_OPTION"],
    ["a wrong filter", '{"op":"snapshot","filter":{}}\n', "ERR_SCOPELOG_OPTION"],
    ["a wrong target", '{"op":"setLevel","target":17,"level":"info"}\n', "ERR_SCOPELOG_TARGET"],
    ["a wrong level", '{"op":"setLevel","target":"conn","level":"loud"}\n', "ERR_SCOPELOG_LEVEL"],
    ["deep nesting", `${"[".repeat(4000)}\n`, "ERR_SCOPELOG_OPTION"],
  ])("with %s, gets an error and may ask again", async (_, text, code) => {
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    peer.raw(text);
    expect((await peer.answer()).error?.code).toBe(code);
    expect((await peer.ask({ op: "info" })).result).toMatchObject({ pid: process.pid });
  });

  it.each([
    ["with an end", `${"x".repeat(5000)}\n`],
    ["without one", "x".repeat(100_000)],
  ])("with a line that is too long, %s, is let go", async (_, text) => {
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    peer.raw(text);
    await peer.closed;
    expect(peer.answers).toEqual([
      { error: { code: "ERR_SCOPELOG_UNAVAILABLE", message: "a request has at most 4096 characters" } },
    ]);
    using next = await Peer.to(monitor.path);
    expect((await next.ask({ op: "info" })).result).toBeDefined();
  });

  it("with empty lines, is not answered to them", async () => {
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    peer.raw(`${"\n".repeat(60_000)}{"op":"sweep","id":1}\r\n`);
    expect(await peer.answer()).toEqual({ id: 1, result: 0 });
  });

  it("in many pieces, is understood", async () => {
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    for (const byte of Buffer.from('{"op":"snapshot","filter":"日本"}\n')) {
      peer.raw(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await peer.answer()).result).toMatchObject({ matching: 0 });
  });

  it("with all of it at once, is answered to all of it, one after another", async () => {
    using monitor = await served();
    using peer = await Peer.to(monitor.path);
    for (let id = 1; id <= 300; id++) peer.send({ op: "info", id });
    await peer.answer(300);
    expect(peer.answers.map(({ id }) => id)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it("and never reads, is let go, and costs no memory meanwhile", async () => {
    using program = new Monitored("many", temporaryFolder());
    const { path } = (await program.line()) as { path: string };
    const socket = connect(path);
    socket.pause();
    let error: unknown;
    socket.on("error", (cause) => {
      error = cause;
    });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    const request = `${JSON.stringify({ op: "snapshot", limit: 1000 })}\n`.repeat(1000);
    const flood = setInterval(() => {
      if (!socket.writableNeedDrain && !socket.destroyed) socket.write(request);
    }, 1);
    try {
      await until(() => error !== undefined || socket.destroyed);
    } finally {
      clearInterval(flood);
    }
    // The end of the connection comes after what lies before it, which nobody has read.
    socket.resume();
    await closed;
    using peer = await Peer.to(path);
    expect((await peer.snapshot({ limit: 1 })).live).toBe(2000);
    const status = statusOf(program.child.pid as number);
    if (status !== undefined) expect(status).toBeLessThan(200_000);
  });

  it("is one of eight; the ninth is told so", async () => {
    using monitor = await served();
    const peers: Peer[] = [];
    for (let count = 0; count < 8; count++) {
      const peer = await Peer.to(monitor.path);
      peers.push(peer);
      await peer.ask({ op: "info" });
    }
    using ninth = await Peer.to(monitor.path);
    expect((await ninth.answer()).error?.message).toBe("8 are looking at this process already");
    await ninth.closed;
    peers.pop()?.[Symbol.dispose]();
    await until(() => peers.length === 7);
    let answer: unknown;
    while (answer === undefined) {
      using next = await Peer.to(monitor.path);
      answer = (await next.ask({ op: "info" })).result;
    }
    for (const peer of peers) peer[Symbol.dispose]();
  });
});

/** The memory of a process, in kB; undefined where it is not told. */
function statusOf(pid: number): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(file, "utf8"))?.[1]);
}

describe.skipIf(process.platform === "win32")("the socket", () => {
  it("is reached by this user alone, whatever the umask", async () => {
    const folder = temporaryFolder();
    using program = new Monitored("umask", folder);
    const { path, listening, pid } = await program.line();
    const own = join(folder, `scopelog-${process.getuid?.()}`);
    expect({ path, listening }).toEqual({ path: join(own, `${pid}.sock`), listening: true });
    expect([mode(own), mode(path as string)]).toEqual([0o700, 0o600]);
  });

  it("is reached by this user alone in a folder that was open to others", async () => {
    const folder = temporaryFolder();
    const own = join(folder, `scopelog-${process.getuid?.()}`);
    mkdirSync(own);
    chmodSync(own, 0o777);
    using program = new Monitored("wait", folder);
    await program.line();
    expect(mode(own)).toBe(0o700);
  });

  it("is not made in a folder that is somebody else's, or none; that is told, and the program runs on", async () => {
    const name = `scopelog-${process.getuid?.()}`;
    const file = temporaryFolder();
    writeFileSync(join(file, name), "");
    using first = new Monitored("end", file);
    expect(await first.ended).toBe(0);
    expect(first.lines.find(({ warning }) => warning === "SCOPELOG_WARN_MONITOR")?.["message"]).toContain("no folder");
    expect(first.lines.find(({ pid }) => pid !== undefined)).toMatchObject({ listening: false });
    if (process.getuid?.() !== 0) return console.warn("Not root: a folder of another user is NOT tested.");
    const foreign = temporaryFolder();
    mkdirSync(join(foreign, name));
    chownSync(join(foreign, name), 12_345, 12_345);
    using second = new Monitored("end", foreign);
    expect(await second.ended).toBe(0);
    expect(second.lines.find(({ warning }) => warning !== undefined)?.["message"]).toContain("another user");
    expect(readdirSync(join(foreign, name))).toEqual([]);
  });

  it("of a process that was killed is removed by the next; that of a live one and a file that is none stay", async () => {
    const folder = temporaryFolder();
    using killed = new Monitored("wait", folder);
    using live = new Monitored("wait", folder);
    const dead = (await killed.line())["path"] as string;
    const alive = (await live.line())["path"] as string;
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(dead)).toBe(true);
    const file = join(folder, `scopelog-${process.getuid?.()}`, "99999999.sock");
    writeFileSync(file, "no socket");
    using next = new Monitored("wait", folder);
    const path = (await next.line())["path"] as string;
    await until(() => !existsSync(dead));
    expect([alive, path, file].map((one) => existsSync(one))).toEqual([true, true, true]);
  });

  it("at a path that was given takes the place of a dead one, and not of a live one", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "app.sock");
    using killed = new Monitored("wait", folder, path);
    await killed.line();
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(path)).toBe(true);
    using next = new Monitored("wait", folder, path);
    const { pid } = await next.line();
    using late = new Monitored("end", folder, path);
    expect(await late.ended).toBe(0);
    expect(late.lines).toContainEqual(
      expect.objectContaining({ warning: "SCOPELOG_WARN_MONITOR", message: expect.stringContaining("EADDRINUSE") }),
    );
    using peer = await Peer.to(path);
    expect(await peer.snapshot()).toMatchObject({ pid });
  });

  it("is another one for the second monitor of a process, and for a worker thread", async () => {
    const folder = temporaryFolder();
    using twice = new Monitored("twice", folder);
    const own = join(folder, `scopelog-${process.getuid?.()}`);
    const { pid } = await twice.line();
    expect((await twice.line(2))["path"]).toBe(join(own, `${pid}-1.sock`));
    using worker = new Monitored("worker", folder);
    await worker.line(2);
    const paths = worker.lines.map(({ path }) => path as string);
    expect(paths[0]).toBe(join(own, `${worker.child.pid}.sock`));
    expect(paths[1]).toMatch(/\d+-thread\d+\.sock$/);
    using peer = await Peer.to(paths[1] as string);
    expect(await peer.snapshot()).toMatchObject({ pid: worker.child.pid });
  });
});

describe("the end of the process", () => {
  it("does not wait for the monitor, and the socket goes with it", async () => {
    const folder = temporaryFolder();
    using program = new Monitored("end", folder);
    expect(await program.ended).toBe(0);
    const { path, listening } = await program.line();
    expect(listening).toBe(true);
    expect(existsSync(path as string)).toBe(false);
  });

  it("does not wait for those who look", async () => {
    using program = new Monitored("wait", temporaryFolder());
    const { path } = (await program.line()) as { path: string };
    using peer = await Peer.to(path);
    await peer.snapshot();
    using silent = await Peer.to(path);
    program.child.stdin.end();
    expect(await program.ended).toBe(0);
    await Promise.all([peer.closed, silent.closed]);
    expect(existsSync(path)).toBe(false);
  });

  it("comes soon, though one does not read what it asked for", async () => {
    using program = new Monitored("many", temporaryFolder());
    const { path } = (await program.line()) as { path: string };
    const socket = connect(path);
    socket.on("error", () => undefined).pause();
    socket.write(`${JSON.stringify({ op: "snapshot", limit: 1000 })}\n`.repeat(100));
    program.child.stdin.end();
    expect(await program.ended).toBe(0);
    socket.destroy();
  });
});

describe("serveMonitor", () => {
  it("ends with its block: those who look are let go, nothing is left", async () => {
    const listeners = process.listenerCount("exit");
    const monitor = await served();
    using peer = await Peer.to(monitor.path);
    await peer.snapshot();
    monitor[Symbol.dispose]();
    monitor[Symbol.dispose]();
    await peer.closed;
    expect(existsSync(monitor.path)).toBe(false);
    expect(process.listenerCount("exit")).toBe(listeners);
  });

  it("may end before it began", async () => {
    const monitor = serveMonitor({ path: join(temporaryFolder(), "m.sock") });
    monitor[Symbol.dispose]();
    expect(await monitor.listening).toBe(false);
    expect(existsSync(monitor.path)).toBe(false);
  });

  it("tells where it cannot listen, and throws nothing", async () => {
    const told = problemsTold();
    using monitor = serveMonitor({ path: join(temporaryFolder(), "missing", "m.sock") });
    expect(await monitor.listening).toBe(false);
    expect(told).toMatchObject([{ code: "SCOPELOG_WARN_MONITOR", message: expect.stringContaining("missing") }]);
  });

  it.each([
    [{ path: "" }, "path"],
    [{ path: 17 }, "path"],
    [{ path: `/${"x".repeat(200)}` }, "path"],
    [{ registry: {} }, "registry"],
    [{ fields: "peer" }, "fields"],
    [{ fields: [1] }, "fields"],
    [{ port: 1 }, "port"],
  ])("refuses %j", (options, name) => {
    expect(() => serveMonitor(options as MonitorOptions)).toThrow(
      expect.objectContaining({ code: "ERR_SCOPELOG_OPTION", message: expect.stringContaining(name) }),
    );
  });
});
