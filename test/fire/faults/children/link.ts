// In a network namespace of its own, with a server in another: node link.mjs <server.mjs> <transport> [cert key]. The
// link between the two goes down under load and comes up again; prints what became of the lines.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Problem, processTrouble } from "../../../../src/port/trouble.ts";
import { createRecord } from "../../../../src/record/log-record.ts";
import { type SyslogHandler, syslogHandler } from "../../../../src/syslog/syslog-handler.ts";
import type { SyslogOptions, SyslogTransportName } from "../../../../src/syslog/syslog-options.ts";
import { syslogTransports } from "../../../../src/syslog/transport-pool.ts";

const [program = "", transport = "tcp", cert, key] = process.argv.slice(2);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: ["ignore", "pipe", "pipe"] });
const ip = (words: string) => run("ip", ...words.split(" "));
const until = async (condition: () => boolean, ms = 20_000) => {
  for (const end = performance.now() + ms; !condition() && performance.now() < end; ) await sleep(5);
};

const secure = transport === "tls" && cert !== undefined && key !== undefined;
const server = spawn(
  "unshare",
  ["-n", process.execPath, program, transport, "0.0.0.0", ...(secure ? [cert, key] : [])],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const messages: string[] = [];
let port = 0;
createInterface({ input: server.stdout }).on("line", (line) => {
  if (line.startsWith("port ")) port = Number(line.slice(5));
  else messages.push(line);
});
await until(() => port !== 0);
const there = (words: string) => run("nsenter", "-t", String(server.pid), "-n", "ip", ...words.split(" "));
ip("link set lo up");
ip("link add near type veth peer name far");
ip(`link set far netns ${server.pid}`);
ip("addr add 10.99.0.1/24 dev near");
ip("link set near up");
there("addr add 10.99.0.2/24 dev far");
there("link set far up");

const told: Problem[] = [];
processTrouble.listen((problem) => told.push(problem));
const options: SyslogOptions = {
  transport: transport as SyslogTransportName,
  host: "10.99.0.2",
  port,
  reconnect: { minMs: 10, maxMs: 100 },
  ...(secure ? { tls: { ca: readFileSync(cert, "utf8"), checkServerIdentity: () => undefined } } : {}),
};
let handler: SyslogHandler = syslogHandler(options);
let logged = 0;
const log = () => handler.handle(createRecord({ message: `line ${logged++};` }));
const numbers = () => new Set(messages.flatMap((text) => / line (\d+);/.exec(text)?.[1] ?? []).map(Number));
/** Logs for a while, a line every other millisecond. Returns how many. */
const load = async (ms: number) => {
  const before = logged;
  for (const end = performance.now() + ms; performance.now() < end; ) {
    log();
    await sleep(2);
  }
  return logged - before;
};
/** Logs until a line arrives. */
const arrives = async () => {
  const last = logged;
  await until(() => {
    log();
    return [...numbers()].some((n) => n >= last);
  });
};
const missing = (from: number, to: number) => {
  const found = numbers();
  let count = 0;
  for (let n = from; n < to; n++) if (!found.has(n)) count++;
  return count;
};
const counts = () => syslogTransports().find(({ destination }) => destination.endsWith(`:${port}`))?.counts;

await load(200);
await until(() => missing(0, logged) === 0);
// This side of the link: the system knows that there is no way.
const first = logged;
ip("link set near down");
await load(600);
ip("link set near up");
await arrives();
await until(() => missing(first, logged) === 0, transport === "udp" ? 500 : 20_000);
const near = { logged: logged - first, missing: missing(first, logged), ...counts() };
// The other side: what is sent goes nowhere, and nobody says so.
const second = logged;
there("link set far down");
await load(600);
there("link set far up");
await arrives();
await until(() => missing(second, logged) === 0, transport === "udp" ? 500 : 20_000);
const far = { logged: logged - second, missing: missing(second, logged), ...counts() };
await handler[Symbol.asyncDispose]();

// A name that nobody can look up, until it is in the table of hosts.
const host = "server.faults.test";
handler = syslogHandler({ ...options, host });
await load(150);
await until(() => told.some(({ message }) => message.includes(host)), 15_000);
writeFileSync("/mnt/hosts", `10.99.0.2 ${host}\n`);
run("mount", "--bind", "/mnt/hosts", "/etc/hosts");
const third = logged;
await arrives();
await until(() => missing(third, logged) === 0, 5_000);
const named = { logged, missing: missing(third, logged), ...counts() };
await handler[Symbol.asyncDispose]();
server.stdin.end();
const said = told.map(({ code, message, cause }) => ({ code, message, cause: (cause as { code?: string })?.code }));
console.log(JSON.stringify({ near, far, named, told: said }));
