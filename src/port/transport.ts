/**
 * A carrier of bytes to one destination: a socket or a file. Handlers share one through leases, so it knows neither
 * handlers nor formatters. All its work is bounded: what does not fit its queue is dropped and counted.
 */
export interface Transport extends Disposable {
  /** What it leads to, for messages: `udp://127.0.0.1:514`, a file's path. */
  readonly destination: string;
  /** Bytes that wait to be written. */
  readonly pending: number;
  /** Takes one message; false if it was dropped (and counted). Never throws, never blocks on a network. */
  write(message: string): boolean;
  /** Resolves once everything taken so far is written, or is known to be lost. */
  flush(): Promise<void>;
  /** Brings out what it can within its linger, then closes. Idempotent. */
  close(): Promise<void>;
}

/** Takes everything and does nothing with it. */
export function nullTransport(destination = "null:"): Transport {
  return {
    destination,
    pending: 0,
    write: () => true,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    [Symbol.dispose]() {},
  };
}
