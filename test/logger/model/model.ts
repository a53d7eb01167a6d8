import { type LevelName, type LevelSetting, levelNumber } from "scopelog";

/** What the model knows of a handler: who must close it, and how often it must have been closed. */
export interface ModelHandler {
  owner: ModelScope | "configuration" | undefined;
  claims: number;
  closed: number;
  /** How often its resource must have been closed, by collection. */
  released: number;
  readonly throws: boolean;
  readonly received: string[];
}

export interface ModelConfiguration {
  readonly handlers: readonly number[];
  readonly loggers: Readonly<Record<string, { level?: LevelSetting; handlers: readonly number[]; propagate: boolean }>>;
  inForce: boolean;
}

export interface ModelScope {
  readonly name: string;
  readonly sequence: number;
  readonly outer: ModelHolder | undefined;
  /** Owned and borrowed. */
  handlers: number[];
  owned: number[];
  level: LevelSetting | undefined;
  forced: LevelSetting | undefined;
  readonly propagate: boolean;
  ended: boolean;
  hadHandlers: boolean;
}

/** One holder of a scope, and whether it is live. */
export interface ModelHolder {
  readonly scope: ModelScope;
  live: boolean;
}

const above = (name: string) => (name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : "");

/** `name` and all names above it, nearest first. */
function* upwards(name: string): Iterable<string> {
  for (let one = name; one !== ""; one = above(one)) yield one;
  yield "";
}

/** The rules of behaviour, as simply as they can be said: everything is looked up anew for each question. */
export class Model {
  readonly handlers: ModelHandler[] = [];
  readonly configurations: ModelConfiguration[] = [];
  readonly scopes: ModelScope[] = [];
  readonly levels = new Map<string, LevelSetting>();
  readonly subtrees = new Map<string, LevelSetting>();
  readonly ended = { disposed: 0, collected: 0, shutdown: 0 };
  late = 0;
  dropped = 0;
  failed = 0;

  get live(): ModelScope[] {
    return this.scopes.filter(({ ended }) => !ended);
  }

  addHandler(throws: boolean): number {
    return this.handlers.push({ owner: undefined, claims: 0, closed: 0, released: 0, throws, received: [] }) - 1;
  }

  #config(name: string) {
    const top = this.configurations.filter(({ inForce }) => inForce).at(-1);
    return top !== undefined && Object.hasOwn(top.loggers, name) ? top.loggers[name] : undefined;
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
    const found: number[] = [];
    for (const one of upwards(name)) {
      const config = this.#config(one);
      found.push(...(config?.handlers ?? []));
      if (config?.propagate === false) break;
    }
    return found;
  }

  *around(scope: ModelScope | undefined): Iterable<ModelScope> {
    for (let one = scope; one !== undefined; one = one.outer?.scope) yield one;
  }

  levelOf(name: string, scope: ModelScope | undefined): LevelSetting {
    for (const { forced, level } of this.around(scope)) {
      const own = forced ?? level;
      if (own !== undefined) return own;
    }
    return this.categoryLevel(name);
  }

  /** What must happen when `name` inside `scope` logs `message`. */
  log(name: string, scope: ModelScope | undefined, level: LevelName, message: string): void {
    const targets = new Set<number>();
    let worthIt = false;
    let inherits = true;
    for (const one of this.around(scope)) {
      for (const handler of one.handlers) targets.add(handler);
      worthIt ||= one.handlers.length > 0 || (one.ended && one.hadHandlers);
      if (one.propagate) continue;
      inherits = false;
      break;
    }
    if (inherits) for (const handler of this.categoryHandlers(name)) targets.add(handler);
    if (!worthIt && targets.size === 0) return;
    if (levelNumber(level) < levelNumber(this.levelOf(name, scope))) return;
    const isLate = scope?.ended === true;
    if (isLate) this.late++;
    if (targets.size === 0) this.dropped++;
    for (const index of targets) {
      const handler = this.handlers[index]!;
      handler.received.push(isLate ? `${message} late` : message);
      if (handler.throws) this.failed++;
    }
  }

  claim(index: number, owner: ModelScope | "configuration"): boolean {
    const handler = this.handlers[index]!;
    if (handler.owner !== undefined && (owner !== "configuration" || handler.owner !== owner)) return false;
    handler.owner = owner;
    handler.claims++;
    return true;
  }

  disclaim(index: number): boolean {
    const handler = this.handlers[index]!;
    if (--handler.claims > 0) return false;
    handler.owner = undefined;
    return true;
  }

  end(scope: ModelScope, reason: "disposed" | "collected" | "shutdown"): void {
    if (scope.ended) return;
    scope.ended = true;
    this.ended[reason]++;
    for (const index of scope.owned) {
      // A handler that is collected with its scope has no owner any more, and nobody who could ask.
      if (reason === "collected") this.handlers[index]!.released++;
      else if (this.disclaim(index)) this.handlers[index]!.closed++;
    }
    scope.hadHandlers = scope.handlers.length > 0;
    scope.handlers = [];
    scope.owned = [];
  }

  restore(configuration: ModelConfiguration): void {
    if (!configuration.inForce) return;
    configuration.inForce = false;
    for (const index of configuration.handlers) if (this.disclaim(index)) this.handlers[index]!.closed++;
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
      [...this.around(scope)].some(({ forced, level }) => (forced ?? level) !== undefined),
    );
    for (const scope of concerned) {
      if (sequence !== undefined || level === undefined || ownMinded.includes(scope)) scope.forced = level;
    }
    return concerned.length;
  }
}
