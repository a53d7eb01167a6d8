import { execFile, execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unusedPort } from "./sockets.ts";

const scripts = fileURLToPath(new URL("../../peers/rsyslog/", import.meta.url));
const run = promisify(execFile);

/** A message as rsyslog has parsed it. */
export interface Parsed {
  readonly input: string;
  readonly pri: string;
  readonly sev: string;
  readonly fac: string;
  readonly ver: string;
  readonly ts: string;
  readonly host: string;
  readonly app: string;
  readonly procid: string;
  readonly msgid: string;
  readonly sdraw: string;
  readonly msg: string;
  readonly raw: string;
  readonly "rfc5424-sd"?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function installed(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether the real peer is there. Without it the tests are skipped, but never in CI. */
export const hasRsyslog = installed("rsyslogd") && installed("openssl") && installed("ss");
if (!hasRsyslog) {
  const text = "rsyslogd, openssl or ss is missing (Debian: rsyslog rsyslog-relp rsyslog-gnutls openssl iproute2)";
  if (process.env["CI"]) throw new Error(text);
  console.warn(`\n*** SKIPPING the tests against a real syslog server: ${text} ***\n`);
}

/** Whether the optional native package is there, and built for this runtime. In CI it must be. */
export const hasUnixDgram = loads("unix-dgram");
if (!hasUnixDgram) {
  const text = `the package unix-dgram is not built for node ${process.version}`;
  if (process.env["CI"]) throw new Error(text);
  console.warn(`\n*** SKIPPING the tests of unix datagrams: ${text} ***\n`);
}

function loads(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

// Certificates take a second or two to make: one set for all peers of a test file.
const certificates = new Map<string, Buffer>();

/** A private rsyslogd with all its inputs, on ports of its own. */
export class Rsyslog {
  readonly dir: string = mkdtempSync(join(tmpdir(), "scopelog-rsyslog-"));
  readonly #env: Record<string, string> = {};
  readonly ports = { udp: 0, tcp: 0, tls: 0, mtls: 0, relp: 0, relps: 0 };
  #pid = 0;
  #offset = 0;
  #rest = "";
  #messages: Parsed[] = [];

  static async start(): Promise<Rsyslog> {
    const peer = new Rsyslog();
    for (const name of Object.keys(peer.ports) as (keyof Rsyslog["ports"])[]) {
      peer.ports[name] = name === "udp" ? await freeUdpPort() : await unusedPort();
      peer.#env[`${name.toUpperCase()}_PORT`] = String(peer.ports[name]);
    }
    const folder = join(peer.dir, "certs");
    if (certificates.size > 0) mkdirSync(folder);
    for (const [file, content] of certificates) writeFileSync(join(folder, file), content);
    await peer.restart();
    for (const file of readdirSync(folder)) certificates.set(file, readFileSync(join(folder, file)));
    return peer;
  }

  get stream(): string {
    return join(this.dir, "run/stream.sock");
  }

  get datagram(): string {
    return join(this.dir, "run/log.sock");
  }

  certificate(name: "ca.crt" | "client.crt" | "client.key"): Buffer {
    return readFileSync(join(this.dir, "certs", name));
  }

  get running(): boolean {
    try {
      process.kill(this.#pid, 0);
      // A zombie that nobody waits for is not running.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${this.#pid}/status`, "utf8"));
    } catch {
      return false;
    }
  }

  /** Ends it, and waits until it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.running) process.kill(this.#pid, signal);
    while (this.running) await sleep(10);
    rmSync(join(this.dir, "run/rsyslogd.pid"), { force: true });
  }

  /** Starts it again on the same ports; what it has received before is kept. */
  async restart(): Promise<void> {
    const { stdout } = await run(join(scripts, "start"), [this.dir], { env: { ...process.env, ...this.#env } });
    this.#pid = Number(stdout);
  }

  /** Stops it now, so that it does not read; `resume` lets it go on. */
  pause(): void {
    process.kill(this.#pid, "SIGSTOP");
  }

  resume(): void {
    process.kill(this.#pid, "SIGCONT");
  }

  /** All messages so far. */
  messages(): readonly Parsed[] {
    const file = join(this.dir, "out/messages.jsonl");
    if (!existsSync(file)) return this.#messages;
    const fd = openSync(file, "r");
    const chunk = Buffer.alloc(1 << 20);
    let bytes = this.#rest;
    for (let size = 0; (size = readSync(fd, chunk, 0, chunk.length, this.#offset)) > 0; this.#offset += size) {
      bytes += chunk.toString("latin1", 0, size);
    }
    closeSync(fd);
    const lines = bytes.split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) this.#messages.push(JSON.parse(Buffer.from(line, "latin1").toString()));
    return this.#messages;
  }

  /** The messages of `app`, once there are `count`. */
  async of(app: string, count: number, limitMs = 25_000): Promise<readonly Parsed[]> {
    const end = Date.now() + limitMs;
    for (;;) {
      const found = this.messages().filter((message) => message.app === app);
      if (found.length >= count) return found;
      if (Date.now() > end) throw new Error(`${found.length} of ${count} messages of ${app} arrived`);
      await sleep(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running) this.resume();
    await this.stop("SIGKILL");
    rmSync(this.dir, { recursive: true, force: true });
  }
}
