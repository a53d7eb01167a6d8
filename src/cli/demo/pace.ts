import { linesPerConnection } from "./connection.ts";

/** How far an act is. */
export interface Progress {
  /** Connections that the clients were asked for. */
  readonly asked: number;
  /** Connections that were served to their end. */
  readonly served: number;
  /** Lines that the receiver has; undefined if it does not tell. */
  readonly received: number | undefined;
}

/**
 * Says when the next connections may begin. A line that arrives while the receiver's buffer is full is lost, so a
 * connection may begin only when there is room for all the lines it will write: none is lost, and not by luck.
 */
export class Pace {
  readonly connections: number;
  readonly #concurrency: number;
  readonly #window: number;

  /**
   * @param connections how many there will be
   * @param concurrency how many may be open at the same time
   * @param window how many lines may be on their way to the receiver
   */
  constructor(connections: number, concurrency: number, window: number) {
    this.connections = connections;
    this.#concurrency = concurrency;
    this.#window = window;
  }

  /** How many connections may begin now. */
  next({ asked, served, received }: Progress): number {
    const onTheWay = received === undefined ? 0 : asked * linesPerConnection - received;
    const room = Math.floor((this.#window - onTheWay) / linesPerConnection);
    const next = Math.max(0, Math.min(this.connections - asked, this.#concurrency - (asked - served), room));
    // A message to the clients costs as much as a connection: some at a time, unless nothing else is going on.
    return next >= this.#batch || next === this.connections - asked || asked === served ? next : 0;
  }

  get #batch(): number {
    return Math.min(8, this.#concurrency, Math.floor(this.#window / linesPerConnection));
  }
}
