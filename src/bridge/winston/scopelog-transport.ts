import { Writable } from "node:stream";
import { readKey } from "../../format/record-fields.ts";
import { checkLogger, handIn } from "../../logger/hand-in.ts";
import type { Logger } from "../../logger/logger.ts";
import { checkObject } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import { tally } from "../../port/tally.ts";
import { processTrouble } from "../../port/trouble.ts";
import { fromWinston, knownNumber, type WinstonLevels } from "./levels.ts";
import { lineOfInfo } from "./line-of-info.ts";
import { handedOver, whileArriving } from "./marks.ts";
import { levelKey } from "./winston-like.ts";

/** A format of winston, as far as a transport uses it. */
export interface WinstonFormat {
  readonly options?: unknown;
  transform(info: never, options?: never): unknown;
}

/** The options that every transport of winston has, and one more. */
export interface ScopelogTransportOptions {
  /** The finest level of winston that is taken; default that of the winston logger. The logger's own holds beside it. */
  readonly level?: string | undefined;
  /** Applied to a copy of the info object, after the format of the winston logger. */
  readonly format?: WinstonFormat | undefined;
  /** Takes nothing. */
  readonly silent?: boolean | undefined;
  /** Takes uncaught exceptions too, which winston then catches. */
  readonly handleExceptions?: boolean | undefined;
  /** Takes unhandled rejections too, which winston then catches. */
  readonly handleRejections?: boolean | undefined;
  /**
   * Takes lines too that were given to winston by `winstonHandler`. Default false: they were logged here, and would
   * come twice. For a winston between two registries.
   */
  readonly handedOver?: boolean | undefined;
}

interface WinstonParent {
  readonly level?: string;
  readonly levels?: WinstonLevels;
}

/**
 * A transport of winston 3 that hands its lines to a logger of this library: the level by its meaning or its order of
 * gravity, the message, the time if `timestamp` is one, an error (given as such, or as the `stack` that `format.errors`
 * leaves), and everything else, the metadata of children included, as fields. The logger is its owner's: to end the
 * transport, or winston with it, ends nothing here. It takes every line at once and never fails.
 */
export class ScopelogTransport extends Writable {
  // The names that winston and its TypeScript type know.
  declare level?: string;
  declare format?: never;
  declare silent?: boolean;
  declare handleExceptions?: boolean;
  declare handleRejections?: boolean;
  /** Given by the winston logger that it is added to. */
  levels: WinstonLevels | undefined = undefined;
  parent: WinstonParent | undefined = undefined;
  readonly #logger: Logger;
  readonly #takesHandedOver: boolean;
  #numbers: ReadonlyMap<string, number> = new Map();
  #numbersOf: WinstonLevels | undefined;

  /** @throws {ScopelogError} `ERR_SCOPELOG_OPTION` */
  constructor(logger: Logger, options: ScopelogTransportOptions = {}) {
    checkLogger(logger, "scopelogTransport()");
    checkObject(options);
    const { level, format, silent, handleExceptions, handleRejections, handedOver: takesHandedOver = false } = options;
    if (level !== undefined && typeof level !== "string") {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "level is the name of a level of winston");
    }
    if (format !== undefined && typeof format?.transform !== "function") {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "format is a format of winston");
    }
    super({ objectMode: true });
    Object.assign(this, { level, format, silent, handleExceptions, handleRejections });
    this.#logger = logger;
    this.#takesHandedOver = takesHandedOver;
    this.on("pipe", (parent: WinstonParent) => {
      this.levels = parent.levels;
      this.parent = parent;
    });
    this.on("unpipe", (parent: WinstonParent) => {
      if (this.parent === parent) this.parent = undefined;
    });
  }

  /** Takes one info object. winston asks for a method of this name. */
  log(info: object, next: () => void): void {
    try {
      whileArriving(this.parent, () => {
        handIn(this.#logger, { level: this.#numberOf(info), ...lineOfInfo(info) });
      });
    } catch (cause) {
      failed(cause);
    }
    next();
    if (this.listenerCount("logged") > 0) setImmediate(() => this.emit("logged", info));
  }

  override _write(info: object, _encoding: string, next: () => void): void {
    let made: unknown;
    try {
      if (this.#takes(info)) {
        const { format } = this as { format?: WinstonFormat };
        made = format === undefined ? info : format.transform({ ...info } as never, format.options as never);
      }
    } catch (cause) {
      failed(cause);
    }
    if (typeof made === "object" && made !== null) this.log(made, next);
    else next();
  }

  #takes(info: object): boolean {
    if (this.silent === true || (readKey(info, "exception") === true && this.handleExceptions !== true)) return false;
    if (readKey(info, handedOver) === true && !this.#takesHandedOver) return false;
    const threshold = this.level ?? this.parent?.level;
    const levels = this.parent?.levels ?? this.levels;
    if (!threshold || levels === undefined) return true;
    return (levels[threshold] as number) >= (levels[nameOf(info)] as number);
  }

  #numberOf(info: object): number {
    const levels = this.parent?.levels ?? this.levels;
    const name = nameOf(info);
    if (levels === undefined) return knownNumber(name);
    if (levels !== this.#numbersOf) {
      this.#numbersOf = levels;
      this.#numbers = fromWinston(levels);
    }
    return this.#numbers.get(name) ?? knownNumber(name);
  }
}

/**
 * A new `ScopelogTransport`, for winston's `transports` or `add()`.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function scopelogTransport(logger: Logger, options: ScopelogTransportOptions = {}): ScopelogTransport {
  return new ScopelogTransport(logger, options);
}

function nameOf(info: object): string {
  const name = readKey(info, levelKey) ?? readKey(info, "level");
  return typeof name === "string" ? name : "";
}

function failed(cause: unknown): void {
  tally.failed++;
  processTrouble.report("SCOPELOG_WARN_HANDLER_FAILED", "A line of winston could not be taken.", {
    key: "winston",
    cause,
  });
}
