import { afterTurn } from "../lifetime/after-turn.ts";
import { type Anchor, openCell } from "../lifetime/cell.ts";
import { closeAll, disposeAll } from "../lifetime/disposal.ts";
import { markRole } from "../lifetime/heap-role.ts";
import { disclaim } from "../lifetime/ownership.ts";
import { isThenable } from "../lifetime/thenable.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Frame } from "../port/context.ts";
import { checkHandler, type Handler } from "../port/handler.ts";
import { rememberFields } from "../record/error-fields.ts";
import { type Fields, mergeFields, noFields } from "../record/fields.ts";
import { type LevelSetting, levelNumber, OFF } from "../record/level.ts";
import { LogSource } from "../record/log-source.ts";
import { scopeId } from "../record/scope-id.ts";
import { advanceEpoch, type Plan } from "../tree/plan.ts";
import { BaseLogger, drawPlan } from "./base-logger.ts";
import { claimHandlers } from "./claim-handlers.ts";
import { releaseBuffer } from "./emit.ts";
import type { Home } from "./home.ts";
import { demandAnchor, endScope, isMoved, leave, letGo, liveAnchor, livesIn } from "./scope-end.ts";
import { ScopeExtras } from "./scope-extras.ts";
import { frameOf } from "./scope-frame.ts";
import type { ScopedLogger } from "./scoped-logger.ts";
import type { Outcome } from "./summary.ts";
import { type EndLike, whenEnded } from "./until.ts";

/** What holders of one scope share. */
export interface Shared {
  readonly plan: Plan;
  readonly extras: ScopeExtras | undefined;
  readonly anchor: Anchor | undefined;
  readonly source: LogSource;
}

/**
 * One holder of a scope. What holders share is in the cell and in the extras. No private methods here: their brand
 * would cost every scope 8 bytes.
 */
export class ScopedLoggerImpl extends BaseLogger implements ScopedLogger {
  declare readonly sequence: number;
  declare readonly outer: ScopedLoggerImpl | undefined;
  /** The cell, while this holder is live. An ended holder lets go: the cell's next tenant must be free to be collected. */
  declare anchor: Anchor | undefined;
  declare extras: ScopeExtras | undefined;

  /** Opens a scope, or with `shared` makes one more holder of that. */
  constructor(
    home: Home,
    name: string,
    own: Fields,
    outer: ScopedLoggerImpl | undefined,
    sequence: number,
    shared?: Shared,
  ) {
    super(home, name, own);
    this.sequence = sequence;
    this.outer = outer;
    if (shared === undefined) {
      this.plan = outer === undefined ? home.settings.category(name).plan : drawPlan(home, name, outer);
      this.extras = undefined;
      this.anchor = openCell(home.ledger, this, name, sequence);
    } else {
      this.plan = shared.plan;
      this.extras = shared.extras;
      this.anchor = shared.anchor;
      // One source for all holders: it counts the scope's lines.
      this.source = shared.source;
    }
  }

  // From the source, and so kept: an id that the program knows can be found in a heap snapshot.
  get id(): string {
    return (this.source ?? this.makeSource()).scope as string;
  }

  get disposed(): boolean {
    return liveAnchor(this) === undefined;
  }

  /** Whether the scope itself has ended, and not only this holder. */
  get ended(): boolean {
    if (this.anchor !== undefined) return this.anchor.slot.index < 0;
    const { extras } = this;
    if (extras === undefined || extras.holders === 0) return true;
    // Extras made after the end have a holder, but no slot.
    return extras.slot === undefined || !livesIn(extras.slot, this);
  }

  override get inside(): ScopedLoggerImpl {
    return this;
  }

  override get fields(): Fields {
    return this.outer === undefined ? this.own : mergeFields(this.outer.fields, this.own);
  }

  override makeSource(): LogSource {
    this.source = new LogSource(this.name, scopeId(this.name, this.sequence), this.outer?.id, this.fields);
    return this.source;
  }

  override setLevel(level: LevelSetting): void {
    this.setOwnLevel(levelNumber(level));
  }

  setOwnLevel(level: number): void {
    this.demandExtras().level = level;
    advanceEpoch();
  }

  setForcedLevel(level: number | undefined): void {
    if (level === undefined && this.extras === undefined) return;
    this.demandExtras().forcedLevel = level;
    advanceEpoch();
  }

  demandExtras(): ScopeExtras {
    this.extras ??= new ScopeExtras();
    return this.extras;
  }

  use<H extends Handler>(handler: H): H {
    const anchor = demandAnchor(this, "use");
    claimHandlers([handler], "the argument of use()");
    this.announceHandler();
    this.adopt(anchor, [handler]);
    return handler;
  }

  addHandler(handler: Handler): void {
    demandAnchor(this, "addHandler");
    checkHandler(handler, "the argument of addHandler()");
    this.announceHandler();
    const extras = this.demandExtras();
    if (!extras.handlers.includes(handler)) extras.handlers = [...extras.handlers, handler];
  }

