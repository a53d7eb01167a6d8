import type { RegistryStats } from "../logger/registry.ts";
import type { LevelSetting } from "../record/level.ts";

/** The number of the protocol; one that cannot be understood by older readers gets another. */
export const monitorProtocol = 1;

/** Which live scopes are listed first. */
export type MonitorOrder = "oldest" | "newest" | "lines";

/** What a monitor can be asked for: an object on a line of its own, in JSON. */
export type MonitorRequest = {
  /** Comes back with the answer. */
  readonly id?: number | undefined;
} & (
  | { readonly op: "info" }
  | {
      readonly op: "snapshot";
      /** How many scopes are listed, up to 1000; 200 if absent. */
      readonly limit?: number | undefined;
      /** `oldest` if absent. */
      readonly order?: MonitorOrder | undefined;
      /** Only scopes in whose id, origin or shown fields this is found, in small or capital letters. */
      readonly filter?: string | undefined;
    }
  /** As `Registry.setLevel`; null takes the level back. */
  | { readonly op: "setLevel"; readonly target: string; readonly level: LevelSetting | null }
  | { readonly op: "sweep" }
);

/** An answer, on a line of its own, in JSON. */
export interface MonitorAnswer {
  /** That of the request, if it had one. */
  readonly id?: number;
  /** To `info` a `MonitorInfo`, to `snapshot` a `MonitorSnapshot`, to `setLevel` and `sweep` how many scopes it concerned. */
  readonly result?: unknown;
  /** Why there is no result. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Which process it is. */
export interface MonitorInfo {
  readonly protocol: number;
  readonly pid: number;
  /** The name of the program's file. */
  readonly program: string;
  /** How long the process has run, in milliseconds. */
  readonly uptime: number;
  /** How many scopes are live. */
  readonly live: number;
}

/** One live scope. */
export interface MonitoredScope {
  readonly id: string;
  readonly name: string;
  readonly parent?: string;
  /** Milliseconds since it was opened. */
  readonly age: number;
  readonly level: LevelSetting;
  /** Lines that it has logged so far. */
  readonly lines: number;
  readonly handlers: number;
  /** Bytes that its buffer holds. */
  readonly buffered: number;
  /** Where it was opened, if that was looked up. */
  readonly origin?: string;
  /** The fields that `serveMonitor` was told to show. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A socket or file that handlers share. */
export interface MonitoredTransport {
  readonly destination: string;
  /** How many handlers have a share in it. */
  readonly leases: number;
  /** Bytes that wait. */
  readonly pending: number;
  /** Lines that were given up; absent if it does not tell. */
  readonly dropped?: number;
  /** Lines that were sent; absent if it does not tell. */
  readonly sent?: number;
  /** `idle`, `connecting`, `ready` ...; absent if it does not tell. */
  readonly state?: string;
}

/** The forgotten scopes that were opened at one place, since the monitor was opened. */
export interface MonitoredForgotten {
  readonly name: string;
  /** Absent if it was not looked up. */
  readonly origin?: string;
  readonly count: number;
  /** How many more of that name there were whose place was not looked up. */
  readonly unlocated: number;
  /** The newest of them. */
  readonly id: string;
  /** When the last were found, in milliseconds since 1970. */
  readonly time: number;
}

/** What is known of a process at one moment. */
export interface MonitorSnapshot extends MonitorInfo {
  /** When it was taken, in milliseconds since 1970. */
  readonly time: number;
  /** What it cost the process, in milliseconds. */
  readonly cost: number;
  readonly stats: RegistryStats;
  /** The scopes that were asked for, the first `limit` of them. */
  readonly scopes: readonly MonitoredScope[];
  /** How many live scopes there are that match the filter. */
  readonly matching: number;
  /** Lines that the live scopes have logged so far, all together. */
  readonly lines: number;
  /** Those with the most bytes waiting first, 200 at most. */
  readonly transports: readonly MonitoredTransport[];
  /** The most forgotten first, 200 at most. Of all registries of the process. */
  readonly forgotten: readonly MonitoredForgotten[];
}
