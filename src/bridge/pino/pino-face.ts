import type { Logger } from "../../logger/logger.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { ScopelogError } from "../../port/codes.ts";
import { type Fields, isError, messageOf, noFields, setField } from "../../record/fields.ts";
import { isLevelName, type LevelSetting, levelNames, levelNumber, OFF } from "../../record/level.ts";
import { flushHandlers } from "../shared/flush-handlers.ts";
import { refuseOthers } from "./other-options.ts";
import type { PinoChildOptions, PinoLike, PinoLogFn, PinoScope, Serializers } from "./pino-like.ts";
import { messageText, printf } from "./printf.ts";
import { bind, isStandardError, mergeSerializers, serialize } from "./serializers.ts";

/** What `child` may be given, in either of its forms. */
interface ChildOptions extends PinoChildOptions {
  scope?: string | undefined;
  logger?: Logger | undefined;
}

const none: ChildOptions = Object.freeze({});

// Where pino-http and Fastify look for them, to put theirs below.
const serializersKey: unique symbol = Symbol.for("pino.serializers") as never;

const values = Object.fromEntries(levelNames.map((name) => [name, levelNumber(name)]));
const labels = Object.fromEntries(levelNames.map((name) => [levelNumber(name), name]));

const hasOwn = Object.prototype.hasOwnProperty;

// How often a level was set. Children without one follow their parent: they look up when this has moved, and parents
// need not know their children.
let levelChanges = 0;

/** A logger in the shape of pino's. A child holds its parent, and nothing holds a child: dropped, it leaves nothing. */
export class PinoFace implements PinoLike {
  #logger: Logger;
  readonly #serializers: Serializers;
  readonly #prefix: string;
  readonly #parent: PinoFace | undefined;
  /** The level that this one was given; else it is that of the parent. */
  #ownLevel: LevelSetting | undefined;
  /** The level that `#logger` was made with. */
  #usedLevel: LevelSetting | undefined = undefined;
  #seenChanges = levelChanges;

  constructor(
    logger: Logger,
    serializers: Serializers,
    prefix: string,
    ownLevel: LevelSetting | undefined,
    parent: PinoFace | undefined,
  ) {
    this.#serializers = serializers;
    this.#prefix = prefix;
    this.#ownLevel = ownLevel;
    this.#parent = parent;
    this.#logger = logger;
    this.#follow();
  }

  get logger(): Logger {
    return this.#current();
  }

  get level(): string {
    const { level } = this.#current();
    return level === "off" ? "silent" : level;
  }

  set level(level: string) {
    this.#ownLevel = toSetting(level, "level");
    levelChanges++;
  }

  get levelVal(): number {
    return levelNumber(this.#current().level);
  }

  get levels(): PinoLike["levels"] {
    return { values, labels };
  }

  get msgPrefix(): string | undefined {
    return this.#prefix === "" ? undefined : this.#prefix;
  }

  get [serializersKey](): Serializers {
    return this.#serializers;
  }

  trace(...args: Parameters<PinoLogFn>): void;
  trace(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(10)) this.#write(10, first, rest);
  }

