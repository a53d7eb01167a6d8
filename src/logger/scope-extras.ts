import type { Handler } from "../port/handler.ts";

/** None; also those of a scope that has ended. */
export const noHandlers: readonly Handler[] = Object.freeze([]);

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
  /** Whether the scope ever had a handler: its late lines then matter even if nobody is left to take them. */
  hadHandlers = false;
  /** Whether a late line was told. */
  lateTold = false;
}
