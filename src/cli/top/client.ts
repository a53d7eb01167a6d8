import { connect, type Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { MonitorAnswer, MonitorInfo, MonitorRequest, MonitorSnapshot } from "scopelog/node";

// No answer of a monitor is longer.
const maxAnswer = 8 * 1024 * 1024;

/** The monitor refused what it was asked; the message is its own. */
export class RefusedError extends Error {}

interface Waiting {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to the monitor of a process. */
export class MonitorClient implements Disposable {
  readonly path: string;
  readonly #socket: Socket;
  readonly #decoder = new StringDecoder("utf8");
  #pieces: string[] = [];
  #length = 0;
  #waiting: Waiting[] = [];
  #lastId = 0;
  #error: Error | undefined;
  /** Is called once, when the connection is over. */
  onclose: (() => void) | undefined;

  private constructor(path: string, socket: Socket) {
    this.path = path;
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(this.#decoder.write(chunk)));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => {
      this.#fail(new Error("the process has ended, or has closed its monitor"));
      this.onclose?.();
    });
  }

  /** Connects to the monitor at `path`. Rejects with the system's error, or when it takes longer than `timeout` milliseconds. */
  static connect(path: string, timeout = 2_000): Promise<MonitorClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const timer = setTimeout(() => socket.destroy(new Error("it does not answer")), timeout);
      socket.once("error", reject);
      socket.once("close", () => clearTimeout(timer));
      socket.once("connect", () => {
        clearTimeout(timer);
        socket.off("error", reject);
        resolve(new MonitorClient(path, socket));
      });
    });
  }

  get closed(): boolean {
    return this.#error !== undefined;
  }

  async info(timeout?: number): Promise<MonitorInfo> {
    return checked(await this.#ask({ op: "info" }, timeout), false) as MonitorInfo;
  }

  async snapshot(
    query: Omit<MonitorRequest & { op: "snapshot" }, "op" | "id">,
    timeout?: number,
  ): Promise<MonitorSnapshot> {
    return checked(await this.#ask({ op: "snapshot", ...query }, timeout), true) as MonitorSnapshot;
  }

  /** Sets or takes back a level. Resolves to how many scopes it concerned. */
  async setLevel(target: string, level: (MonitorRequest & { op: "setLevel" })["level"]): Promise<number> {
    return Number(await this.#ask({ op: "setLevel", target, level }));
  }

  /** Ends what is collected already. Resolves to how many scopes. */
  async sweep(): Promise<number> {
    return Number(await this.#ask({ op: "sweep" }));
  }

  [Symbol.dispose](): void {
    this.onclose = undefined;
    this.#socket.destroy();
  }

  async #ask(request: MonitorRequest, timeout?: number): Promise<unknown> {
    if (this.#error !== undefined) throw this.#error;
    const id = ++this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.push({ id, resolve, reject });
        this.#socket.write(`${JSON.stringify({ ...request, id })}\n`);
        if (timeout !== undefined) timer = setTimeout(() => reject(new Error("it does not answer")), timeout);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #take(text: string): void {
    this.#length += text.length;
    if (this.#length > maxAnswer) {
      this.#socket.destroy(new Error("what it answers is no answer of a monitor"));
      return;
    }
    if (!text.includes("\n")) {
      this.#pieces.push(text);
      return;
    }
    const lines = (this.#pieces.join("") + text).split("\n");
    const rest = lines.pop() as string;
    this.#pieces = [rest];
    this.#length = rest.length;
    for (const line of lines) this.#hear(line);
  }

  #hear(line: string): void {
    let answer: MonitorAnswer;
    try {
      answer = JSON.parse(line) as MonitorAnswer;
      if (typeof answer !== "object" || answer === null) throw new Error("it is no object");
    } catch {
      this.#socket.destroy(new Error("what it answers is no answer of a monitor"));
      return;
    }
    const { id, error, result } = answer;
    if (error !== undefined && id === undefined) {
      // Of no request: it refuses all of them.
      this.#fail(new RefusedError(String(error?.message)));
      return;
    }
    const index = this.#waiting.findIndex((waiting) => waiting.id === id);
    const [waiting] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new RefusedError(String(error?.message)));
  }

  #fail(error: Error): void {
    this.#error ??= error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(this.#error);
  }
}

const infoNumbers = ["protocol", "pid", "uptime", "live"];
const snapshotNumbers = ["time", "cost", "matching", "lines"];
const snapshotLists = ["scopes", "transports", "forgotten"];

/** Refuses what cannot be shown: whoever listens there may be something else, or of another version. */
function checked(value: unknown, whole: boolean): unknown {
  const given = Object(value) as Record<string, unknown>;
  const numbers = whole ? [...infoNumbers, ...snapshotNumbers] : infoNumbers;
  const lists = whole ? snapshotLists : [];
  if (
    typeof given["program"] !== "string" ||
    !numbers.every((key) => typeof given[key] === "number") ||
    !lists.every((key) => isListOfObjects(given[key])) ||
    (whole && typeof given["stats"] !== "object")
  ) {
    throw new Error("what it answers is no answer of a monitor");
  }
  if (given["protocol"] !== 1) throw new Error(`it speaks protocol ${given["protocol"]}, and this command 1`);
  return value;
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every((row) => typeof row === "object" && row !== null);
}
