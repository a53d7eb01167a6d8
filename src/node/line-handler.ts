import type { Lease } from "../lifetime/lease.ts";
import type { FilterLike } from "../port/filter.ts";
import type { Formatter } from "../port/formatter.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import type { Transport } from "../port/transport.ts";
import { processTrouble } from "../port/trouble.ts";
import type { LevelSetting } from "../record/level.ts";
import { createRecord, type LogRecord } from "../record/log-record.ts";
import type { Drops } from "./drops.ts";
import type { Gate } from "./options.ts";

/** A transport of lines, with what it gave up. */
export interface LineTransport extends Transport {
  readonly drops: Drops;
  /** @param now the line is to be out when this returns */
  write(message: string, now?: boolean): boolean;
  /** Brings out what can be brought out without waiting. */
  drain(): void;
  /** Resolves when the work beside writing is done. */
  settled(): Promise<void>;
}

/** Formats records and gives the lines to a transport that it shares with other handlers. */
export class LineHandler<T extends LineTransport> implements Handler {
  readonly level: LevelSetting | undefined;
  readonly filter: FilterLike | undefined;
  /** Its share of the transport, which knows no handler. */
  readonly resource: Lease<T>;
  /** @internal */
  protected readonly transport: T;
  readonly #formatter: Formatter;
  readonly #now: boolean;
  #open = true;
  #closing: Promise<void> | undefined;

  constructor(lease: Lease<T>, formatter: Formatter, gate: Gate, now = false) {
    this.level = gate.level;
    this.filter = gate.filter;
    this.resource = lease;
    this.transport = lease.target as T;
    this.#formatter = formatter;
    this.#now = now;
  }

  handle(record: LogRecord): void {
    const { transport } = this;
    if (transport.drops.owing !== 0) this.#tellDrops();
    if (this.#open) transport.write(this.#formatter.format(record), this.#now);
    else refuse(transport.destination);
  }

  flush(): Promise<void> {
    this.#tellDrops();
    return this.transport.flush();
  }

  [Symbol.dispose](): void {
    if (!this.#end()) return;
    this.transport.drain();
    this.resource[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close(this.#end());
    return this.#closing;
  }

  async #close(first: boolean): Promise<void> {
    await this.transport.flush();
    if (first) this.resource[Symbol.dispose]();
    await this.transport.settled();
  }

  /** False if it has ended before. */
  #end(): boolean {
    if (!this.#open) return false;
    this.#tellDrops();
    this.#open = false;
    return true;
  }

  /** Writes, where lines are missing, how many; a formatter that fails on it costs nothing but that line. */
  #tellDrops(): void {
    const { transport } = this;
    const dropped = this.#open ? transport.drops.take() : 0;
    if (dropped === 0) return;
    try {
      transport.write(this.#formatter.format(droppedRecord(dropped, transport.destination)));
    } catch {
      tally.failed++;
    }
  }
}

function droppedRecord(dropped: number, destination: string): LogRecord {
  return createRecord({
    levelNumber: 40,
    logger: "scopelog",
    message: dropped === 1 ? "1 message dropped" : `${dropped} messages dropped`,
    fields: { dropped, destination },
  });
}

function refuse(destination: string): void {
  tally.dropped++;
  const message = `${destination}: a log line is given up, its handler was closed before.`;
  processTrouble.report("SCOPELOG_WARN_DROPPED", message, { key: `${destination} closed` });
}
