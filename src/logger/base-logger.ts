import { ScopelogError } from "../port/codes.ts";
import { type Fields, mergeFields } from "../record/fields.ts";
import { type LevelName, type LevelSetting, levelName, levelNumber, OFF } from "../record/level.ts";
import type { LogSource } from "../record/log-source.ts";
import { checkLevel } from "../tree/config.ts";
import { epoch, type Plan } from "../tree/plan.ts";
import { emit, type LogArguments } from "./emit.ts";
import type { Home } from "./home.ts";
import type { Logger, ViewOptions } from "./logger.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/**
 * What all loggers share. Not exported to users, who see the interfaces; its fields are plain properties because the
 * modules of this folder work on them, and because a scope is opened for every request: each field is 8 bytes, and the
 * brand that private methods put on an object would be 8 more.
 */
export abstract class BaseLogger implements Logger {
  declare readonly home: Home;
  declare readonly name: string;
  /** The fields given to this one, without those around it. */
  declare readonly own: Fields;
  declare plan: Plan;
  declare source: LogSource | undefined;

  constructor(home: Home, name: string, own: Fields) {
    this.home = home;
    this.name = name;
    this.own = own;
    this.source = undefined;
  }

  /** The scope whose lines these are. */
  abstract get inside(): ScopedLoggerImpl | undefined;
  abstract get fields(): Fields;
  /** The source of its records, made at the first line and kept. */
  abstract makeSource(): LogSource;
  abstract setLevel(level: LevelSetting): void;

  /** The level of a view that has one of its own. */
  get viewLevel(): number | undefined {
    return undefined;
  }

  trace(...args: LogArguments): void;
  trace(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(10)) this.write(10, first, second, third);
  }

  debug(...args: LogArguments): void;
  debug(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(20)) this.write(20, first, second, third);
  }

  info(...args: LogArguments): void;
  info(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(30)) this.write(30, first, second, third);
  }

  warn(...args: LogArguments): void;
  warn(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(40)) this.write(40, first, second, third);
  }

  error(...args: LogArguments): void;
  error(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(50)) this.write(50, first, second, third);
  }

  fatal(...args: LogArguments): void;
  fatal(first: unknown, second?: unknown, third?: unknown): void {
    if (this.admits(60)) this.write(60, first, second, third);
  }

  log(level: LevelName | number, ...args: LogArguments): void;
  log(level: LevelName | number, first: unknown, second?: unknown, third?: unknown): void {
    const number = toNumber(level);
    if (this.admits(number)) this.write(number, first, second, third);
  }

  isEnabled(level: LevelName | number): boolean {
    return this.admits(toNumber(level));
  }

  get level(): LevelSetting {
    const { level } = this.currentPlan();
    return level === OFF ? "off" : levelName(level);
  }

  set level(level: LevelSetting) {
    checkLevel(level, "level");
    this.setLevel(level);
  }

  with(fields: Fields, options?: ViewOptions): Logger {
    checkFields(fields);
    let { viewLevel } = this;
    if (options?.level !== undefined) {
      checkLevel(options.level, "options.level");
      viewLevel = levelNumber(options.level);
    }
    return this.home.view(this.name, mergeFields(this.fields, fields), this.inside, viewLevel);
  }

  getChild(suffix: string): Logger {
    return this.home.view(childName(this.name, suffix), this.fields, this.inside, this.viewLevel);
  }

  scope(suffix: string, fields?: Fields, options?: Omit<ScopeOptions, "parent">): ScopedLogger {
    return this.home.open(childName(this.name, suffix), fields, options, BaseLogger.prototype.scope, this);
  }

  toJSON(): unknown {
    return { logger: this.name, ...(this.inside === undefined ? {} : { scope: this.inside.id }) };
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.inside === undefined ? `Logger(${this.name || "root"})` : `ScopedLogger(${this.inside.id})`;
  }

  /** Whether a line at `level` is worth making; two loads and a compare while nothing is reconfigured. */
  admits(level: number): boolean {
    const { plan } = this;
    return level >= (plan.epoch === epoch ? plan : this.currentPlan()).threshold;
  }

  write(level: number, first: unknown, second: unknown, third: unknown, time?: number, apart?: boolean): void {
    emit(this.home, this, this.inside, this.plan, level, first, second, third, time, apart);
  }

  currentPlan(): Plan {
    if (this.plan.epoch !== epoch) this.plan = drawPlan(this.home, this.name, this.inside, this.viewLevel);
    return this.plan;
  }
}

/**
 * The plan of a logger named `name` inside `scope`: that of the category, unless the scopes around have their own mind.
 * @param viewLevel the level of a view that has one of its own; one that was set from outside for the scope is above it
 */
export function drawPlan(
  home: Home,
  name: string,
  scope: ScopedLoggerImpl | undefined,
  viewLevel?: number | undefined,
): Plan {
  const category = home.settings.category(name);
  let level = scope?.extras?.forcedLevel ?? viewLevel;
  let handled = false;
  let inherits = true;
  for (let around = scope; around !== undefined; around = around.outer) {
    const { extras } = around;
    if (extras === undefined) continue;
    level ??= extras.forcedLevel ?? extras.level;
    if (inherits) handled ||= extras.handlers.length > 0 || (around.ended && extras.hadHandlers);
    if (!extras.propagate) inherits = false;
  }
  return category.planFor(level, inherits, handled);
}

// The names of the last scope or child that was asked for: most requests ask for the same. A name put together anew is
// hashed anew wherever it is looked up, which was up to a twentieth of the cost of a scope with a line.
let lastNames = { name: "", suffix: "", child: "" };

/**
 * The name `<name>.<suffix>`.
 * @throws {ScopelogError} `ERR_SCOPELOG_NAME` if the suffix is no name
 */
function childName(name: string, suffix: string): string {
  const last = lastNames;
  if (suffix === last.suffix && name === last.name && suffix !== "") return last.child;
  checkName(suffix);
  const child = name === "" ? suffix : `${name}.${suffix}`;
  lastNames = { name, suffix, child };
  return child;
}

/**
 * Checks that `name` can name a logger: a text that is not empty.
 * @throws {ScopelogError} `ERR_SCOPELOG_NAME`
 */
export function checkName(name: unknown): asserts name is string {
  if (typeof name === "string" && name !== "") return;
  throw new ScopelogError("ERR_SCOPELOG_NAME", "the name of a logger or scope is a string that is not empty");
}

/**
 * Checks that `fields` can be bound: an object.
 * @throws {ScopelogError} `ERR_SCOPELOG_FIELDS`
 */
export function checkFields(fields: unknown): asserts fields is Fields {
  if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) return;
  throw new ScopelogError("ERR_SCOPELOG_FIELDS", "fields are an object of names and values");
}

// A log call never throws: what is no level is info.
function toNumber(level: LevelName | number): number {
  const number = typeof level === "string" ? levelNumber(level) : level;
  return typeof number === "number" && number < OFF ? number : levelNumber("info");
}
