import { LeasePool } from "../lifetime/lease.ts";
import type { QueuedTransport } from "./queued-transport.ts";
import type { TransportCounts, TransportState } from "./transport-settings.ts";

/** The connections of this process, by destination and by what makes a difference to them. */
export const pool: LeasePool<QueuedTransport> = new LeasePool<QueuedTransport>();

/** What is known of one connection. */
export interface SyslogTransportInfo {
  /** Where it leads: `tcp://127.0.0.1:514`. */
  readonly destination: string;
  /** `idle`: nothing to do and not connected; `waiting`: for the time to try again. */
  readonly state: TransportState;
  /** Bytes that wait. */
  readonly pending: number;
  readonly counts: Readonly<TransportCounts>;
}

/** The connections that handlers share, or have for themselves, now: how they do, and what they have counted so far. */
export function syslogTransports(): SyslogTransportInfo[] {
  return Array.from(pool.targets(), ({ destination, state, pending, counts }) => ({
    destination,
    state,
    pending,
    counts: { ...counts },
  }));
}