  removeHandler(handler: Handler): void {
    const { extras } = this;
    // One that was collected may still seem to have some, until it is asked for a line.
    if (extras === undefined || this.ended || !extras.handlers.includes(handler)) return;
    extras.handlers = extras.handlers.filter((one) => one !== handler);
    if (extras.owned.includes(handler)) {
      extras.owned = extras.owned.filter((one) => one !== handler);
      disclaim(handler);
      // An ended holder may do this while others keep the scope.
      const slot = this.anchor?.slot ?? extras.slot;
      const estate = slot !== undefined && livesIn(slot, this) ? slot.estate : undefined;
      if (estate !== undefined) estate.resources = estate.resources.filter((one) => one !== handler.resource);
    }
    advanceEpoch();
  }

  /** Makes claimed handlers the scope's own. */
  adopt(anchor: Anchor, handlers: readonly Handler[]): void {
    const extras = this.demandExtras();
    if (extras.handlers.length === 0) extras.handlers = extras.owned = [...handlers];
    else {
      // One that was borrowed before is met once.
      extras.handlers = [...extras.handlers.filter((known) => !handlers.includes(known)), ...handlers];
      extras.owned = [...extras.owned, ...handlers];
    }
    for (const { resource } of handlers) if (resource !== undefined) leave(anchor, resource);
  }

  /** To be called before a handler is added: afterwards the plan would not say whether there was none. */
  announceHandler(): void {
    if (this.currentPlan().threshold !== OFF && !this.home.settings.silent) return;
    // Other holders, views and scopes inside share the news; nobody knows them, so everybody draws a new plan.
    advanceEpoch();
  }

  fork(): ScopedLogger {
    const extras = this.demandExtras();
    const anchor = liveAnchor(this);
    if (anchor !== undefined) {
      extras.holders++;
      extras.slot = anchor.slot;
    }
    const shared = { plan: this.plan, extras, anchor: this.anchor, source: this.source ?? this.makeSource() };
    return new ScopedLoggerImpl(this.home, this.name, this.own, this.outer, this.sequence, shared);
  }

  dispose(): void {
    this.end();
  }

  close(): Promise<void> {
    return this.endAndWait();
  }

  [Symbol.dispose](): void {
    if (!isMoved(this)) this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return isMoved(this) ? Promise.resolve() : this.endAndWait();
  }

  ok(fields?: Fields): void {
    this.setOutcome("ok", undefined, fields);
  }

  fail(error?: unknown, fields?: Fields): void {
    this.setOutcome("error", error, fields);
    if (error !== undefined) rememberFields(error, this.fields);
    const { extras } = this;
    if (extras?.buffer?.open === false && !this.ended) releaseBuffer(extras.buffer);
  }

  get outcome(): Outcome {
    return this.extras?.outcome ?? "unknown";
  }

  setOutcome(outcome: Outcome, failure: unknown, fields: Fields | undefined): void {
    const extras = this.demandExtras();
    extras.outcome = outcome;
    // Who only adds fields, or a second voice, does not take the cause back.
    if (outcome === "ok" || failure !== undefined) extras.failure = failure;
    if (fields !== undefined) extras.outcomeFields = mergeFields(extras.outcomeFields ?? noFields, fields);
  }

  until(end: EndLike): this {
    if (this.disposed) return this;
    const extras = this.demandExtras();
    // Named, so that who asks what holds the scope can read it.
    const endScopelogScope = (): void => afterTurn(endHolder, this);
    const takeBack = whenEnded(end, endScopelogScope);
    extras.moved = [...(extras.moved ?? []), { holder: this, takeBack }];
    return this;
  }

  /** A fork, or who has ended, has a frame of its own, with the same fields, by which it is known to be of the scope. */
  ambientFrame(): Frame {
    const frame = frameOf(this);
    if (this.anchor?.tenant === this) return frame;
    return { name: this.name, fields: frame.fields, logger: new WeakRef(this) };
  }

  run<T>(fn: () => T): T {
    if (typeof fn !== "function") throw new ScopelogError("ERR_SCOPELOG_OPTION", "run() takes a function");
    const { home } = this;
    home.ambient = true;
    const frame = this.ambientFrame();
    try {
      const result = home.context.run(frame, fn);
      if (!isThenable(result)) return result;
      // The scope is held by what it awaits: `run` alone, without a block around it, must not lose it half-way.
      return result.then(
        (value: unknown) => value,
        (error: unknown) => {
          rememberFields(error, this.fields);
          throw error;
        },
      ) as T;
    } catch (error) {
      rememberFields(error, this.fields);
      throw error;
    }
  }

  end(): void {
    const owned = letGo(this);
    if (owned !== undefined) disposeAll(owned, this.home.closeFailed);
  }

  async endAndWait(): Promise<void> {
    const owned = letGo(this);
    if (owned !== undefined) await closeAll(owned, this.home.closeFailed);
  }

  /** Ends the scope that lives in `anchor`, this one's, for all who hold it. */
  async shutDown(anchor: Anchor): Promise<void> {
    const owned = endScope(this, anchor, "shutdown");
    if (owned !== undefined) await closeAll(owned, this.home.closeFailed);
  }
}

function endHolder(holder: ScopedLoggerImpl): void {
  holder.end();
}

markRole(ScopedLoggerImpl, "scope");
