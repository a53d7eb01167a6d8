import type { Writable } from "node:stream";
import { defaultFormatter } from "../format/default-formatter.ts";
import { jsonFormatter } from "../format/json.ts";
import { LeasePool } from "../lifetime/lease.ts";
import { checkKeys } from "../port/check-object.ts";
import { type FormatterLike, toFormatter } from "../port/formatter.ts";
import type { Handler } from "../port/handler.ts";
import { LineHandler } from "./line-handler.ts";
import { checkGate, checkNumber, type Gate, optionError } from "./options.ts";
import { checkQueue, defaultLingerMs, type QueueOptions } from "./queue-options.ts";
import { StreamTransport } from "./stream-transport.ts";

/** What `streamHandler` takes. Of several handlers on one stream, the first decides on `queue` and `lingerMs`. */
export interface StreamHandlerOptions extends Gate {
  /** Where lines go: `process.stdout`, a socket, a `PassThrough`. It is never ended or destroyed. */
  readonly stream: Writable | NodeJS.WritableStream;
  /** Makes the lines; JSON if absent, unless `LOG_FORMAT` says otherwise, see `Config.env`. */
  readonly formatter?: FormatterLike | undefined;
  /** What waits while the stream takes nothing. */
  readonly queue?: QueueOptions | undefined;
  /** How long `flush()` and closing wait for a stream that takes nothing, in milliseconds; 5000 if absent. */
  readonly lingerMs?: number | undefined;
}

/** Writes lines to a stream. */
export interface StreamHandler extends Handler {
  /** Resolves once the stream has written everything taken so far, at the latest after `lingerMs`. */
  flush(): Promise<void>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

const streams = new LeasePool<StreamTransport>();
const ids = new WeakMap<object, string>();
let lastId = 0;

/**
 * Writes each line to a stream as it comes; while the stream takes nothing, lines wait, bounded. All handlers on one
 * stream share one listener of each kind. The stream's errors are reported, and no longer end the process.
 *
 * A stream writes in its own time: after `process.exit()` or an uncaught exception, what a slow reader has not taken is
 * lost, also from `process.stdout` on a pipe. `fileHandler(1)` writes to the same place and waits.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if an option is of the wrong kind
 */
export function streamHandler(options: Writable | NodeJS.WritableStream | StreamHandlerOptions): StreamHandler {
  const where = "streamHandler";
  const given: StreamHandlerOptions = isStream(options) ? { stream: options } : (options as StreamHandlerOptions);
  checkKeys(where, given, ["stream", "formatter", "level", "filter", "queue", "lingerMs"]);
  const { stream } = given;
  if (!isStream(stream)) {
    throw optionError(where, "stream", "must be a Node stream that can be written; see Writable.fromWeb for others");
  }
  checkGate(where, given);
  const terminal = stream === process.stdout || stream === process.stderr;
  const formatter =
    given.formatter === undefined ? defaultFormatter(jsonFormatter(), terminal) : toFormatter(given.formatter);
  const settings = {
    queue: checkQueue(where, given.queue),
    lingerMs: checkNumber(where, "lingerMs", given.lingerMs, defaultLingerMs),
  };
  const id = idOf(stream);
  return new LineHandler(
    streams.lease(id, () => new StreamTransport(stream, id, settings), 0),
    formatter,
    given,
  );
}

function isStream(value: unknown): value is Writable {
  const { write, on } = (value ?? {}) as Partial<Writable>;
  return typeof write === "function" && typeof on === "function";
}

function idOf(stream: Writable): string {
  let id = ids.get(stream);
  if (id === undefined) {
    id = stream === process.stdout ? "stdout" : stream === process.stderr ? "stderr" : `stream:${++lastId}`;
    ids.set(stream, id);
  }
  return id;
}
