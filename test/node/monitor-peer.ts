import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { MonitorAnswer, MonitorSnapshot } from "scopelog/node";

const fixture = fileURLToPath(new URL("./fixtures/monitored.mjs", import.meta.url));

/** A bare connection to a monitor: what is sent is up to the test. */
export class Peer implements Disposable {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  text = "";

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8").on("data", (text: string) => {
      this.text += text;
    });
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => socket.on("close", resolve));
  }

  static async to(path: string): Promise<Peer> {
    const socket = connect(path);
    const peer = new Peer(socket);
    await once(socket, "connect");
    return peer;
  }

  send(...requests: unknown[]): void {
    for (const request of requests) this.raw(`${JSON.stringify(request)}\n`);
  }

  raw(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** The whole lines that came so far, parsed. */
  get answers(): MonitorAnswer[] {
    return this.text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as MonitorAnswer);
  }

  /** Waits for the answer to the `count`th request. */
  async answer(count = 1): Promise<MonitorAnswer> {
    await until(() => this.answers.length >= count || this.socket.destroyed);
    const answer = this.answers[count - 1];
    if (answer === undefined) throw new Error(`the monitor has closed the connection; it said: ${this.text}`);
    return answer;
  }

  async ask(request: object): Promise<MonitorAnswer> {
    const count = this.answers.length + 1;
    this.send(request);
    return await this.answer(count);
  }

  async snapshot(query: object = {}): Promise<MonitorSnapshot> {
    const { result, error } = await this.ask({ op: "snapshot", ...query });
    if (error !== undefined) throw new Error(error.message);
    return result as MonitorSnapshot;
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** A program in a process of its own that lets itself be looked at. */
export class Monitored implements Disposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | NodeJS.Signals | null>;
  out = "";
  err = "";

  constructor(mode: string, folder: string, path?: string) {
    const args = path === undefined ? [fixture, mode] : [fixture, mode, path];
    this.child = spawn(process.execPath, args, { env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: "" } });
    this.child.stdout.on("data", (data: Buffer) => {
      this.out += data.toString();
    });
    this.child.stderr.on("data", (data: Buffer) => {
      this.err += data.toString();
    });
    this.ended = new Promise((resolve) => this.child.on("close", (code, signal) => resolve(signal ?? code)));
  }

  get lines(): Record<string, unknown>[] {
    return this.out
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Waits for the `count`th line that it prints. */
  async line(count = 1): Promise<Record<string, unknown>> {
    await until(() => this.lines.length >= count || this.child.exitCode !== null);
    const line = this.lines[count - 1];
    if (line === undefined) throw new Error(`it has ended: ${this.out}${this.err}`);
    return line;
  }

  [Symbol.dispose](): void {
    if (this.child.exitCode === null) this.child.kill("SIGKILL");
  }
}

export async function until(condition: () => boolean, timeout = 30_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!condition()) {
    if (Date.now() > end) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
