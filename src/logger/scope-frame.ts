import { anchorOf, type Slot } from "../lifetime/cell.ts";
import type { Ledger } from "../lifetime/ledger.ts";
import type { Frame } from "../port/context.ts";
import type { Fields } from "../record/fields.ts";
import type { LogSource } from "../record/log-source.ts";
import type { ScopeExtras } from "./scope-extras.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/**
 * What is ambient inside `run()` of a scope. A timer may pin it for ever, so it leads to no logger: to the live scope
 * only through the cell, whose WeakRef is there already, and to one that has ended not at all. A WeakRef for each scope
 * cost a request 0.5 to 2.5 µs, most of it in the collector.
 */
export class ScopeFrame implements Frame {
  readonly name: string;
  readonly fields: Fields;
  /** The frame of the scope around, if there is one. */
  readonly outer: ScopeFrame | undefined;
  readonly sequence: number;
  readonly ledger: Ledger;
  /** Where the scope lives or lived; another may live there now. */
  readonly slot: Slot | undefined;
  /** What is left of a scope that was ended, and not collected: its settings, without handlers. */
  extras: ScopeExtras | undefined = undefined;
  /** Where its lines came from, if there were any. */
  source: LogSource | undefined = undefined;
  /** Who opened the scope, if that has ended before the last who hold it: they may be collected while it still runs. */
  left: WeakRef<ScopedLoggerImpl> | undefined = undefined;

  constructor(scope: ScopedLoggerImpl, slot: Slot | undefined, outer: ScopeFrame | undefined) {
    this.name = scope.name;
    this.fields = scope.fields;
    this.outer = outer;
    this.sequence = scope.sequence;
    this.ledger = scope.home.ledger;
    this.slot = slot;
  }

  get logger(): this {
    return this;
  }

  /** The scope, as long as it is live. */
  deref(): object | undefined {
    const { slot } = this;
    const live = slot?.sequence === this.sequence && slot.ledger === this.ledger ? anchorOf(slot)?.tenant : undefined;
    return live ?? this.left?.deref();
  }

  /** Keeps what is left of the scope, for the late lines of the work that goes on. */
  end(extras: ScopeExtras, source: LogSource | undefined): void {
    this.extras = extras;
    this.source = source;
  }
}

/** The frame of a holder's scope, made when first needed. */
export function frameOf(holder: ScopedLoggerImpl): ScopeFrame {
  const extras = holder.demandExtras();
  if (extras.frame !== undefined) return extras.frame;
  const { outer } = holder;
  const frame = new ScopeFrame(
    holder,
    holder.anchor?.slot ?? extras.slot,
    outer === undefined ? undefined : frameOf(outer),
  );
  if (holder.ended) frame.end(extras, holder.source);
  extras.frame = frame;
  return frame;
}