  debug(...args: Parameters<PinoLogFn>): void;
  debug(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(20)) this.#write(20, first, rest);
  }

  info(...args: Parameters<PinoLogFn>): void;
  info(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(30)) this.#write(30, first, rest);
  }

  warn(...args: Parameters<PinoLogFn>): void;
  warn(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(40)) this.#write(40, first, rest);
  }

  error(...args: Parameters<PinoLogFn>): void;
  error(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(50)) this.#write(50, first, rest);
  }

  fatal(...args: Parameters<PinoLogFn>): void;
  fatal(first?: unknown, ...rest: unknown[]): void {
    if (this.#current().isEnabled(60)) this.#write(60, first, rest);
  }

  silent(): void {}

  isLevelEnabled(level: string): boolean {
    return level === "silent" || (isLevelName(level) && this.#current().isEnabled(level));
  }

  bindings(): Record<string, unknown> {
    return { ...this.#logger.fields };
  }

  setBindings(bindings: object): void {
    this.#logger = this.#current().with(bind(this.#serializers, bindings));
  }

  child(bindings: object, options: PinoChildOptions & { scope: string }): PinoScope;
  child(bindings: object, options?: ChildOptions): PinoLike;
  child(bindings: object, options?: ChildOptions): PinoLike {
    if (typeof bindings !== "object" || bindings === null) {
      throw new ScopelogError("ERR_SCOPELOG_FIELDS", "the bindings of a child are an object of names and values");
    }
    const { serializers: more, level, msgPrefix, scope, logger } = options ?? none;
    refuseOthers(options ?? none, "child()");
    const serializers = mergeSerializers(this.#serializers, more);
    const prefix = typeof msgPrefix === "string" ? this.#prefix + msgPrefix : this.#prefix;
    const ownLevel = level ? toSetting(level, "options.level") : undefined;
    const fields = bind(serializers, bindings);
    if (scope !== undefined) {
      return new PinoScopeFace(this.#current().scope(scope, fields), serializers, prefix, ownLevel, this);
    }
    const source = logger ?? this.#current();
    return new PinoFace(fields === noFields ? source : source.with(fields), serializers, prefix, ownLevel, this);
  }

  flush(callback?: (error?: Error) => void): void {
    if (callback !== undefined && callback !== null && typeof callback !== "function") {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "the callback of flush() is a function");
    }
    flushHandlers(this.#current()).then(
      () => callback?.(),
      (error) => callback?.(error),
    );
  }

  // For a log line that holds a logger.
  toJSON(): unknown {
    return this.#logger;
  }

  #current(): Logger {
    if (this.#seenChanges !== levelChanges) this.#follow();
    return this.#logger;
  }

  #follow(): void {
    this.#seenChanges = levelChanges;
    const level = this.#inheritedLevel();
    if (level === undefined || level === this.#usedLevel) return;
    this.#usedLevel = level;
    this.#logger = this.#logger.with(noFields, { level });
  }

  #inheritedLevel(): LevelSetting | undefined {
    if (this.#ownLevel !== undefined || this.#parent === undefined) return this.#ownLevel;
    return this.#parent.#inheritedLevel();
  }

  #write(level: number, first: unknown, rest: unknown[]): void {
    if (typeof first === "object" && first !== null) this.#writeObject(level, first, rest);
    else {
      const message = first === undefined || (first === null && rest.length > 0) ? rest.shift() : first;
      this.#logger.log(level, this.#said(this.#text(message, rest)));
    }
  }

  #writeObject(level: number, first: object, rest: unknown[]): void {
    const message = rest.shift();
    let text = this.#text(message, rest);
    try {
      const object = (isError(first) ? { err: first } : wrapped(first)) as Fields;
      let fields: Record<string, unknown> | undefined;
      let error: unknown;
      for (const key in object) {
        if (!hasOwn.call(object, key)) continue;
        const value = object[key];
        if (value === undefined) continue;
        if (key === "err") {
          // Callbacks have a null there if nothing went wrong.
          if (value === null) continue;
          error = isStandardError(this.#serializers["err"], value) ? value : serialize(this.#serializers, key, value);
        } else if (key === "msg" && text === undefined && typeof value !== "object" && typeof value !== "function") {
          text = messageText(value);
        } else {
          const made = serialize(this.#serializers, key, value);
          // pino leaves functions out, and this library would call them.
          if (made !== undefined && typeof made !== "function") setField((fields ??= {}), key, made);
        }
      }
      text ??= (object["err"] as Partial<Error> | undefined)?.message;
      // An object that is no error would be taken for fields if it came last.
      const last = error === undefined || isError(error) ? fields : (fields ?? noFields);
      this.#logger.log(level, this.#said(text), error, last);
    } catch (thrown) {
      // A getter or a proxy: a log call never throws.
      this.#logger.log(level, text ?? "", `[threw: ${messageOf(thrown)}]`);
    }
  }

  /** The message of a call; undefined if there was none. */
  #text(message: unknown, args: readonly unknown[]): string | undefined {
    // Where there is no message there is no prefix.
    if (message === undefined || message === null) return message === null ? "null" : undefined;
    const prefix = this.#prefix;
    return typeof message === "string" ? printf(prefix + message, args) : prefix + messageText(message);
  }

  /** The message as the serializer for messages makes it, if there are both. */
  #said(text: unknown): string {
    const said = text === undefined || this.#serializers["msg"] === undefined;
    return messageText(said ? text : serialize(this.#serializers, "msg", text));
  }
}

/** The face of a scope that was opened by `child`. */
class PinoScopeFace extends PinoFace implements PinoScope {
  readonly #scope: ScopedLogger;

  constructor(
    scope: ScopedLogger,
    serializers: Serializers,
    prefix: string,
    ownLevel: LevelSetting | undefined,
    parent: PinoFace,
  ) {
    super(scope, serializers, prefix, ownLevel, parent);
    this.#scope = scope;
  }

  override get logger(): ScopedLogger {
    return this.#scope;
  }

  [Symbol.dispose](): void {
    this.#scope[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#scope[Symbol.asyncDispose]();
  }
}

// A request or a response alone stands for a field of that name, as in pino.
function wrapped(object: object): object {
  const { method, headers, socket, setHeader } = object as Record<string, unknown>;
  if (method && headers && socket) return { req: object };
  return typeof setHeader === "function" ? { res: object } : object;
}

/**
 * The level that pino calls `level`, a name in small or capital letters or a number.
 * @throws {ScopelogError} `ERR_SCOPELOG_LEVEL`
 */
export function toSetting(level: unknown, what: string): LevelSetting {
  if (level === OFF) return "off";
  const name = typeof level === "number" ? labels[level] : messageOf(level).toLowerCase();
  if (name === "silent") return "off";
  if (isLevelName(name)) return name;
  throw new ScopelogError("ERR_SCOPELOG_LEVEL", `${what} is one of ${levelNames.join(", ")}, silent`);
}
