import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { root } from "../support/repo.ts";

const program = `${root}dist/cli/main.js`;
const folder = mkdtempSync(join(tmpdir(), "scopelog-demo-test-"));
// Where the demo puts its log, and what it leaves there is removed.
const environment = { ...process.env, TMPDIR: folder };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function outcome(child: ChildProcess): Promise<Outcome> {
  const [[code], out, err] = await Promise.all([once(child, "close"), text(child.stdout!), text(child.stderr!)]);
  return { code: code as number | null, out, err };
}

function start(...flags: string[]): ChildProcess {
  return spawn(process.execPath, ["--enable-source-maps", program, "demo", ...flags], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The numbers of a row of the summary, act by act. */
function row(out: string, name: string): number[] {
  const line = out.split("\n").find((candidate) => candidate.startsWith(`${name}  `));
  return (line ?? "")
    .slice(name.length)
    .trim()
    .split(/\s+/)
    .map((cell) => Number(cell.replaceAll(",", "")));
}

test("three acts of 300 connections: every line arrives, and two acts leave no socket", async () => {
  const { code, out, err } = await outcome(start("--connections", "300"));
  expect(err).toBe("");
  expect(row(out, "connections")).toEqual([300, 300, 300]);
  expect(row(out, "lines logged")).toEqual([1200, 1200, 1200]);
  expect(row(out, "lines received")).toEqual([1200, 1200, 1200]);
  expect(row(out, "lines lost")).toEqual([0, 0, 0]);
  expect(row(out, "lines received twice")).toEqual([0, 0, 0]);
  expect(row(out, "loggers left")).toEqual([300, 0, 0]);
  expect(row(out, "sockets left")).toEqual([300, 0, 0]);
  expect(row(out, "most sockets at once")[0]).toBeGreaterThanOrEqual(300);
  // At most 32 connections and the one socket that the scopes share.
  expect(row(out, "most sockets at once")[1]).toBeLessThanOrEqual(33);
  expect(row(out, "most sockets at once")[2]).toBeLessThanOrEqual(33);
  expect(out).toContain("Every one of the 3,600 lines arrived, once.");
  expect(out).toMatch(/src\/cli\/demo\/acts\/forgotten\.ts:\d+:\d+/);
  expect(out).not.toContain("\x1b");
  expect(code).toBe(0);
}, 120_000);

test("act one tells that two of three clean-ups leave every socket open", async () => {
  const { out } = await outcome(start("--connections", "50"));
  expect(out).toContain("Names taken out of the table: 50 sockets open");
  expect(out).toContain("Loggers cut off from the manager: 50 sockets open");
  expect(out).toContain("Handlers taken away from each logger: 0 sockets open");
  expect(out).toContain("still keeps 50 loggers");
}, 120_000);

test("a real server is sent to, and the demo says that it does not know what arrives there", async () => {
  const server = createSocket("udp4");
  let first = "";
  server.on("message", (datagram) => {
    first ||= datagram.toString();
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const { code, out } = await outcome(start("--connections", "20", "--syslog", `127.0.0.1:${server.address().port}`));
  server.close();
  expect(first).toMatch(/^<14>peer=127\.0\.0\.1:\d+ bytes=0 act=1 line=1 opened$/);
  expect(out).toMatch(/^lines received +not known +not known +not known$/m);
  expect(out).not.toContain("arrived");
  expect(row(out, "sockets left")).toEqual([20, 0, 0]);
  expect(code).toBe(0);
}, 120_000);

test("a low limit of open files ends act one early, and the demo says so", async () => {
  const shell = `ulimit -n 192; exec "${process.execPath}" "${program}" demo --connections 200`;
  const { code, out, err } = await outcome(
    spawn("sh", ["-c", shell], { env: environment, stdio: ["ignore", "pipe", "pipe"] }),
  );
  expect(err).toBe("");
  const [served] = row(out, "connections");
  expect(served).toBeGreaterThan(10);
  expect(served).toBeLessThan(192);
  expect(out).toContain(`Stopped at ${served} connections: the limit of open files is 192.`);
  expect(row(out, "connections").slice(1)).toEqual([200, 200]);
  expect(code).toBe(0);
}, 120_000);

// Whether it is just about to listen, or counting already.
test.skipIf(process.platform !== "linux").each([
  ["before it listens", 0],
  ["in the middle of an act", 3_000],
])(
  "the demo fails if the receiver goes away %s",
  async (_, afterMs) => {
    const child = start("--connections", "1000000");
    try {
      const ended = outcome(child);
      let receiver: number | undefined;
      while (receiver === undefined) {
        await setTimeout(5);
        receiver = childrenOf(child.pid as number).find((pid) => commandOf(pid).includes("receiver.js"));
      }
      await setTimeout(afterMs);
      process.kill(receiver, "SIGKILL");
      const { code, err } = await ended;
      expect(err).toContain("the process of the receiver has ended");
      expect(code).toBe(1);
    } finally {
      child.kill();
    }
  },
  120_000,
);

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended since it was listed.
    return "";
  }
}

test.each([
  [["--connections", "0"], "--connections takes a whole number from 1 to 1,000,000"],
  [["--connections", "many"], "--connections takes a whole number"],
  [["--connections"], "--connections"],
  [["--concurrency", "1.5"], "--concurrency takes a whole number from 1 to 1,000"],
  [["--syslog", "nowhere"], "--syslog takes HOST:PORT"],
  [["--syslog", "host:0"], "--syslog takes HOST:PORT"],
  [["--log", ""], "--log takes the name of a file"],
  [["--log", "/nowhere/to/be/found"], "the log cannot be written"],
  [["--colour"], "--colour"],
  [["act"], "act"],
])("%j is refused with where to read on", async (flags, message) => {
  const { code, out, err } = await outcome(start(...flags));
  expect(err).toContain(message);
  expect(err).toContain('"scopelog demo --help" tells what there is.');
  expect(out).toBe("");
  expect(code).toBe(2);
});

test("--help explains every flag", async () => {
  const { code, out } = await outcome(start("--help"));
  for (const flag of ["--connections N", "--concurrency N", "--syslog HOST:PORT", "--log FILE", "--report FILE"])
    expect(out).toContain(`  ${flag}`);
  expect(code).toBe(0);
});

test("the last act leaves a log of acts two and three, and offers its report", async () => {
  const { code, out } = await outcome(start("--connections", "40"));
  expect(code).toBe(0);
  const log = /npx scopelog report (\S+) -o report\.html/.exec(out)?.[1] as string;
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const scopes = new Set(records.flatMap(({ scope }) => scope ?? []));
  expect(scopes.size).toBe(80);
  const ended = records.filter(({ msg }) => msg === "conn ended");
  expect(ended).toHaveLength(40);
  const told = records.filter(({ msg }) => String(msg).includes("garbage collected without being disposed"));
  expect(told.length).toBeGreaterThan(0);
}, 120_000);

test("the log goes where it is wanted, and the report too", async () => {
  const log = join(folder, "wanted.log");
  const page = join(folder, "wanted.html");
  const { code, out, err } = await outcome(start("--connections", "20", "--log", log, "--report", page));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(page);
  expect(readFileSync(log, "utf8")).toContain("conn#40");
  expect(readFileSync(page, "utf8")).toContain("<title>scopelog demo");
}, 120_000);

test("a reader that has seen enough ends it", async () => {
  const shell = `"${process.execPath}" "${program}" demo --connections 20 | head -n 1`;
  const { code, out, err } = await outcome(
    spawn("sh", ["-c", shell], { env: environment, stdio: ["ignore", "pipe", "pipe"] }),
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^One logger per connection.*\n$/);
}, 120_000);
