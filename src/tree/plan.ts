import type { FilterLike } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { OFF } from "../record/level.ts";

/**
 * What a logger looks at before it does anything: the resolved level and handlers. Loggers keep theirs until the
 * epoch has moved on, then ask for a new one; nobody has to know them in order to tell them.
 */
export class Plan {
  readonly epoch: number;
  /** The lowest level that is written, as set. */
  readonly level: number;
  /** The lowest level that is worth making a record for: `OFF` if nobody would take it. */
  readonly threshold: number;
  /** The handlers of the categories, nearest first. */
  readonly handlers: readonly Handler[];
  /** What every record must pass, nearest category first. */
  readonly filters: readonly FilterLike[] | undefined;

  constructor(
    level: number,
    handlers: readonly Handler[],
    filters: readonly FilterLike[] | undefined,
    ownHandlers: boolean,
  ) {
    this.epoch = epoch;
    this.level = level;
    this.threshold = ownHandlers || handlers.length > 0 ? level : OFF;
    this.handlers = handlers;
    this.filters = filters;
  }
}

/** The number of the last change of any configuration; a plan of an earlier epoch is out of date. */
export let epoch = 0;

/** Makes all plans out of date. */
export function advanceEpoch(): void {
  epoch++;
}
