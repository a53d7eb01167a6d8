import { type Anchor, anchorOf, estateOf, sweepCells } from "../lifetime/cell.ts";
import { ageOf } from "../lifetime/clock.ts";
import { leaseCounts } from "../lifetime/lease.ts";
import { Ledger } from "../lifetime/ledger.ts";
import { claim, disclaim } from "../lifetime/ownership.ts";
import { ScopelogError } from "../port/codes.ts";
import { tally } from "../port/tally.ts";
import { hear, Trouble } from "../port/trouble.ts";
import { type Fields, noFields } from "../record/fields.ts";
import { type LevelSetting, levelNumber } from "../record/level.ts";
import { type Config, checkConfig, checkLevel } from "../tree/config.ts";
import { Settings } from "../tree/settings.ts";
import { BaseLogger, checkFields, checkName, drawPlan } from "./base-logger.ts";
import { type Configuration, ConfigurationImpl } from "./configuration.ts";
import { ForgottenBook } from "./forgotten.ts";
import type { Home } from "./home.ts";
import { parseTarget } from "./level-target.ts";
import type { Logger } from "./logger.ts";
import { LoggerView } from "./logger-view.ts";
import { defaultOriginMode, OriginSampler, originOf } from "./origin.ts";
import type { Registry, RegistryStats, ScopeInfo } from "./registry.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";
import { claimHandlers, ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/** The registry as it is inside. */
export class RegistryImpl implements Registry, Home {
  readonly settings = new Settings();
  readonly ledger = new Ledger();
  readonly trouble = new Trouble();
  readonly #origins = new OriginSampler(defaultOriginMode());
  readonly #forgotten = new ForgottenBook(this.trouble, this.#origins);
  readonly #configurations: ConfigurationImpl[] = [];
  #closing: Promise<void> | undefined;
  late = 0;

  /** Takes what a handler, or the resource of a forgotten one, threw while it was closed. */
  readonly closeFailed = (cause: unknown): void =>
    this.trouble.report("SCOPELOG_WARN_CLOSE_FAILED", "A log handler threw an error while it was closed.", { cause });

  constructor() {
    this.ledger.listen(this);
  }

  getLogger(name = ""): Logger {
    if (name !== "") checkName(name);
    return new LoggerView(this, name, noFields, undefined);
  }

  getScoped(name: string, fields?: Fields, options?: ScopeOptions): ScopedLogger {
    return this.open(name, fields, options, RegistryImpl.prototype.getScoped);
  }

  open(
    name: string,
    fields: Fields | undefined,
    options: ScopeOptions | undefined,
    entry: (...args: never[]) => unknown,
  ): ScopedLogger {
    checkName(name);
    if (fields !== undefined) checkFields(fields);
    let outer: ScopedLoggerImpl | undefined;
    let own = fields ?? noFields;
    if (options !== undefined) {
      checkOptions(options);
      const { parent } = options;
      if (parent instanceof BaseLogger) {
        outer = parent.inside;
        // What a view adds to its scope is in no scope: it becomes the new one's own.
        if (parent !== outer && parent.fields !== noFields) own = { ...parent.fields, ...own };
      } else if (parent !== undefined) own = { ...parent.fields, ...own };
    }
    const { handlers } = options ?? {};
    if (handlers !== undefined) claimHandlers(handlers, "an element of options.handlers");
    const scope = new ScopedLoggerImpl(this, name, own, outer, ++this.ledger.opened);
    if (options !== undefined) settle(scope, options);
    if (this.#origins.wants(name, scope.sequence)) estateOf((scope.anchor as Anchor).slot).origin = originOf(entry);
    return scope;
  }

  view(name: string, fields: Fields, scope: ScopedLoggerImpl | undefined): Logger {
    return new LoggerView(this, name, fields, scope);
  }

  configure(config: Config): Configuration {
    checkConfig(config);
    const handlers = new Set(Object.values(config.handlers ?? {}));
    for (const handler of handlers) {
      if (claim(handler, this)) continue;
      for (const claimed of handlers) {
        if (claimed === handler) break;
        disclaim(claimed);
      }
      throw new ScopelogError("ERR_SCOPELOG_HANDLER_OWNED", "a handler of config.handlers has an owner already");
    }
    const configuration = new ConfigurationImpl(this, config, [...handlers]);
    this.#configurations.push(configuration);
    this.#putInForce();
    return configuration;
  }

  /** Takes a configuration out of force. False if it was out before. */
  withdraw(configuration: ConfigurationImpl): boolean {
    const index = this.#configurations.indexOf(configuration);
    if (index < 0) return false;
    this.#configurations.splice(index, 1);
    this.#putInForce();
    return true;
  }

  shutdown(): Promise<void> {
    // Once: who asks again while it is under way waits for the same end.
    this.#closing ??= this.#shutDown().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  *scopes(): Iterable<ScopeInfo> {
    const slots = this.ledger.live.toSorted((a, b) => a.sequence - b.sequence);
    for (const slot of slots) {
      const scope = anchorOf(slot)?.tenant as ScopedLoggerImpl | undefined;
      if (scope === undefined || slot.sequence !== scope.sequence) continue;
      yield {
        id: scope.id,
        name: scope.name,
        fields: scope.fields,
        parent: scope.outer?.id,
        age: ageOf(slot.opened),
        level: scope.level,
        handlers: scope.extras?.handlers.length ?? 0,
        origin: slot.estate?.origin,
      };
    }
  }

  stats(): RegistryStats {
    const { opened, live, ended } = this.ledger;
    const { targets, leases } = leaseCounts();
    return {
      opened,
      live: live.length,
      ...ended,
      late: this.late,
      dropped: tally.dropped,
      failed: tally.failed,
      transports: targets,
      leases,
    };
  }

  setLevel(target: string, level: LevelSetting | undefined): number {
    if (level !== undefined) checkLevel(level, "level");
    const { name, sequence, below } = parseTarget(target);
    if (sequence === undefined) {
      if (below) this.settings.setSubtreeLevel(name, level);
      else this.settings.setLevel(name, level);
    }
    let concerned = 0;
    for (const scope of this.#tenants()) {
      const named = scope.name === name && (sequence === undefined || scope.sequence === sequence);
      if (!named && !(below && (name === "" || scope.name.startsWith(`${name}.`)))) continue;
      concerned++;
      // A scope without a mind of its own follows its category, now and when that changes again.
      if (sequence !== undefined || scope.extras?.level !== undefined || level === undefined) {
        scope.setForcedLevel(level === undefined ? undefined : levelNumber(level));
      }
    }
    return concerned;
  }

  sweep(): number {
    return sweepCells(this.ledger);
  }

  collected(name: string, sequence: number, origin: string | undefined): void {
    this.#forgotten.add(name, sequence, origin);
  }

  *#tenants(): Iterable<ScopedLoggerImpl> {
    for (const slot of [...this.ledger.live]) {
      const scope = anchorOf(slot)?.tenant;
      if (scope !== undefined) yield scope as ScopedLoggerImpl;
    }
  }

  async #shutDown(): Promise<void> {
    this.#forgotten.tell();
    const ends: Promise<void>[] = [];
    for (const slot of [...this.ledger.live]) {
      const anchor = anchorOf(slot);
      if (anchor !== undefined) ends.push((anchor.tenant as ScopedLoggerImpl).shutDown(anchor));
    }
    this.sweep();
    await Promise.all(ends);
    while (this.#configurations.length > 0) await this.#configurations.at(-1)?.close();
  }

  #putInForce(): void {
    const config = this.#configurations.at(-1)?.config ?? {};
    this.settings.apply(config);
    this.trouble.listen(config.onError);
    if (config.onError !== undefined) hear(this.trouble);
    this.#forgotten.report = config.forgotten?.report ?? "warn";
    this.#origins.mode = config.forgotten?.origin ?? defaultOriginMode();
  }
}

function checkOptions(options: ScopeOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "the options of a scope are an object");
  }
  const { handlers, level, propagate, parent } = options;
  if (level !== undefined) checkLevel(level, "options.level");
  if (handlers !== undefined && !Array.isArray(handlers)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.handlers is an array of handlers");
  }
  if (propagate !== undefined && typeof propagate !== "boolean") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.propagate is true or false");
  }
  if (parent !== undefined && typeof Object(parent).info !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.parent is a logger");
  }
}

function settle(scope: ScopedLoggerImpl, { handlers, level, propagate }: ScopeOptions): void {
  if (level !== undefined) scope.demandExtras().level = levelNumber(level);
  if (propagate === false) scope.demandExtras().propagate = false;
  if (handlers !== undefined && handlers.length > 0) scope.adopt(scope.anchor as Anchor, handlers);
  if (scope.extras !== undefined) scope.plan = drawPlan(scope.home, scope.name, scope);
}
