/** From the receiver: it listens. */
export interface Listening {
  readonly kind: "listening";
  readonly port: number;
  /** The size of its receive buffer, in bytes: what arrives while that is full is lost. */
  readonly bufferBytes: number;
}

/** From the receiver: what it has of an act's lines so far. */
export interface Received {
  readonly kind: "received";
  readonly act: number;
  /** Different lines. */
  readonly lines: number;
  /** Lines that came once more. */
  readonly duplicates: number;
}

/** To the clients: open so many connections more. */
export interface Open {
  readonly kind: "open";
  readonly connections: number;
  readonly port: number;
}

/** From the clients: a connection failed; from a server on loopback that must not be. */
export interface Failed {
  readonly kind: "failed";
  readonly message: string;
}
