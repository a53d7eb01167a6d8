import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Failed, Listening, Open, Received } from "./messages.ts";

/** A process that helps the demo; it ends when it is disposed, or with the demo. */
class Helper implements Disposable {
  protected readonly process: ChildProcess;
  /** Is called if the helper cannot help any more. */
  onfailed: ((message: string) => void) | undefined;

  constructor(program: string) {
    this.process = fork(fileURLToPath(new URL(`./${program}.js`, import.meta.url)));
    this.process.on("exit", () => this.onfailed?.(`the process of the ${program} has ended`));
    this.process.on("error", ({ message }) => this.onfailed?.(message));
  }

  [Symbol.dispose](): void {
    this.onfailed = undefined;
    if (this.process.connected) this.process.disconnect();
  }
}

/** The clients. */
export class Clients extends Helper {
  constructor() {
    super("clients");
    this.process.on("message", ({ message }: Failed) => this.onfailed?.(`a client's connection failed: ${message}`));
  }

  /** Opens so many connections to the server on that port. */
  open(connections: number, port: number): void {
    this.process.send({ kind: "open", connections, port } satisfies Open);
  }
}

/** What a line takes of a receive buffer: its bytes and the kernel's book-keeping; 768 to 1280 on Linux. */
const bufferBytesPerLine = 1280;

/** The syslog receiver. */
export class Receiver extends Helper {
  /** Is called whenever it has told what it has. */
  onreceived: ((received: Received) => void) | undefined;

  constructor() {
    super("receiver");
  }

  /** Where it listens, and how many lines may be on their way to it at the same time without one being lost. */
  async listening(): Promise<{ port: number; window: number }> {
    const ended = once(this.process, "exit").then(() => undefined);
    const message = await Promise.race([once(this.process, "message"), ended]);
    if (message === undefined) throw new Error("the process of the receiver has ended");
    const { port, bufferBytes } = message[0] as Listening;
    this.process.on("message", (received: Received) => this.onreceived?.(received));
    return { port, window: Math.max(32, Math.floor(bufferBytes / bufferBytesPerLine)) };
  }
}
