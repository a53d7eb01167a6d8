import type { UntilErrorBuffer } from "../handler/until-error-buffer.ts";
import type { Slot } from "../lifetime/cell.ts";
import type { Handler } from "../port/handler.ts";
import type { Fields } from "../record/fields.ts";
import type { BaseLogger } from "./base-logger.ts";
import type { ScopeFrame } from "./scope-frame.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";
import type { Outcome, Summary } from "./summary.ts";

/** A holder that an event ends. */
export interface MovedEnd {
  readonly holder: ScopedLoggerImpl;
  readonly takeBack: () => void;
}

/** None; also those of a scope that has ended. Not frozen: V8 makes an iterator for each loop over a list that is. */
export const noHandlers: readonly Handler[] = [];

/** What only some scopes have: made when first needed, shared by all holders of the scope. */
export class ScopeExtras {
  /** Owned and borrowed, in the order they were added. */
  handlers: readonly Handler[] = noHandlers;
  /** Those to close at the end, in the order they were added. */
  owned: readonly Handler[] = noHandlers;
  /** The level given by the scope's own options or by setting `level`. */
  level: number | undefined = undefined;
  /** The level given from outside by `setLevel`; above `level`. */
  forcedLevel: number | undefined = undefined;
  /** Whether lines go on to the scope around and to the categories. */
  propagate = true;
  /** How many hold the scope; it ends when none does. */
  holders = 1;
  /** The cell's slot, once the scope was forked: tells an ended holder whether the others were collected. */
  slot: Slot | undefined = undefined;
  /** Whether the scope had handlers at its end: its late lines then matter even if nobody is left to take them. */
  hadHandlers = false;
  /** Whether a late line was told. */
  lateTold = false;
  /** What is held until it goes wrong, each with the logger it goes on from then. */
  buffer: UntilErrorBuffer<BaseLogger> | undefined = undefined;
  summary: Summary | undefined = undefined;
  outcome: Outcome = "unknown";
  /** What `fail` was given. */
  failure: unknown = undefined;
  /** What `ok` or `fail` add to the summary. */
  outcomeFields: Fields | undefined = undefined;
  /** The holders whose end was moved to an event, with what takes the listener back. */
  moved: readonly MovedEnd[] | undefined = undefined;
  /** What is ambient inside `run`. */
  frame: ScopeFrame | undefined = undefined;
}

/** The end, for all who share `extras`. Returns the handlers that the scope owned. */
export function markEnded(extras: ScopeExtras): readonly Handler[] {
  const { owned } = extras;
  extras.holders = 0;
  extras.hadHandlers = extras.handlers.length > 0;
  extras.handlers = extras.owned = noHandlers;
  // Told by now; an ambient frame may keep the rest for ever.
  extras.failure = extras.outcomeFields = undefined;
  return owned;
}
