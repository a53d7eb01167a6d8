import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { MonitorRequests } from "./monitor-requests.ts";

const maxLine = 4096;
// One who sends nothing is let go after a minute; one who does not take an answer after a second: the system keeps a
// process alive for as long as a write is under way.
const idleMs = 60_000;
const unreadMs = 1_000;
// Answering may take this part of the process's time.
const share = 0.1;

/**
 * One who looks: requests are answered one after another, the next when the last answer was taken. So a flood costs
 * what is under way and no more: what is not yet answered waits with the sender.
 */
export class MonitorConnection {
  readonly #socket: Socket;
  readonly #requests: MonitorRequests;
  readonly #decoder = new StringDecoder("utf8");
  readonly #close: () => void;
  #text = "";
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param closed is called once, when it is over */
  constructor(socket: Socket, requests: MonitorRequests, closed: (connection: MonitorConnection) => void) {
    this.#socket = socket;
    this.#requests = requests;
    this.#close = () => this.end();
    socket.unref();
    socket.setTimeout(idleMs, this.#close);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    // A peer that goes away in the middle is no fault.
    socket.on("error", this.#close);
    socket.on("close", () => {
      clearTimeout(this.#timer);
      closed(this);
    });
  }

  /** Says why there is no service, and ends. What is still sent is not kept. */
  static refuse(socket: Socket, why: string): void {
    const timer = setTimeout(() => socket.destroy(), unreadMs).unref();
    socket.unref();
    socket.removeAllListeners("data");
    socket.on("error", () => socket.destroy());
    socket.on("close", () => clearTimeout(timer));
    socket.end(`${JSON.stringify({ error: { code: "ERR_SCOPELOG_UNAVAILABLE", message: why } })}\n`);
    socket.resume();
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#text += this.#decoder.write(chunk);
    this.#next();
  }

  #next(): void {
    while (!this.#busy && !this.#socket.destroyed) {
      const end = this.#text.indexOf("\n");
      if (end < 0 ? this.#text.length > maxLine : end > maxLine) {
        this.#busy = true;
        this.#text = "";
        MonitorConnection.refuse(this.#socket, `a request has at most ${maxLine} characters`);
        return;
      }
      if (end < 0) {
        this.#socket.resume();
        return;
      }
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      if (line.trim() !== "") this.#answer(line);
    }
  }

  #answer(line: string): void {
    this.#busy = true;
    this.#socket.pause();
    const start = performance.now();
    const answer = this.#requests.answer(line);
    const cost = performance.now() - start;
    this.#timer = setTimeout(this.#close, unreadMs).unref();
    this.#socket.write(answer, () => {
      clearTimeout(this.#timer);
      // What was costly is not done again at once, however often it is asked for.
      this.#timer = setTimeout(() => this.#goOn(), Math.ceil(cost / share - cost)).unref();
    });
  }

  #goOn(): void {
    this.#busy = false;
    this.#next();
  }
}
