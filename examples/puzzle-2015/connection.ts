/** What a connection needs of its logger; the puzzle's and scopelog's both have it. */
export interface ConnectionLog {
  info(message: string): void;
}

/** A connection knows its logger, whose formatter shows the connection: a ring, and no leak of itself. */
export class Connection {
  readonly peer: string;
  log: ConnectionLog | undefined;

  constructor(peer: string) {
    this.peer = peer;
  }

  show(message: string): string {
    return `${this.peer} ${message}`;
  }
}
