import type { Socket } from "node:net";
import type { LineNumbers } from "./line-numbers.ts";

/** How many lines the server logs about one connection: it opens, asks twice, and closes. */
export const linesPerConnection = 4;

/** What a connection needs of a logger; those of all three acts have it. */
export interface ConnectionLog {
  info(message: string): void;
}

/**
 * One connection, as the server sees it. It knows its logger, and the formatter of that logger shows the connection:
 * the ring that nobody could clean up in 2015.
 */
export class Connection {
  readonly peer: string;
  readonly #socket: Socket;
  readonly #numbers: LineNumbers;
  #log: ConnectionLog | undefined;
  #bytes = 0;

  constructor(socket: Socket, numbers: LineNumbers) {
    this.#socket = socket;
    this.#numbers = numbers;
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`;
  }

  /** The text of a line; what a formatter of this connection calls. */
  show(message: string): string {
    return `peer=${this.peer} bytes=${this.#bytes} ${message}`;
  }

  /** Answers every request with itself until the client says bye. */
  async serve(log: ConnectionLog): Promise<void> {
    this.#log = log;
    this.#say("opened");
    for await (const chunk of this.#socket) {
      const request = String(chunk);
      this.#bytes += request.length;
      this.#say(`asked for ${request.trim()}`);
      // The server closes first: the port that stays in TIME_WAIT is then the server's one, and the client's ports,
      // of which a machine has some 28,000, are free again at once.
      if (request === "bye\n") this.#socket.end(request);
      else this.#socket.write(request);
    }
    this.#say("closed");
  }

  #say(message: string): void {
    this.#log?.info(`${this.#numbers.next()} ${message}`);
  }
}
