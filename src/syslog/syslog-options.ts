import type { ConnectionOptions } from "node:tls";
import type { FilterLike } from "../port/filter.ts";
import type { FormatterLike } from "../port/formatter.ts";
import type { LevelSetting } from "../record/level.ts";
import type { ReconnectOptions } from "./backoff.ts";
import type { ControlCharacters } from "./control-characters.ts";
import type { Framing } from "./framing.ts";
import type { FacilityName } from "./severity.ts";
import type { StructuredData } from "./structured-data.ts";
import type { Overflow } from "./transport-settings.ts";

/** How the messages travel. */
export type SyslogTransportName = "udp" | "tcp" | "tls" | "unix" | "unix-dgram" | "relp" | "relps";

/** How lines wait that cannot be sent at once. */
export interface QueueOptions {
  /** The most bytes that wait, those under way included; 33,554,432 (32 MiB) if absent. At least 1024. */
  readonly maxBytes?: number | undefined;
  /**
   * What gives way when they are reached: the oldest lines (`"drop-oldest"`, if absent) or the new one. Every line given
   * up is counted in `stats().dropped`, and the next message that gets through is preceded by one that says
   * "n messages dropped".
   */
  readonly overflow?: Overflow | undefined;
}

/**
 * TLS as `tls.connect` of Node takes it: `ca`, `cert`, `key`, `passphrase`, `servername`, `minVersion` and the like. A
 * server whose certificate is not right gets nothing. Only `rejectUnauthorized: false` changes that, which is told as
 * `SCOPELOG_WARN_TRANSPORT`; the environment variable NODE_TLS_REJECT_UNAUTHORIZED does not.
 */
export type SyslogTlsOptions = Omit<ConnectionOptions, "host" | "port" | "path" | "socket" | "lookup" | "timeout">;

/** What `syslogHandler` can be told. Everything has a default: UDP to port 514 of this machine. */
export interface SyslogOptions {
  /**
   * - `"udp"` (RFC 5426), if absent. Fast, nothing is known of what arrives.
   * - `"tcp"` (RFC 6587). Lines that were written when a server dies may be lost; they are counted as unconfirmed.
   * - `"tls"` (RFC 5425): TCP in TLS. The server's certificate is verified unless `tls` says otherwise.
   * - `"unix"`: a stream socket of this machine at `path`.
   * - `"unix-dgram"`: a datagram socket of this machine at `path`, such as `/dev/log`. Needs the package `unix-dgram`.
   * - `"relp"`: the server acknowledges every message, and what it did not is sent again: at least once.
   * - `"relps"`: RELP in TLS.
   */
  readonly transport?: SyslogTransportName | undefined;
  /** A name or address; `"localhost"` if absent. A name is looked up once for each connection. */
  readonly host?: string | undefined;
  /** 514 for udp and tcp, 6514 for tls, 2514 for relp and relps if absent. */
  readonly port?: number | undefined;
  /** The socket for the unix transports; `/dev/log` for `"unix-dgram"` if absent. */
  readonly path?: string | undefined;
  /** The facility, by name or number (0 to 23); `"user"` if absent. */
  readonly facility?: FacilityName | number | undefined;
  /** APP-NAME, 1 to 48 printable ASCII characters; the name of the program's file if absent. The TAG of RFC 3164. */
  readonly appName?: string | undefined;
  /** PROCID, 1 to 128 printable ASCII characters; the process id if absent. */
  readonly procId?: string | number | undefined;
  /** MSGID, 1 to 32 printable ASCII characters; `-`, for none, if absent. */
  readonly msgId?: string | undefined;
  /** HOSTNAME, 1 to 255 printable ASCII characters; the name of this machine if absent. */
  readonly hostname?: string | undefined;
  /** `"rfc5424"` if absent. */
  readonly format?: "rfc5424" | "rfc3164" | undefined;
  /** For tcp, tls and unix: `"octet-counting"` if absent. With `"lf"`, line feeds in messages are always escaped. */
  readonly framing?: Framing | undefined;
  /** Elements of structured data for every message: SD-ID, parameter, value (RFC 5424 section 6.3). */
  readonly structuredData?: StructuredData | undefined;
  /**
   * The SD-ID of the element with the fields of a line; false for none. `"fields@32473"` if absent: 32473 is the private
   * enterprise number for examples (RFC 5612), so use your own where others will read it.
   */
  readonly sdId?: string | false | undefined;
  /** Whether MSG begins with a byte order mark (RFC 5424 section 6.4 wants it in UTF-8, few receivers do); false if absent. */
  readonly bom?: boolean | undefined;
  /**
   * What becomes of control characters (U+0000 to U+001F, U+007F to U+009F): `"escape"` (`\n`, `\x1b`; if absent), which
   * also makes marks visible that turn the direction of writing; `"space"`; or `"keep"`.
   */
  readonly controlCharacters?: ControlCharacters | undefined;
  /**
   * A message is cut to so many bytes, never within a character, and `[truncated]` says so; at least 480. If absent 2048
   * with UDP (RFC 5424 section 6.1), 1024 with UDP and RFC 3164, 8192 otherwise: what common receivers take.
   */
  readonly maxMessageBytes?: number | undefined;
  readonly tls?: SyslogTlsOptions | undefined;
  readonly queue?: QueueOptions | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
  /** Messages under way that a RELP server has not acknowledged, at most; 128 if absent. */
  readonly window?: number | undefined;
  /** How long a shared connection stays open when no handler uses it, in milliseconds; 5000 if absent. */
  readonly idleMs?: number | undefined;
  /**
   * How long lines that do not get out may hold the process, `flush` and the close of a handler, in milliseconds; 5000 if
   * absent. It is counted from the last line that came in or got out; a server that takes lines, but slowly, gets ten
   * times that in all. A look-up of the host name that is under way holds the process as long as the system takes for it.
   */
  readonly lingerMs?: number | undefined;
  /**
   * Whether `process.exit()` and an uncaught exception wait for lines that are not out yet: they are handed to a worker
   * thread with a connection of its own while the main thread waits, at most `lingerMs` and a second. False if absent:
   * what the kernel does not take at once is given up then. Lines may arrive twice. Not needed for `"unix-dgram"`.
   */
  readonly drainOnExit?: boolean | undefined;
  /** Whether handlers of the same destination and settings share one connection; true if absent. */
  readonly shared?: boolean | undefined;
  /** Makes the text of MSG; the message, and the error if there is one, if absent. */
  readonly formatter?: FormatterLike | undefined;
  readonly level?: LevelSetting | undefined;
  readonly filter?: FilterLike | undefined;
}
