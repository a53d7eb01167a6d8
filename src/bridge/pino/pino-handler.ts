import { nativeValues } from "../../format/json-values.ts";
import { recordFields } from "../../format/record-fields.ts";
import { renameReserved } from "../../format/reserved.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { FilterLike } from "../../port/filter.ts";
import type { Handler } from "../../port/handler.ts";
import { isError, setField } from "../../record/fields.ts";
import { isLevelSetting, type LevelSetting } from "../../record/level.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { plainValue } from "../shared/plain-value.ts";
import { internalOf, timeMember } from "./pino-internals.ts";

/** The part of a pino logger that is used here. */
export interface PinoInstance {
  readonly levels: { readonly labels: Readonly<Record<number, string>> };
  bindings(): Record<string, unknown>;
  flush(callback?: (error?: Error) => void): void;
}

/** Which records are handed on. */
export interface PinoHandlerOptions {
  /** The lowest level that is handed on; pino's own level holds beside it. Default: all. */
  level?: LevelSetting;
  filter?: FilterLike;
}

/**
 * Hands every record to a pino logger, object first, at pino's level of the same number. pino writes it: with its
 * bindings, serializers, redaction, formatters and destination, but with the record's own time. The fields are those of
 * the record, with `logger` and `scope`, the error under pino's `errorKey`, and `late: true` for a late line; a field
 * with a name that pino or this handler writes gets a `_` at its end. Values that JSON knows not are handed over as
 * `jsonFormatter` writes them. The logger is not closed, ever: it is its owner's; nor does it get a listener or child.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`
 */
export function pinoHandler(pino: PinoInstance, options: PinoHandlerOptions = {}): Handler {
  if (typeof pino?.bindings !== "function" || typeof pino.levels?.labels !== "object") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "pinoHandler() takes a pino logger");
  }
  checkKeys("pinoHandler", options, ["level", "filter"]);
  const { level, filter } = options;
  if (level !== undefined && !isLevelSetting(level)) {
    throw new ScopelogError("ERR_SCOPELOG_LEVEL", "options.level is not a level");
  }
  return new PinoHandler(pino, level, filter);
}

type Log = (this: object, object: object, message: string) => void;

class PinoHandler implements Handler {
  readonly level: LevelSetting | undefined;
  readonly filter: FilterLike | undefined;
  readonly #pino: PinoInstance;
  /** The same logger, so that its level may change, with a time of its own. */
  readonly #timed: PinoInstance;
  readonly #reserved: ReadonlySet<string>;
  readonly #errorKey: string;
  #time = 0;

  constructor(pino: PinoInstance, level: LevelSetting | undefined, filter: FilterLike | undefined) {
    this.level = level;
    this.filter = filter;
    this.#pino = pino;
    this.#errorKey = textOf(pino, "pino.errorKey", "err");
    this.#reserved = new Set([
      ...["level", "time", "logger", "scope", "late", "pid", "hostname"],
      textOf(pino, "pino.messageKey", "msg"),
      this.#errorKey,
      ...Object.keys(pino.bindings()),
    ]);
    this.#timed = Object.create(pino) as PinoInstance;
    const time = internalOf(pino, "pino.time");
    if (time !== undefined) {
      const timestamp = time.value as () => unknown;
      Object.defineProperty(this.#timed, time.key, { value: () => timeMember(timestamp, this.#time) ?? timestamp() });
    }
  }

  handle(record: LogRecord): void {
    const method = this.#pino.levels.labels[record.levelNumber] ?? record.level;
    const log = (this.#timed as unknown as Record<string, unknown>)[method];
    if (typeof log !== "function") return;
    this.#time = record.time;
    try {
      (log as Log).call(this.#timed, this.#objectOf(record, true), record.message);
    } catch {
      // pino's serializer does not survive every error: one whose parts throw, an aggregate of itself.
      (log as Log).call(this.#timed, this.#objectOf(record, false), record.message);
    }
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pino.flush((error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
  }

  /** @param raw whether pino gets the error itself, for its serializer */
  #objectOf(record: LogRecord, raw: boolean): object {
    const { source, error, late } = record;
    const object: Record<string, unknown> = {};
    if (source.logger !== "") object["logger"] = source.logger;
    if (source.scope !== undefined) object["scope"] = source.scope;
    for (const [key, value] of recordFields(record)) {
      setField(object, renameReserved(key, this.#reserved), plainValue(value, key));
    }
    if (error !== undefined) {
      const whole = raw ? error : JSON.parse(nativeValues.error(error));
      object[this.#errorKey] = isError(error) ? whole : plainValue(error, "err");
    }
    if (late) object["late"] = true;
    return object;
  }
}

function textOf(pino: object, description: string, absent: string): string {
  const value = internalOf(pino, description)?.value;
  return typeof value === "string" ? value : absent;
}
