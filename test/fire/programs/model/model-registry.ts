import { type LevelSetting, levelNumber } from "scopelog";
import type {
  FilterKind,
  Frame,
  ModelConfiguration,
  ModelFields,
  ModelHolder,
  ModelLogger,
  ModelScope,
  Source,
} from "./state.ts";

const above = (name: string) => (name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "");

/** `name` and all names above it, nearest first. */
function* upwards(name: string): Iterable<string> {
  for (let one = name; one !== ""; one = above(one)) yield one;
  yield "";
}

/** `scope` and those it is inside of. */
export function* around(scope: ModelScope | undefined): Iterable<ModelScope> {
  for (let one = scope; one !== undefined; one = one.outer?.scope) yield one;
}

export function fieldsOf(scope: ModelScope): ModelFields {
  return scope.outer === undefined ? scope.own : { ...fieldsOf(scope.outer.scope), ...scope.own };
}

/** What the categories say of a line: who takes it beside the scopes, and what it must pass. */
export interface ModelPlan {
  readonly handlers: readonly number[];
  readonly filters: readonly FilterKind[];
}

/** The rules of settings and scopes, as simply as they can be said: everything is looked up anew for each question. */
export class ModelRegistry {
  readonly index: number;
  readonly scopes: ModelScope[] = [];
  readonly inForce: ModelConfiguration[] = [];
  readonly levels = new Map<string, LevelSetting>();
  readonly subtrees = new Map<string, LevelSetting>();
  /** What owns the handlers of its configurations. */
  readonly owner = {};
  readonly ended = { disposed: 0, collected: 0, shutdown: 0 };
  late = 0;
  /** Whether the first configuration was ended by a shutdown; what is told then goes to the runtime. */
  bare = false;
  /** Whether a shutdown has begun that is not done. */
  closing = false;
  /** Whether the configuration before said something about the budget. */
  setBudget = false;
  frame: Frame | undefined;

  constructor(index: number) {
    this.index = index;
  }

  get live(): ModelScope[] {
    return this.scopes.filter(({ ended }) => !ended);
  }

  get background(): ModelFields {
    return this.inForce.at(-1)?.fields ?? {};
  }

  #config(name: string): ModelLogger | undefined {
    const loggers = this.inForce.at(-1)?.loggers;
    return loggers !== undefined && Object.hasOwn(loggers, name) ? loggers[name] : undefined;
  }

  categoryLevel(name: string): LevelSetting {
    for (const one of upwards(name)) {
      const level = this.subtrees.get(one);
      if (level !== undefined) return level;
    }
    for (const one of upwards(name)) {
      const level = this.levels.get(one) ?? this.#config(one)?.level;
      if (level !== undefined) return level;
    }
    return "info";
  }

  categoryHandlers(name: string): number[] {
    const found = new Set<number>();
    for (const one of upwards(name)) {
      const config = this.#config(one);
      for (const handler of config?.handlers ?? []) found.add(handler);
      if (config?.propagate === false) break;
    }
    return [...found];
  }

  plan(name: string, scope: ModelScope | undefined): ModelPlan {
    const filters: FilterKind[] = [];
    for (const one of upwards(name)) {
      const filter = this.#config(one)?.filter;
      if (filter !== undefined) filters.push(filter);
    }
    const inherits = [...around(scope)].every(({ propagate }) => propagate);
    return { filters, handlers: inherits ? this.categoryHandlers(name) : [] };
  }

  levelOf({ name, holder, viewLevel }: Pick<Source, "name" | "holder" | "viewLevel">): LevelSetting {
    const own = holder?.scope.forced ?? viewLevel;
    if (own !== undefined) return own;
    for (const { forced, level } of around(holder?.scope)) {
      const set = forced ?? level;
      if (set !== undefined) return set;
    }
    return this.categoryLevel(name);
  }

  /** Whether a line is worth making: its level is written, and somebody is there, or was, to take it. */
  admits(source: Source, level: number): boolean {
    if (level < levelNumber(this.levelOf(source))) return false;
    for (const one of around(source.holder?.scope)) {
      if (one.handlers.length > 0 || (one.ended && one.hadHandlers)) return true;
      if (!one.propagate) return false;
    }
    return this.categoryHandlers(source.name).length > 0;
  }

  /** The fields of a scope that is opened now, by itself or in a logger whose fields are not those of its scope. */
  ownFields(given: ModelFields, outer: ModelHolder | undefined, parent: Source | undefined): ModelFields {
    let own: ModelFields = parent?.fields === undefined ? given : { ...parent.fields, ...given };
    const { frame } = this;
    if (frame !== undefined && ![...around(outer?.scope)].includes(frame.holder.scope)) {
      own = { ...frame.fields, ...own };
    }
    return own;
  }

  /** Sets levels from outside; returns how many live scopes it concerned. */
  setLevel(target: { name: string; sequence?: number; below: boolean }, level: LevelSetting | undefined): number {
    const { name, sequence, below } = target;
    if (sequence === undefined) {
      const map = below ? this.subtrees : this.levels;
      if (level === undefined) map.delete(name);
      else map.set(name, level);
    }
    const concerned = this.live.filter(
      (scope) =>
        (scope.name === name && (sequence === undefined || scope.sequence === sequence)) ||
        (below && (name === "" || scope.name.startsWith(`${name}.`))),
    );
    const ownMinded = concerned.filter((scope) =>
      [...around(scope)].some(({ forced, level }) => (forced ?? level) !== undefined),
    );
    for (const scope of concerned) {
      if (sequence !== undefined || level === undefined || ownMinded.includes(scope)) scope.forced = level;
    }
    return concerned.length;
  }
}
