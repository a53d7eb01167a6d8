import { enterEnvFormat, leaveEnvFormat } from "../format/env-format.ts";
import { bufferedBytes, setBufferBudget } from "../handler/until-error-buffer.ts";
import { relieve, setTransportBudget } from "../lifetime/budget.ts";
import { type Anchor, anchorOf, estateOf, sweepCells } from "../lifetime/cell.ts";
import { ageOf } from "../lifetime/clock.ts";
import { flushShares, leaseCounts } from "../lifetime/lease.ts";
import { Ledger } from "../lifetime/ledger.ts";
import { claim, disclaim } from "../lifetime/ownership.ts";
import { endChannel, type OpenEvent, openChannel } from "../port/channel.ts";
import { ScopelogError } from "../port/codes.ts";
import { type Frame, runtimeContext } from "../port/context.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import { hear, Trouble } from "../port/trouble.ts";
import { type Fields, mergeFields, noFields } from "../record/fields.ts";
import { type LevelSetting, levelNumber } from "../record/level.ts";
import { scopeId } from "../record/scope-id.ts";
import { type Config, checkLevel, takeConfig } from "../tree/config.ts";
import { readEnvironment } from "../tree/env.ts";
import { Settings } from "../tree/settings.ts";
import { revision, type SharedRegistry } from "./agreement.ts";
import { BaseLogger, checkFields, checkName } from "./base-logger.ts";
import { claimHandlers } from "./claim-handlers.ts";
import { type Configuration, ConfigurationImpl } from "./configuration.ts";
import { CrowdWatch, defaultCrowd } from "./crowd.ts";
import { endedScope } from "./ended-scope.ts";
import { ForgottenBook } from "./forgotten.ts";
import type { Home } from "./home.ts";
import { parseTarget } from "./level-target.ts";
import type { Logger } from "./logger.ts";
import { LoggerView } from "./logger-view.ts";
import { defaultOriginMode, OriginSampler, originOf } from "./origin.ts";
import type { RegistryStats, ScopeInfo } from "./registry.ts";
import { ScopeFrame } from "./scope-frame.ts";
import { checkOptions, settle } from "./scope-settings.ts";
import type { ScopedLogger, ScopeOptions } from "./scoped-logger.ts";
import { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

const noOptions: ScopeOptions = Object.freeze({});

/** The registry as it is inside. */
export class RegistryImpl implements SharedRegistry, Home {
  readonly revision = revision;
  readonly settings = new Settings();
  readonly ledger = new Ledger();
  readonly trouble = new Trouble();
  readonly #origins = new OriginSampler(defaultOriginMode());
  readonly #forgotten = new ForgottenBook(this.trouble, this.#origins);
  readonly #configurations: ConfigurationImpl[] = [];
  readonly #crowd = new CrowdWatch(this.ledger, this.trouble);
  /** Who owns the handlers of the configurations: a mark, because a handler that is kept must not keep the registry. */
  readonly #owner = {};
  #setBudget = false;
  #readsEnv = false;
  #closing: Promise<void> | undefined;
  context = runtimeContext();
  ambient = false;
  background: Fields | undefined = undefined;
  buffering = false;
  late = 0;

  /** Takes what a handler, or the resource of a forgotten one, threw while it was closed. */
  readonly closeFailed = (cause: unknown): void =>
    this.trouble.report("SCOPELOG_WARN_CLOSE_FAILED", "A log handler threw an error while it was closed.", { cause });

  constructor() {
    this.ledger.listen(this);
    relieve(this);
  }

  getLogger(name = ""): Logger {
    if (name !== "") checkName(name);
    return new LoggerView(this, name, noFields, undefined, undefined);
  }

  currentLogger(): Logger {
    const frame = this.ambient ? this.context.current() : undefined;
    if (frame === undefined) return this.getLogger();
    const logger = frame.logger.deref() as Logger | undefined;
    if (logger !== undefined) return logger;
    if (frame instanceof ScopeFrame && frame.extras !== undefined) return endedScope(this, frame, frame.extras);
    // A logger that was collected leaves its name and fields to the work that it started.
    return this.view(frame.name, frame.fields, undefined, undefined);
  }

  getScoped(
    name: string,
    fields?: Fields,
    options?: ScopeOptions,
    entry: (...args: never[]) => unknown = RegistryImpl.prototype.getScoped,
  ): ScopedLogger {
    return this.open(name, fields, options, entry);
  }

  open(
    name: string,
    fields: Fields | undefined,
    options: ScopeOptions | undefined,
    entry: (...args: never[]) => unknown,
    around?: Logger,
  ): ScopedLogger {
    checkName(name);
    if (fields !== undefined) checkFields(fields);
    let outer: ScopedLoggerImpl | undefined;
    let own = fields ?? noFields;
    if (options !== undefined) checkOptions(options);
    const parent = around ?? options?.parent;
    if (parent instanceof BaseLogger) {
      outer = parent.inside;
      // What a view adds to its scope is in no scope: it becomes the new one's own.
      if (parent !== outer) own = mergeFields(parent.fields, own);
    } else if (parent !== undefined) own = mergeFields(Object(parent.fields) as Fields, own);
    if (this.ambient) {
      const frame = this.context.current();
      if (frame !== undefined) own = ambientUnder(frame, outer, own);
    }
    const { handlers } = options ?? {};
    if (handlers !== undefined) claimHandlers(handlers, "an element of options.handlers");
    const scope = new ScopedLoggerImpl(this, name, own, outer, ++this.ledger.opened);
    if (options !== undefined || parent !== undefined) settle(scope, options ?? noOptions, parent);
    if (openChannel.hasSubscribers) {
      openChannel.publish({ id: scope.id, name, parent: outer?.id, fields: scope.fields } satisfies OpenEvent);
    }
    if (this.#origins.wants(name, scope.sequence)) {
      estateOf((scope.anchor as Anchor).slot).origin = originOf(entry, RegistryImpl.prototype.open);
    }
    return scope;
  }

  view(name: string, fields: Fields, scope: ScopedLoggerImpl | undefined, level: number | undefined): Logger {
    return new LoggerView(this, name, fields, scope, level);
  }

  configure(given: Config, asked = revision): Configuration {
    const unknown: string[] = [];
    // A newer copy has checked what is newer itself.
    const config = takeConfig(given, asked > revision ? (path, key) => unknown.push(`${path}.${key}`) : undefined);
    const claimed = new Set<Handler>();
    for (const [key, handler] of Object.entries(config.handlers ?? {})) {
      if (claimed.has(handler)) continue;
      if (claim(handler, this.#owner)) claimed.add(handler);
      else {
        for (const one of claimed) disclaim(one);
        throw new ScopelogError(
          "ERR_SCOPELOG_HANDLER_OWNED",
          `config.handlers[${JSON.stringify(key)}] has an owner already`,
        );
      }
    }
    const configuration = new ConfigurationImpl(this, config, [...claimed]);
    this.#configurations.push(configuration);
    this.#putInForce();
    for (const key of unknown) {
      this.#ignore(
        `${key} is ignored: an older copy of scopelog came first, which does not know it. Install one copy.`,
      );
    }
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
        buffered: scope.extras?.buffer?.bytes ?? 0,
        lines: scope.source?.lines ?? 0,
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
      buffered: bufferedBytes(),
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
      if (sequence !== undefined || level === undefined || hasOwnLevel(scope)) {
        scope.setForcedLevel(level === undefined ? undefined : levelNumber(level));
      }
    }
    return concerned;
  }

  sweep(): number {
    return sweepCells(this.ledger);
  }

  collected(name: string, sequence: number, origin: string | undefined): void {
    if (endChannel.hasSubscribers) endChannel.publish({ id: scopeId(name, sequence), name, reason: "collected" });
    this.#forgotten.add(name, sequence, origin);
  }

  crowded(): void {
    this.#crowd.look();
  }

  pressed(cause: string): void {
    this.#crowd.tellPressure(cause);
  }

  *#tenants(): Iterable<ScopedLoggerImpl> {
    for (const slot of [...this.ledger.live]) {
      const scope = anchorOf(slot)?.tenant;
      if (scope !== undefined) yield scope as ScopedLoggerImpl;
    }
  }

  #ignore(what: string): void {
    this.trouble.report("SCOPELOG_WARN_IGNORED", what, { key: what });
  }

  async #shutDown(): Promise<void> {
    this.#forgotten.tell();
    const ends: Promise<void>[] = [];
    // The newest first: those inside have a last word for the handlers of the scopes around them.
    for (const slot of this.ledger.live.toSorted((a, b) => b.sequence - a.sequence)) {
      const anchor = anchorOf(slot);
      // A handler that is closed may end other scopes, whose cells are then empty.
      const scope = anchor?.tenant as ScopedLoggerImpl | undefined;
      if (anchor !== undefined && scope !== undefined) ends.push(scope.shutDown(anchor));
    }
    this.sweep();
    await Promise.all(ends);
    while (this.#configurations.length > 0) await this.#configurations.at(-1)?.close();
    // Handlers that were disposed before have left their lines to transports that idle.
    await flushShares();
  }

  #putInForce(): void {
    const config = this.#configurations.at(-1)?.config ?? {};
    const env = config.env === true ? readEnvironment() : undefined;
    if (this.#readsEnv) leaveEnvFormat();
    if (env !== undefined) enterEnvFormat(env.format);
    this.#readsEnv = env !== undefined;
    this.settings.apply(config, env?.levels);
    this.trouble.listen(config.onError);
    if (config.onError !== undefined) hear(this.trouble);
    for (const part of env?.ignored ?? []) this.#ignore(part);
    this.#forgotten.report = config.forgotten?.report ?? "warn";
    this.#origins.mode = config.forgotten?.origin ?? defaultOriginMode();
    if (config.context !== undefined) this.context = config.context;
    this.background = config.fields;
    this.#crowd.limit = config.budget?.scopes ?? defaultCrowd;
    // The budget is the process's: a registry that never set it must not take it back from one that did.
    const transports = config.budget?.transports;
    if (transports !== undefined || this.#setBudget) setTransportBudget(transports);
    const bufferBytes = config.budget?.bufferBytes;
    if (bufferBytes !== undefined || this.#setBudget) setBufferBudget(bufferBytes);
    this.#setBudget = config.budget !== undefined;
  }
}

/** Whether the level of `scope` is its own, or that of a scope around it, rather than its category's. */
function hasOwnLevel(scope: ScopedLoggerImpl): boolean {
  for (let around: ScopedLoggerImpl | undefined = scope; around !== undefined; around = around.outer) {
    if ((around.extras?.forcedLevel ?? around.extras?.level) !== undefined) return true;
  }
  return false;
}

/** `own` over the ambient fields, unless the scope inherits them anyway by being inside the one they come from. */
function ambientUnder(frame: Frame, outer: ScopedLoggerImpl | undefined, own: Fields): Fields {
  for (let around = outer; around !== undefined; around = around.outer) {
    if (around.extras?.frame?.fields === frame.fields) return own;
  }
  return mergeFields(frame.fields, own);
}
