import { defaultRegistry } from "../../logger/default.ts";
import type { Logger } from "../../logger/logger.ts";
import type { Registry } from "../../logger/registry.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { LevelName } from "../../record/level.ts";
import { readCall } from "./nest-call.ts";

/** Which logger takes what Nest logs outside of requests. */
export interface ScopelogServiceOptions {
  /** The name of the logger outside of requests. Default: `"nest"`. */
  name?: string;
  /** Whose loggers it uses. Default: the default registry. */
  registry?: Registry;
}

/** The levels of Nest by the names they have here. */
const levels = {
  verbose: "trace",
  debug: "debug",
  log: "info",
  warn: "warn",
  error: "error",
  fatal: "fatal",
} as const satisfies Record<string, LevelName>;

type NestLevel = keyof typeof levels;

/**
 * Nest 12 `LoggerService`: `NestFactory.create(AppModule, { logger: new ScopelogService() })`. What Nest, and the
 * application through `new Logger("Context")`, logs becomes a record with the field `context`: in the scope of the
 * request if it is logged during one that came through `scopeMiddleware` of `scopelog/http`, else by the logger `nest`.
 * Nest's level `log` is info, `verbose` is trace. Plain objects after the message become fields; an `Error`, or the
 * stack that Nest hands to `error` and `fatal`, becomes the error; each further message becomes a record of its own.
 * An exception that nobody in the application catches fails the scope of its request.
 */
export class ScopelogService {
  readonly #name: string;
  readonly #registry: Registry;
  #enabled: ReadonlySet<string> | undefined = undefined;

  /** @throws {ScopelogError} `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_OPTION` */
  constructor(options: ScopelogServiceOptions = {}) {
    checkKeys("ScopelogService", options, ["name", "registry"]);
    const { name = "nest", registry = defaultRegistry() } = options;
    if (typeof registry?.currentLogger !== "function") {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.registry is a registry");
    }
    // Checks the name.
    registry.getLogger(name);
    this.#name = name;
    this.#registry = registry;
  }

  verbose(message: unknown, ...optional: unknown[]): void {
    this.#write("verbose", message, optional);
  }

  debug(message: unknown, ...optional: unknown[]): void {
    this.#write("debug", message, optional);
  }

  log(message: unknown, ...optional: unknown[]): void {
    this.#write("log", message, optional);
  }

  warn(message: unknown, ...optional: unknown[]): void {
    this.#write("warn", message, optional);
  }

  error(message: unknown, ...optional: unknown[]): void {
    this.#write("error", message, optional);
  }

  fatal(message: unknown, ...optional: unknown[]): void {
    this.#write("fatal", message, optional);
  }

  /** Lets only these levels of Nest through, beside what is configured; by `app.useLogger(["error", "warn"])` of Nest. */
  setLogLevels(levels: readonly string[]): void {
    this.#enabled = new Set(levels);
  }

  #write(level: NestLevel, message: unknown, optional: readonly unknown[]): void {
    if (this.#enabled?.has(level) === false) return;
    const logger = this.#current();
    const name = levels[level];
    if (!logger.isEnabled(name)) return;
    const { messages, fields, error } = readCall(message, optional, level === "error" || level === "fatal");
    // What no filter of the application caught, and is answered with 500: Nest tells nobody else.
    if (fields["context"] === "ExceptionsHandler" && error !== undefined)
      (logger as Partial<ScopedLogger>).fail?.(error);
    for (const [index, text] of messages.entries()) {
      if (index === 0 && error !== undefined) logger.log(name, text, error, fields);
      else logger.log(name, text, fields);
    }
  }

  /** The logger of the request around the call. A scope has a name, and the root, which stands for none, has not. */
  #current(): Logger {
    const current = this.#registry.currentLogger();
    return current.name === "" ? this.#registry.getLogger(this.#name) : current;
  }
}
