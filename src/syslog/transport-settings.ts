import type { Frame } from "./framing.ts";

/** What becomes of a line that does not fit the queue: the oldest give way to it, or it is given up itself. */
export type Overflow = "drop-oldest" | "drop-newest";

/** What is written in one go: lines, and perhaps a notice before them. */
export interface Piece {
  readonly bytes: Buffer;
  /** How many lines it has. */
  readonly count: number;
  /** How many of its bytes were counted as queued. */
  readonly busy: number;
}

/** What every transport is told. */
export interface TransportSettings {
  readonly destination: string;
  readonly maxBytes: number;
  readonly overflow: Overflow;
  readonly lingerMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly frame: Frame;
  /** Makes a message of the transport's own. */
  readonly notice: (text: string) => string;
  /** At the end of the process, brings out pieces while it waits; returns how many. Undefined if that is not wanted. */
  readonly drainOnExit: ((pieces: readonly Uint8Array[]) => number) | undefined;
}

/** What a transport has counted since it was opened. */
export interface TransportCounts {
  /** Lines that were taken. */
  accepted: number;
  /** Lines that were brought out: taken by the kernel; with RELP, acknowledged by the server. */
  sent: number;
  /** Lines that were given up. */
  dropped: number;
  /**
   * Lines that the kernel had taken on a connection that was lost soon after. Whether they arrived cannot be known;
   * they are not sent again. An upper bound. Always 0 with RELP.
   */
  unconfirmed: number;
  /** Lines that were sent once more after a connection was lost; they may have arrived twice. */
  resent: number;
  /** How often a connection was made. */
  connections: number;
}

/** `waiting`: for the time to try again. */
export type TransportState = "idle" | "connecting" | "ready" | "waiting" | "closed";
