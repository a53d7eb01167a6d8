import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import pino from "pino";
import { callbackHandler, consoleHandler, type LogRecord, memoryHandler, multiHandler, nullHandler } from "scopelog";
import { fileHandler, rotatingFileHandler, streamHandler } from "scopelog/node";
import { pinoHandler } from "scopelog/pino";
import { type SyslogOptions, syslogHandler } from "scopelog/syslog";
import { type CheckName, type HandlerFactory, type TestHandlerOptions, testHandler } from "scopelog/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRsyslog, hasUnixDgram, Rsyslog } from "../syslog/support/rsyslog.ts";
import { newProject, type Project } from "./installed.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-conformance-"));
let project: Project;
let children = "";
beforeAll(() => {
  project = newProject(["pino", ...["sonic-boom", "on-exit-leak-free", "thread-stream"]]);
});
afterAll(() => {
  project[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
const newFile = () => join(folder, `${++files}.log`);
const linesOf = (...paths: string[]) => paths.flatMap((path) => readFileSync(path, "utf8").split("\n").slice(0, -1));

/** The option for a factory in a child process: an expression of the exports of the package. */
function exit(expression: string) {
  children = join("children", `${++files}.mjs`);
  const module = project.write(
    children,
    `import * as core from "scopelog"; import * as node from "scopelog/node"; import * as syslog from "scopelog/syslog";
export const make = () => ${expression};`,
  );
  return { module, factory: "make" };
}

/** Every check passes; those in `skipped`, and of a handler that wraps nothing those of wrappers, could not be made. */
async function conforms(
  factory: HandlerFactory,
  { skipped = [], ...options }: TestHandlerOptions & { skipped?: CheckName[] },
): Promise<void> {
  const results = await testHandler(factory, { timeoutMs: 30_000, ...options });
  const found = results.filter((result) => result.skipped).map(({ name }) => name);
  const wrapping = options.wrap === undefined ? results.map(({ name }) => name).filter((n) => /^wrapper/.test(n)) : [];
  expect(found.sort()).toEqual([...skipped, ...wrapping].sort());
}

// Those that have nothing to end.
const endless: CheckName[] = ["dispose", "async-dispose", "drain", "after-dispose", "drops"];

test("nullHandler", async () => {
  const skipped = [...endless, "delivery", "level", "flush"] as CheckName[];
  await conforms(nullHandler, { skipped, exit: exit("core.nullHandler()") });
});

test("memoryHandler", async () => {
  const records: LogRecord[] = [];
  await conforms(() => memoryHandler(records), {
    lines: () => records,
    immediate: true,
    configured: (given) => memoryHandler(records, given),
    skipped: [...endless, "flush"],
  });
});

test("callbackHandler", async () => {
  const records: LogRecord[] = [];
  const take = (record: LogRecord) => void records.push(record);
  await conforms(() => callbackHandler(take), {
    lines: () => records,
    immediate: true,
    configured: (given) => callbackHandler(take, given),
    skipped: [...endless, "flush"],
  });
});

test("consoleHandler", async () => {
  const lines: string[] = [];
  const push = (line: string) => void lines.push(line);
  const console = { debug: push, log: push, info: push, warn: push, error: push };
  await conforms(() => consoleHandler({ console }), {
    lines: () => lines,
    immediate: true,
    configured: (given) => consoleHandler({ console, ...given }),
    exit: exit("core.consoleHandler()"),
    skipped: [...endless, "flush"],
  });
});

for (const sync of [false, true]) {
  test(`fileHandler, sync ${sync}`, async () => {
    const path = newFile();
    await conforms(() => fileHandler({ path, sync }), {
      lines: () => linesOf(path),
      immediate: true,
      configured: (given) => fileHandler({ path, sync, ...given }),
      broken: () => fileHandler({ path: "/dev/full", lingerMs: 50, sync }),
      exit: exit(`node.fileHandler({ path: "./child.log", sync: ${sync} })`),
    });
  });
}

test("rotatingFileHandler", async () => {
  const base = mkdtempSync(join(folder, "rotating-"));
  const path = join(base, "app.log");
  const number = (name: string) => Number(/\.(\d+)\./.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
  const inOrder = () => readdirSync(base).sort((a, b) => number(a) - number(b));
  await conforms(() => rotatingFileHandler({ path, maxBytes: 20_000 }), {
    lines: () => linesOf(...inOrder().map((name) => join(base, name))),
    immediate: true,
    configured: (given) => rotatingFileHandler({ path, maxBytes: 20_000, ...given }),
    exit: exit('node.rotatingFileHandler({ path: "./rotated.log", maxBytes: 100 })'),
    skipped: ["drops"],
  });
  expect(readdirSync(base).length).toBeGreaterThan(2);
});

test("streamHandler", async () => {
  let text = "";
  const stream = new PassThrough();
  stream.on("data", (chunk) => {
    text += chunk;
  });
  await conforms(() => streamHandler(stream), {
    lines: () => text.split("\n").slice(0, -1),
    configured: (given) => streamHandler({ stream, ...given }),
    broken: () => streamHandler({ stream: new PassThrough().destroy(), lingerMs: 50 }),
    exit: exit("node.streamHandler(process.stdout)"),
  });
});

test("pinoHandler", async () => {
  const path = newFile();
  const destination = pino.destination({ dest: path, sync: true });
  const logger = pino(destination);
  await conforms(() => pinoHandler(logger), {
    lines: () => linesOf(path),
    configured: (given) => pinoHandler(logger, given),
    skipped: endless,
  });
  destination.end();
});

test("multiHandler", async () => {
  const path = newFile();
  await conforms(() => multiHandler([fileHandler(path)]), {
    lines: () => linesOf(path),
    immediate: true,
    wrap: (inner) => multiHandler([inner, nullHandler()]),
    broken: () => multiHandler([fileHandler({ path: "/dev/full", lingerMs: 50 })]),
    exit: exit('core.multiHandler([node.fileHandler("./multi.log")])'),
    skipped: ["level"],
  });
});

describe.skipIf(!hasRsyslog)("syslogHandler, to a real server", () => {
  let server: Rsyslog;
  beforeAll(async () => {
    server = await Rsyslog.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const here = { host: "127.0.0.1" };
  // A port of the discard protocol, where nobody listens here.
  const nobody = { ...here, port: 9, lingerMs: 50 };
  const missing = { path: "/nowhere/log.sock", lingerMs: 50 };
  const cases: Record<string, () => { options: SyslogOptions; broken?: SyslogOptions }> = {
    udp: () => ({ options: { ...here, transport: "udp", port: server.ports.udp } }),
    tcp: () => ({
      options: { ...here, transport: "tcp", port: server.ports.tcp },
      broken: { transport: "tcp", ...nobody },
    }),
    tls: () => ({
      options: {
        transport: "tls",
        port: server.ports.tls,
        host: "localhost",
        tls: { ca: server.certificate("ca.crt") },
      },
      broken: { transport: "tls", ...nobody },
    }),
    unix: () => ({ options: { transport: "unix", path: server.stream }, broken: { transport: "unix", ...missing } }),
    "unix-dgram": () => ({
      options: { transport: "unix-dgram", path: server.datagram },
      broken: { transport: "unix-dgram", ...missing },
    }),
    relp: () => ({
      options: { ...here, transport: "relp", port: server.ports.relp },
      broken: { transport: "relp", ...nobody },
    }),
    relps: () => ({
      options: {
        ...{ transport: "relps", port: server.ports.relps, host: "localhost" },
        // This one asks for a certificate in turn.
        tls: {
          ca: server.certificate("ca.crt"),
          cert: server.certificate("client.crt"),
          key: server.certificate("client.key"),
        },
      },
      broken: { transport: "relps", ...nobody },
    }),
  };
  for (const [transport, given] of Object.entries(cases)) {
    test.skipIf(transport === "unix-dgram" && !hasUnixDgram)(transport, { timeout: 180_000 }, async () => {
      const { options, broken } = given();
      const all: SyslogOptions = { idleMs: 20, lingerMs: 2000, ...options };
      const { tls, ...plain } = all;
      await conforms(() => syslogHandler(all), {
        lines: () => server.messages().map(({ msg }) => msg),
        configured: (gate) => syslogHandler({ ...all, ...gate }),
        ...(broken === undefined ? {} : { broken: () => syslogHandler({ ...all, ...broken }) }),
        // Certificates and the native package are not in the child's reach; the ways to end are those of tcp and relp.
        ...(tls === undefined && transport !== "unix-dgram"
          ? { exit: exit(`syslog.syslogHandler(${JSON.stringify(plain)})`) }
          : {}),
        skipped: broken === undefined ? ["drops"] : [],
      });
    });
  }
});
