import { type Anchor, closeCell, estateOf, openCell } from "../lifetime/cell.ts";
import { closeAll, disposeAll } from "../lifetime/disposal.ts";
import { claim, disclaim } from "../lifetime/ownership.ts";
import { ScopelogError } from "../port/codes.ts";
import { checkHandler, type Handler } from "../port/handler.ts";
import { type Fields, mergeFields } from "../record/fields.ts";
import { type LevelSetting, levelNumber, OFF } from "../record/level.ts";
import { LogSource } from "../record/log-source.ts";
import { advanceEpoch } from "../tree/plan.ts";
import { BaseLogger, drawPlan } from "./base-logger.ts";
import type { Home } from "./home.ts";
import { noHandlers, ScopeExtras } from "./scope-extras.ts";
import type { ScopedLogger } from "./scoped-logger.ts";

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
    shared?: ScopedLoggerImpl,
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
    }
  }

  get id(): string {
    return `${this.name}#${this.sequence}`;
  }

  get disposed(): boolean {
    return liveAnchor(this) === undefined;
  }

  /** Whether the scope itself has ended, and not only this holder. */
  get ended(): boolean {
    if (this.anchor !== undefined) return this.anchor.slot.index < 0;
    return this.extras === undefined || this.extras.holders === 0;
  }

  override get inside(): ScopedLoggerImpl {
    return this;
  }

  override get fields(): Fields {
    return this.outer === undefined ? this.own : mergeFields(this.outer.fields, this.own);
  }

  override makeSource(): LogSource {
    this.source = new LogSource(this.name, this.id, this.outer?.id, this.fields);
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
    this.adopt(anchor, [handler]);
    this.handlersAdded();
    return handler;
  }

  addHandler(handler: Handler): void {
    demandAnchor(this, "addHandler");
    checkHandler(handler, "the argument of addHandler()");
    const extras = this.demandExtras();
    if (!extras.handlers.includes(handler)) extras.handlers = [...extras.handlers, handler];
    extras.hadHandlers = true;
    this.handlersAdded();
  }

  removeHandler(handler: Handler): void {
    const { extras } = this;
    if (extras === undefined || !extras.handlers.includes(handler)) return;
    extras.handlers = extras.handlers.filter((one) => one !== handler);
    if (extras.owned.includes(handler)) {
      extras.owned = extras.owned.filter((one) => one !== handler);
      disclaim(handler);
      const estate = liveAnchor(this)?.slot.estate;
      if (estate !== undefined) estate.resources = estate.resources.filter((one) => one !== handler.resource);
    }
    advanceEpoch();
  }

  /** Makes claimed handlers the scope's own. */
  adopt(anchor: Anchor, handlers: readonly Handler[]): void {
    const extras = this.demandExtras();
    extras.handlers = [...extras.handlers, ...handlers];
    extras.owned = [...extras.owned, ...handlers];
    for (const { resource } of handlers) {
      if (resource === undefined) continue;
      const estate = estateOf(anchor.slot);
      estate.resources = [...estate.resources, resource];
    }
    extras.hadHandlers = true;
  }

  handlersAdded(): void {
    if (this.currentPlan().threshold !== OFF) return;
    // Views and scopes inside share the news; nobody knows them, so everybody draws a new plan.
    advanceEpoch();
  }

  fork(): ScopedLogger {
    const extras = this.demandExtras();
    if (liveAnchor(this) !== undefined) extras.holders++;
    return new ScopedLoggerImpl(this.home, this.name, this.own, this.outer, this.sequence, this);
  }

  dispose(): void {
    this.end();
  }

  close(): Promise<void> {
    return this.endAndWait();
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.endAndWait();
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

/** The holder's cell, if the holder is live and the cell is still that of its scope. */
function liveAnchor(holder: ScopedLoggerImpl): Anchor | undefined {
  const { anchor } = holder;
  if (anchor === undefined) return undefined;
  const { slot } = anchor;
  return slot.index >= 0 && slot.sequence === holder.sequence && slot.ledger === holder.home.ledger
    ? anchor
    : undefined;
}

function demandAnchor(holder: ScopedLoggerImpl, method: string): Anchor {
  const anchor = liveAnchor(holder);
  if (anchor !== undefined) return anchor;
  throw new ScopelogError("ERR_SCOPELOG_SCOPE_ENDED", `${method}() on ${holder.id}, which has ended`);
}

/** Ends the holder, and the scope if it was the last; then what is returned must be closed. */
function letGo(holder: ScopedLoggerImpl): readonly Handler[] | undefined {
  const anchor = liveAnchor(holder);
  holder.anchor = undefined;
  if (anchor === undefined) return undefined;
  if (holder.extras !== undefined && --holder.extras.holders > 0) return undefined;
  return endScope(holder, anchor, "disposed");
}

function endScope(
  holder: ScopedLoggerImpl,
  anchor: Anchor,
  reason: "disposed" | "shutdown",
): readonly Handler[] | undefined {
  const { extras } = holder;
  // Others that still hold the cell would meet its next tenant in it.
  closeCell(anchor, reason, extras === undefined || extras.holders === 0);
  holder.anchor = undefined;
  if (extras === undefined) return undefined;
  const { owned } = extras;
  extras.holders = 0;
  extras.handlers = extras.owned = noHandlers;
  for (const handler of owned) disclaim(handler);
  return owned;
}

/**
 * Makes a scope the owner of all `handlers`, or of none.
 * @throws {ScopelogError} `ERR_SCOPELOG_HANDLER`, `ERR_SCOPELOG_HANDLER_OWNED`
 */
export function claimHandlers(handlers: readonly Handler[], where: string): void {
  for (const [index, handler] of handlers.entries()) {
    try {
      checkHandler(handler, where);
      if (claim(handler)) continue;
      throw new ScopelogError("ERR_SCOPELOG_HANDLER_OWNED", `${where} has an owner already; addHandler() borrows`);
    } catch (error) {
      for (const claimed of handlers.slice(0, index)) disclaim(claimed);
      throw error;
    }
  }
}
