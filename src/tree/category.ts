import type { FilterLike } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { epoch, Plan } from "./plan.ts";

/** The settings of one configured name, with those above it already looked up. */
export interface CategorySettings {
  readonly level: number;
  readonly handlers: readonly Handler[];
  readonly filters: readonly FilterLike[] | undefined;
}

/**
 * A configured name such as `net.conn`, with everything it inherits. Names that nobody configured have no category of
 * their own but share that of the nearest one above: a million names leave no trace.
 */
export class Category {
  readonly settings: CategorySettings;
  #plan: Plan | undefined;
  #openPlan: Plan | undefined;

  constructor(settings: CategorySettings) {
    this.settings = settings;
  }

  /** The plan of a logger that has no handlers of its own. */
  get plan(): Plan {
    if (this.#plan?.epoch !== epoch) this.#plan = this.#draw(false);
    return this.#plan as Plan;
  }

  /** The plan of a scope that has handlers of its own, so that lines are worth making whatever is configured. */
  get openPlan(): Plan {
    if (this.#openPlan?.epoch !== epoch) this.#openPlan = this.#draw(true);
    return this.#openPlan as Plan;
  }

  /**
   * The plan of a logger here whose scopes have their own mind.
   * @param level the level they set, if any
   * @param inherits whether the lines reach the categories' handlers
   * @param ownHandlers whether the scopes have handlers
   */
  planFor(level: number | undefined, inherits: boolean, ownHandlers: boolean): Plan {
    if (level === undefined && inherits) return ownHandlers ? this.openPlan : this.plan;
    const { settings } = this;
    return new Plan(level ?? settings.level, inherits ? settings.handlers : [], settings.filters, ownHandlers);
  }

  #draw(ownHandlers: boolean): Plan {
    const { level, handlers, filters } = this.settings;
    return new Plan(level, handlers, filters, ownHandlers);
  }
}

/** The name above `name`: `net` for `net.conn`, `""` for `net`. */
export function parentName(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(0, dot);
}
