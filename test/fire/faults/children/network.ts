// Runs the cases of the network: node network.mjs [part/parts] [words of the name]. Preloaded with faults.c.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { tally } from "../../../../src/port/tally.ts";
import { type Problem, processTrouble } from "../../../../src/port/trouble.ts";
import { createRecord } from "../../../../src/record/log-record.ts";
import type { QueuedTransport } from "../../../../src/syslog/queued-transport.ts";
import { type SyslogHandler, syslogHandler } from "../../../../src/syslog/syslog-handler.ts";
import type { SyslogOptions, SyslogTransportName } from "../../../../src/syslog/syslog-options.ts";
import { descriptors } from "./descriptors.ts";
import {
  answer,
  crowd,
  groupSize,
  groups,
  lineText,
  type Moment,
  momentNames,
  moments,
  type Outcome,
  watchCrashes,
} from "./outcome.ts";
import { type Call, type Fault, Place } from "./place.ts";
import { type Identity, type Receiver, receive } from "./servers.ts";

const lost = ["ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "EIO", "ENOMEM", "EBADF"];
const busy = ["EAGAIN", "EINTR", "takes 1", "takes half"];

const stream: Readonly<Partial<Record<Call, readonly Fault[]>>> = {
  socket: ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EACCES", "EAFNOSUPPORT"],
  connect: [
    ...["ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "EACCES", "EPERM", "EADDRNOTAVAIL"],
    ...["EADDRINUSE", "EAGAIN", "ENOBUFS", "ECONNRESET", "EINTR", "ENETDOWN"],
  ],
  connected: ["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "EACCES"],
  write: [...lost, ...busy, "ENOBUFS", "takes 0", "takes half, then ECONNRESET", "takes 1, then EPIPE"],
  lookup: ["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_MEMORY"],
  shutdown: ["EIO", "ENOTCONN"],
  close: ["EIO"],
};
const answering = { ...stream, read: [...lost.filter((error) => error !== "EPIPE"), "EAGAIN", "EINTR", "takes 0"] };
const datagram = [
  ...["ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EMSGSIZE", "ENOBUFS", "EAGAIN", "EINTR", "EPERM"],
  ...["EACCES", "ENOMEM", "EDESTADDRREQ", "EINVAL", "EIO", "EBADF", "ECONNRESET", "ENOTCONN"],
];

const calls: Readonly<Record<string, Readonly<Partial<Record<Call, readonly Fault[]>>>>> = {
  udp: {
    socket: stream.socket as Fault[],
    bind: ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"],
    connect: stream.connect as Fault[],
    send: datagram,
    lookup: stream.lookup as Fault[],
    close: ["EIO"],
  },
  tcp: stream,
  tls: answering,
  relp: answering,
  relps: { read: answering.read, write: answering.write as Fault[] },
  unix: {
    connect: ["ECONNREFUSED", "ENOENT", "EACCES", "EAGAIN", "EPERM", "EPROTOTYPE"],
    write: stream.write as Fault[],
  },
  "unix-dgram": {
    connect: ["ECONNREFUSED", "ENOENT", "EACCES", "EPERM", "EPROTOTYPE"],
    send: datagram.filter((error) => error !== "EINTR"),
  },
};

interface Case {
  readonly transport: string;
  readonly call: Call;
  readonly fault: Fault;
  readonly moment: Moment;
}

function makes({ transport, call, fault, moment }: Case): boolean {
  const long = moment === "always" || moment === "last";
  // What is interrupted, or takes nothing, is tried again by Node until it is not.
  if ((fault === "EINTR" || fault === "takes 0") && long) return false;
  // A connection is made once, unless it is lost.
  const making = ["socket", "bind", "connect", "connected", "lookup"].includes(call);
  if (making || transport === "unix-dgram") return true;
  if (call === "shutdown" || call === "close") return moment === "last";
  return true;
}

const cases: Case[] = Object.entries(calls)
  .flatMap(([transport, of]) =>
    Object.entries(of).flatMap(([call, faults]) =>
      faults.flatMap((fault) => momentNames.map((moment) => ({ transport, call: call as Call, fault, moment }))),
    ),
  )
  .filter(makes);

const lineOf = (id: number, n: number) => `c${id} ${lineText(n)}`;
const whole = /c\d+ line (\d+) [xü]+ end$/;
const silent = new Set([...busy, "ENOBUFS", "takes 0"]);

const heard = new Map<string, Problem[]>();
processTrouble.listen((problem) => {
  for (const [name, problems] of heard) if (problem.message.includes(`${name} `)) problems.push(problem);
});

const crashes = watchCrashes();

const base = mkdtempSync(`${tmpdir()}/scopelog-faults-`);
const [certificate, key] = [process.argv[4], process.argv[5]];
const identity: Identity =
  certificate === undefined || key === undefined
    ? { cert: "", key: "" }
    : { cert: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };

async function run({ transport, call, fault, moment }: Case, id: number): Promise<Outcome> {
  const { at, ...times } = moments[moment];
  const folder = `${base}/${id}/`;
  mkdirSync(folder);
  const path = `${folder}sock`;
  await using server = await receiveAnew(transport, path);
  const host = call === "lookup" ? `c${id}.faults.test` : "127.0.0.1";
  const told: Problem[] = [];
  const broken: string[] = [];
  const expect = (holds: boolean, what: string) => holds || broken.push(what);
  using place = new Place();
  const local = transport === "unix" || transport === "unix-dgram";
  if (local) place.folder(folder);
  else place.port(server.port);
  place.host(host);
  if (call === "socket" || call === "bind") place.sockets();
  if (at === "start") place.fail(call, fault, times);

  const options: SyslogOptions = {
    transport: transport as SyslogTransportName,
    ...(local ? { path } : { host, port: server.port }),
    ...(transport === "tls" || transport === "relps" ? { tls: { ca: identity.cert } } : {}),
    appName: `c${id}`,
    reconnect: { minMs: 5, maxMs: 40 },
    lingerMs: at === "end" ? 400 : 2_000,
    shared: false,
  };
  const started = performance.now();
  const handler: SyslogHandler = syslogHandler(options);
  const { target } = handler.resource as unknown as { target: QueuedTransport };
  heard.set(target.destination, told);
  const logged: string[] = [];
  const log = (text: string) => {
    logged.push(text);
    try {
      handler.handle(createRecord({ message: text }));
    } catch (error) {
      broken.push(`handle threw ${error}`);
    }
  };
  const until = async (condition: () => boolean, ms = 15_000) => {
    for (const end = Date.now() + ms; !condition() && Date.now() < end; ) await sleep(5);
  };
  for (let group = 0, n = 0; group < groups; group++) {
    if (group === 2 && at === "middle") {
      // What is under way before is out before.
      await until(() => target.pending === 0);
      // A connection is made anew for what makes connections fail.
      if (["socket", "bind", "connect", "connected", "lookup"].includes(call))
        for (const connection of server.connections) connection.destroy();
      place.fail(call, fault, times);
    }
    for (let line = 0; line < groupSize; line++) log(lineOf(id, n++));
    await sleep(4);
  }
  const arrived = () => new Set(server.messages.filter((message) => whole.test(message)).map(textOf));
  if (at !== "end") {
    if (at === "middle" && fault !== "takes 0") await sleep(20);
    place.heal();
    await until(() => target.pending === 0);
    const state = `${target.state} ${JSON.stringify(target.counts)} ${told.map(({ message }) => message)}`;
    expect(target.pending === 0, `${target.pending} bytes wait although nothing fails any more: ${state}`);
    await sleep(5);
    // A refusal is an answer to what was sent before: it may come as late as this.
    const last = lineOf(id, 1000);
    log(last);
    await until(() => arrived().has(last));
    expect(arrived().has(last), "the line after the fault did not arrive");
  } else {
    place.fail(call, fault, times);
    log(lineOf(id, 1000));
  }
  const begun = performance.now();
  await handler[Symbol.asyncDispose]();
  expect(performance.now() - begun < 15_000, `the end took ${performance.now() - begun} ms`);
  const failed = place.hits;
  place.heal();
  const { counts } = target;
  await until(() => arrived().size + counts.dropped + counts.unconfirmed >= logged.length, 2_000);

  const ours = server.messages.filter((message) => whole.test(message)).map(textOf);
  const found = new Set(ours);
  const missing = logged.filter((line) => !found.has(line)).length;
  const { dropped, unconfirmed, accepted, sent, resent } = counts;
  // What was written in part may have arrived when it was given up, and so may what RELP has not seen acknowledged.
  const unsure = fault.startsWith("takes") || (at === "end" && transport.startsWith("relp"));
  const account = JSON.stringify(counts);
  expect(missing <= dropped + unconfirmed, `${missing} lines are missing: ${account}`);
  if (transport.startsWith("relp")) expect(missing <= dropped, `RELP: ${missing} lines are missing: ${account}`);
  expect(found.size + dropped <= logged.length || unsure, `${found.size} arrived: ${account}`);
  expect(ours.length - found.size <= resent, `${ours.length - found.size} lines came twice: ${account}`);
  expect(accepted === logged.length, `accepted ${accepted} of ${logged.length}`);
  expect(sent + dropped === accepted, `what was accepted is neither sent nor dropped: ${account}`);
  expect(target.pending === 0, `${target.pending} bytes are left`);
  if (at !== "end" && transport !== "udp") {
    const notices = server.messages.map((message) => /(\d+) messages? dropped/.exec(message)?.[1]);
    const said = notices.reduce((sum, count) => sum + Number(count ?? 0), 0);
    expect(said === dropped, `${said} of ${dropped} were said in a line`);
  }
  const codes = told.map(({ code }) => code);
  const brief = performance.now() - started < 9_000;
  for (const code of brief ? new Set(codes) : [])
    expect(codes.filter((one) => one === code).length === 1, `told twice: ${codes}`);
  if (dropped > 0) expect(codes.includes("SCOPELOG_WARN_DROPPED"), "lines were dropped, and nothing was told");
  const quiet =
    ["write", "send", "read"].includes(call) && silent.has(fault) && !(call === "read" && fault === "takes 0");
  // A machine that is busy may not connect in time.
  const loud = told.filter(({ message }) => !/ in \d+ ms\.$/.test(message));
  if (quiet && dropped === 0) expect(loud.length === 0, `told of what is none: ${loud.map(({ message }) => message)}`);
  const outage =
    !quiet && ["socket", "bind", "connect", "connected", "lookup", "send"].includes(call) && fault !== "EINTR";
  if (outage && failed > 0) expect(codes.length > 0, "nothing was told");
  for (const { message } of told) expect(!/: \.$|: undefined|\[object/.test(message), `says nothing: ${message}`);
  heard.delete(target.destination);
  return {
    name: `${transport}: ${call} ${fault}, ${moment}`,
    kind: `${call} ${fault}`,
    hits: failed,
    logged: logged.length,
    arrived: logged.length - missing,
    dropped,
    unconfirmed,
    told: codes,
    broken,
  };
}

const ports = new Set<number>();

/** A server on a port that no case had before: what was told of one destination is not told again for a while. */
async function receiveAnew(transport: string, path: string): Promise<Receiver> {
  for (;;) {
    const server = await receive(transport, path, identity);
    if (server.port === 0 || !ports.has(server.port)) {
      ports.add(server.port);
      return server;
    }
    await server[Symbol.asyncDispose]();
  }
}

function textOf(message: string): string {
  return message.slice(message.lastIndexOf(" c") + 1);
}

function has(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

const [part = 0, parts = 1] = (process.argv[2] ?? "0/1").split("/").map(Number);
const words = process.argv[3] ?? "";
const able = { "unix-dgram": has("unix-dgram"), tls: identity.cert !== "", relps: identity.cert !== "" };
const mine = cases
  .map((one, index) => ({ ...one, id: index + 1 }))
  .filter(({ id }) => id % parts === part)
  .filter(({ transport }) => (able as Record<string, boolean>)[transport] ?? true)
  .filter(({ transport, call, fault, moment }) => `${transport}: ${call} ${fault}, ${moment}`.includes(words));
const alone = mine.filter(({ call }) => call === "socket" || call === "bind");
const together = mine.filter((one) => !alone.includes(one));
// What the runtime opens for itself it opens with the first.
if (mine[0] !== undefined) await run(mine[0], 0);
const fds = descriptors();
const before = tally.dropped;
const outcomes = [
  ...(await crowd(together, 24, (one) => run(one, one.id))),
  ...(await crowd(alone, 1, (one) => run(one, one.id))),
];
const counted = outcomes.reduce((sum, { dropped }) => sum + dropped, 0);
if (tally.dropped - before !== counted) crashes.push(`stats().dropped is ${tally.dropped - before}, not ${counted}`);
for (let tries = 0; tries < 300 && descriptors().length > fds.length; tries++) await sleep(10);
if (descriptors().length > fds.length) crashes.push(`descriptors are left open: ${descriptors()}, before: ${fds}`);
rmSync(base, { recursive: true, force: true });
answer(outcomes, crashes);
