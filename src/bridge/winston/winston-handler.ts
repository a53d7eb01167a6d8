import { nativeValues } from "../../format/json-values.ts";
import { recordFields } from "../../format/record-fields.ts";
import { renameReserved } from "../../format/reserved.ts";
import { isoTime } from "../../format/time.ts";
import { checkOptions, type HandlerOptions } from "../../handler/handler-options.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { Handler } from "../../port/handler.ts";
import { countDropped } from "../../port/tally.ts";
import { processTrouble } from "../../port/trouble.ts";
import { isError, setField } from "../../record/fields.ts";
import type { LevelName } from "../../record/level.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { plainValue } from "../shared/plain-value.ts";
import { drained } from "./flush.ts";
import { towardsWinston, type WinstonLevels } from "./levels.ts";
import { handedOver, isArrivingFrom } from "./marks.ts";
import { isEnded, levelKey, type StreamLike, type WinstonInstance } from "./winston-like.ts";

export interface WinstonHandlerOptions extends HandlerOptions {
  /**
   * The most lines that wait in the winston logger while one of its transports takes nothing, a whole number from 1.
   * Further ones are given up, counted and told. Default 10,000.
   */
  readonly limit?: number;
}

// What winston, its formats or this handler write. `exception: true` would keep a line from all ordinary transports.
const reserved: ReadonlySet<string> = new Set([
  ...["level", "message", "timestamp", "logger", "scope", "late", "error", "stack"],
  ...["splat", "exception", "rejection"],
]);

const patienceMs = 5000;

/**
 * Hands every record to a winston 3 logger as one info object: `level`, by name or by order of gravity one of the
 * logger's own; `message`; `timestamp`, the record's own time in ISO 8601; the fields, with `logger`, `scope` and
 * `late: true` for a late line; `stack`, as `format.errors` has it, and `error` with the rest of what was thrown. A field
 * with a name that winston or this handler writes gets a `_` at its end; other fields win over `defaultMeta`. Values that
 * JSON knows not are handed over as `jsonFormatter` writes them.
 *
 * The logger is its owner's: it is not ended, closed or configured, and gets no listener and no child. If it has been
 * ended, or has no transport, lines are counted as dropped. `flush()` waits until nothing waits in the logger, its
 * transports and the files and streams of those that come with winston; what a transport does behind is not known.
 *
 * A line that comes from the same winston logger through `scopelogTransport` is not handed back to it.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_FILTER`
 */
export function winstonHandler(winston: WinstonInstance, options: WinstonHandlerOptions = {}): Handler {
  const { levels, transports, write } = Object(winston) as Partial<WinstonInstance>;
  if (typeof write !== "function" || typeof levels !== "object" || !Array.isArray(transports)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "winstonHandler() takes a logger of winston 3");
  }
  checkKeys("winstonHandler", options, ["limit", "level", "filter"]);
  const { limit = 10_000 } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "limit must be a whole number from 1");
  }
  return new WinstonHandler(winston, limit, checkOptions(options));
}

type Info = Record<PropertyKey, unknown>;

class WinstonHandler implements Handler {
  readonly level: Handler["level"];
  readonly filter: Handler["filter"];
  readonly #winston: WinstonInstance;
  readonly #limit: number;
  #levels: WinstonLevels | undefined;
  #names: Readonly<Record<LevelName, string>> | undefined;

  constructor(winston: WinstonInstance, limit: number, { level, filter }: Pick<Handler, "level" | "filter">) {
    this.level = level;
    this.filter = filter;
    this.#winston = winston;
    this.#limit = limit;
  }

  handle(record: LogRecord): void {
    const winston = this.#winston;
    if (isArrivingFrom(winston)) return;
    const why = this.#refusal();
    if (why === undefined) winston.write(this.#infoOf(record) as never);
    else {
      countDropped();
      processTrouble.report("SCOPELOG_WARN_DROPPED", `A line for winston was dropped: ${why}.`, { key: "winston" });
    }
  }

  flush(): Promise<void> {
    return drained(this.#winston, patienceMs);
  }

  /** Why the logger must not be given a line. */
  #refusal(): string | undefined {
    const stream = this.#winston as StreamLike;
    // The error of a write after the end has no listener, and would end the process.
    if (isEnded(stream)) return "its logger has been ended";
    if (this.#winston.transports.length === 0) return "its logger has no transport";
    const { writableLength } = stream;
    if (typeof writableLength === "number" && writableLength >= this.#limit) return "a transport takes nothing";
    return undefined;
  }

  #infoOf(record: LogRecord): Info {
    const { source, error, late } = record;
    const level = this.#nameOf(record.level);
    const info: Info = {};
    const { defaultMeta } = this.#winston;
    if (typeof defaultMeta === "object" && defaultMeta !== null) Object.assign(info, defaultMeta);
    info["level"] = level;
    info["message"] = record.message;
    const timestamp = isoTime(record.time);
    if (timestamp !== undefined) info["timestamp"] = timestamp;
    if (source.logger !== "") info["logger"] = source.logger;
    if (source.scope !== undefined) info["scope"] = source.scope;
    for (const [key, value] of recordFields(record)) {
      setField(info, renameReserved(key, reserved), plainValue(value, key));
    }
    if (error !== undefined) this.#addError(info, error);
    if (late) info["late"] = true;
    info[levelKey] = level;
    info[handedOver] = true;
    return info;
  }

  #addError(info: Info, error: unknown): void {
    if (!isError(error)) {
      info["error"] = plainValue(error, "error");
      return;
    }
    const { stack, ...rest } = JSON.parse(nativeValues.error(error)) as Info;
    info["error"] = rest;
    if (stack !== undefined) info["stack"] = stack;
  }

  #nameOf(level: LevelName): string {
    const { levels } = this.#winston;
    if (this.#names === undefined || levels !== this.#levels) {
      this.#levels = levels;
      this.#names = towardsWinston(levels);
    }
    return this.#names[level];
  }
}
