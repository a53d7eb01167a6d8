import type { Lease } from "../lifetime/lease.ts";
import { checkObject } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import { checkFilter, type FilterLike } from "../port/filter.ts";
import { type Formatter, toFormatter } from "../port/formatter.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import { processTrouble } from "../port/trouble.ts";
import { messageOf } from "../record/fields.ts";
import { isLevelSetting, type LevelSetting } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";
import type { Encoder } from "./encoder.ts";
import type { QueuedTransport } from "./queued-transport.ts";
import type { Settings } from "./settings.ts";
import { settingsFor } from "./settings-memo.ts";
import type { SyslogOptions } from "./syslog-options.ts";
import { pool } from "./transport-pool.ts";

/** What `syslogHandler` gives: a handler that can be flushed and closed. */
export interface SyslogHandler extends Handler {
  flush(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
  /** The handler's share of the connection; it leads to the connection and to nothing else. */
  readonly resource: Disposable;
}

/**
 * Sends records as syslog messages, RFC 5424 or RFC 3164, over UDP, TCP, TLS, a unix socket or RELP.
 *
 * Handlers of the same destination and settings share one connection, however many they are; it opens with the first
 * line and closes `idleMs` after the last handler was closed or forgotten. A handler is cheap: make one for each scope.
 * MSG is made by `formatter`; names and fields are structured data (with RFC 3164 they follow the message).
 *
 * What is promised:
 * - Logging never waits for the network. Lines wait in a bounded queue; those given up are counted in `stats().dropped`,
 *   told as `SCOPELOG_WARN_DROPPED`, and named in the next message that gets through.
 * - `flush`, `await using`, `shutdown()` and the natural end of the process lose nothing to a server that takes lines.
 *   A server that does not holds them `lingerMs` at most.
 * - `process.exit()` and an uncaught exception: what an open connection's kernel buffer takes at once goes out; nothing
 *   does where the connection was not made yet.
 * - UDP: what the network or a busy receiver loses is lost unseen.
 * - TCP, TLS, unix: lines written shortly before a connection was lost are unconfirmed: nobody can know whether the
 *   server read them. They are counted, and told in the next message; the piece that was being written is sent again.
 * - RELP: what was not acknowledged is sent again, so every line arrives at least once, some twice.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` names the option that is wrong; `ERR_SCOPELOG_UNAVAILABLE` if
 *   `"unix-dgram"` is asked for without the package
 */
export function syslogHandler(options: SyslogOptions = {}): SyslogHandler {
  checkObject(options);
  const { level, filter, formatter } = options;
  if (level !== undefined && !isLevelSetting(level)) {
    throw new ScopelogError("ERR_SCOPELOG_LEVEL", `syslogHandler: ${messageOf(level)} is not a level`);
  }
  if (filter !== undefined) checkFilter(filter);
  return new LeasingHandler(
    settingsFor(options),
    formatter === undefined ? undefined : toFormatter(formatter),
    level,
    filter,
  );
}

class LeasingHandler implements SyslogHandler {
  readonly level: LevelSetting | undefined;
  readonly filter: FilterLike | undefined;
  readonly resource: Lease<QueuedTransport>;
  readonly #encoder: Encoder;
  readonly #formatter: Formatter | undefined;

  constructor(
    settings: Settings,
    formatter: Formatter | undefined,
    level: LevelSetting | undefined,
    filter: FilterLike | undefined,
  ) {
    this.level = level;
    this.filter = filter;
    this.resource = pool.lease(settings.key, settings.open, settings.idleMs, settings.sharedKey);
    this.#encoder = settings.encoder;
    this.#formatter = formatter;
  }

  handle(record: LogRecord): void {
    const transport = this.resource.target;
    if (transport === undefined) closed();
    else transport.write(this.#encoder.encode(record, this.#formatter));
  }

  flush(): Promise<void> {
    return this.resource.target?.flush() ?? Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.resource[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const transport = this.resource.target;
    this.resource[Symbol.dispose]();
    // A connection that nobody shares is closed by now, or on its way; flush waits for that then.
    await transport?.flush();
  }
}

function closed(): void {
  tally.dropped++;
  processTrouble.report("SCOPELOG_WARN_DROPPED", "A line came to a syslog handler that is closed; it was given up.", {
    key: "closed syslog handler",
  });
}
