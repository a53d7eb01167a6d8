import {
  type Config,
  type Configuration,
  createRegistry,
  type Handler,
  type Logger,
  levelNames,
  type Registry,
  type ScopedLogger,
  ScopelogError,
} from "scopelog";
import { expect } from "vitest";
import { collectThoroughly, collectUntil } from "../../support/gc.ts";
import { books } from "../../support/world.ts";
import { Model, type ModelHolder, type ModelScope } from "./model.ts";
import type { Step } from "./program.ts";

/** What logs: a holder of a scope, a view of one, or a named logger. */
interface Source {
  readonly name: string;
  readonly holder: ModelHolder | undefined;
  /** Index into `holders`, if it is a holder itself. */
  readonly index: number | undefined;
}

const handlerCount = 6;

/** Runs a program on a registry and on the model side by side. The real things are in arrays of their own, to be forgotten. */
export class Machine {
  readonly model = new Model();
  readonly registry: Registry = createRegistry({ forgotten: { report: "silent" } });
  readonly #before = this.registry.stats();
  readonly #sources: Source[] = [];
  readonly #holders: ModelHolder[] = [];
  readonly #realSources: (Logger | undefined)[] = [];
  readonly #realHolders: (ScopedLogger | undefined)[] = [];
  readonly #configurations: Configuration[] = [];
  readonly #handlers: Handler[] = [];
  readonly received: string[][] = [];
  readonly closed: number[] = [];
  readonly released: number[] = [];
  #lines = 0;

  constructor() {
    for (let index = 0; index < handlerCount; index++) this.#makeHandler(index % 3 === 2);
    this.registry.configure({ forgotten: { report: "silent" }, onError() {} });
  }

  #makeHandler(throws: boolean): number {
    const index = this.model.addHandler(throws);
    this.#handlers.push(makeHandler(index, throws, this.received, this.closed, this.released));
    return index;
  }

  #handler(choice: number): number {
    // Now and then one that nobody has yet.
    if (choice % 7 === 0) return this.#makeHandler(choice % 2 === 1);
    return choice % this.#handlers.length;
  }

  /** Runs `act`; true if it went, false if it was refused with `code`. */
  #attempt(code: string, act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(ScopelogError);
      expect((error as ScopelogError).code).toBe(code);
      return false;
    }
  }

  #addHolder(holder: ModelHolder, real: ScopedLogger): void {
    const index = this.#holders.push(holder) - 1;
    this.#realHolders.push(real);
    this.#sources.push({ name: holder.scope.name, holder, index });
    this.#realSources.push(real);
  }

  #pick<T>(list: readonly (T | undefined)[], choice: number): number | undefined {
    const there = [...list.keys()].filter((index) => list[index] !== undefined);
    return there.length === 0 ? undefined : there[choice % there.length];
  }

  #open(
    name: string,
    outer: ModelHolder | undefined,
    choices: number[],
    options: { level?: ModelScope["level"]; propagate?: boolean },
    open: (handlers: Handler[]) => ScopedLogger,
  ): void {
    const indices = choices.map((choice) => this.#handler(choice));
    const scope: ModelScope = {
      name,
      sequence: this.model.scopes.length + 1,
      outer,
      handlers: [],
      owned: [],
      level: options.level,
      forced: undefined,
      propagate: options.propagate ?? true,
      ended: false,
      hadHandlers: false,
    };
    const allowed = indices.every(
      (index, at) => this.model.handlers[index]?.owner === undefined && indices.indexOf(index) === at,
    );
    const went = this.#attempt("ERR_SCOPELOG_HANDLER_OWNED", () => {
      const real = open(indices.map((index) => this.#handlers[index] as Handler));
      this.#addHolder({ scope, live: true }, real);
      expect(real.id).toBe(`${name}#${scope.sequence}`);
    });
    expect(went, "a scope opens if its handlers are free").toBe(allowed);
    if (!went) return;
    for (const index of indices) this.model.claim(index, scope);
    scope.handlers = [...indices];
    scope.owned = [...indices];
    this.model.scopes.push(scope);
  }

  #dispose(index: number): void {
    const holder = this.#holders[index]!;
    if (!holder.live) return;
    holder.live = false;
    if (!this.#holders.some(({ scope, live }) => live && scope === holder.scope))
      this.model.end(holder.scope, "disposed");
  }

  /** One step that needs no waiting; what it returns is to be awaited. */
  step(step: Step): Promise<void> | undefined {
    const { model, registry } = this;
    switch (step.do) {
      case "open": {
        const parent = step.parent === undefined ? undefined : this.#pick(this.#realHolders, step.parent);
        const { level, propagate } = step;
        this.#open(
          step.name,
          parent === undefined ? undefined : this.#holders[parent],
          step.handlers,
          { level, propagate },
          (handlers) =>
            registry.getScoped(
              step.name,
              { n: 1 },
              {
                handlers,
                propagate,
                ...(level === undefined ? {} : { level }),
                ...(parent === undefined ? {} : { parent: this.#realHolders[parent] as ScopedLogger }),
              },
            ),
        );
        return;
      }
      case "nest": {
        const index = this.#pick(this.#realHolders, step.holder);
        if (index === undefined) return;
        const outer = this.#holders[index]!;
        this.#open(`${outer.scope.name}.${step.name}`, outer, step.handlers, {}, (handlers) =>
          this.#realHolders[index]!.scope(step.name, undefined, { handlers }),
        );
        return;
      }
      case "fork": {
        const index = this.#pick(this.#realHolders, step.holder);
        if (index === undefined) return;
        const { scope, live } = this.#holders[index]!;
        const fork = this.#realHolders[index]!.fork();
        expect(fork.disposed, "a fork lives if its holder does").toBe(!live);
        this.#addHolder({ scope, live }, fork);
        return;
      }
      case "view": {
        const index = this.#pick(this.#realHolders, step.holder);
        if (index === undefined) return;
        const holder = this.#holders[index]!;
        const real = this.#realHolders[index]!;
        const { name } = holder.scope;
        this.#sources.push({
          name: step.child === undefined ? name : `${name}.${step.child}`,
          holder,
          index: undefined,
        });
        this.#realSources.push(step.child === undefined ? real.with({ v: 1 }) : real.getChild(step.child));
        return;
      }
      case "named":
        this.#sources.push({ name: step.name, holder: undefined, index: undefined });
        this.#realSources.push(registry.getLogger(step.name));
        return;
      case "log": {
        const index = this.#pick(this.#realSources, step.source);
        if (index === undefined) return;
        const { name, holder } = this.#sources[index]!;
        const level = levelNames[step.level]!;
        const message = `line ${this.#lines++}`;
        model.log(name, holder?.scope, level, message);
        this.#realSources[index]![level](message);
        return;
      }
      case "level": {
        const index = this.#pick(this.#realSources, step.source);
        if (index === undefined) return;
        const { name, holder } = this.#sources[index]!;
        if (holder !== undefined) holder.scope.level = step.level;
        else model.levels.set(name, step.level);
        this.#realSources[index]!.level = step.level;
        return;
      }
      case "setLevel": {
        const { kind, level } = step;
        let { name } = step;
        let sequence: number | undefined;
        if (kind === "id") {
          if (this.#holders.length === 0) return;
          ({ name, sequence } = this.#holders[step.holder % this.#holders.length]!.scope);
        }
        const below = kind === "below";
        const target =
          sequence !== undefined ? `${name}#${sequence}` : below ? (name === "" ? "*" : `${name}.*`) : name;
        const expected = model.setLevel({ name, below, ...(sequence === undefined ? {} : { sequence }) }, level);
        expect(registry.setLevel(target, level), `setLevel(${target})`).toBe(expected);
        return;
      }
      case "use":
      case "borrow":
      case "remove": {
        const index = this.#pick(this.#realHolders, step.holder);
        if (index === undefined) return;
        const { scope, live } = this.#holders[index]!;
        const real = this.#realHolders[index]!;
        const which = this.#handler(step.handler);
        const handler = this.#handlers[which]!;
        if (step.do === "remove") {
          if (scope.handlers.includes(which) && scope.owned.includes(which)) model.disclaim(which);
          scope.handlers = scope.handlers.filter((one) => one !== which);
          scope.owned = scope.owned.filter((one) => one !== which);
          real.removeHandler(handler);
        } else if (step.do === "borrow") {
          const went = this.#attempt("ERR_SCOPELOG_SCOPE_ENDED", () => real.addHandler(handler));
          expect(went, "a live holder borrows").toBe(live);
          if (went && !scope.handlers.includes(which)) scope.handlers = [...scope.handlers, which];
        } else {
          const free = model.handlers[which]?.owner === undefined;
          const went = this.#attempt(
            live ? "ERR_SCOPELOG_HANDLER_OWNED" : "ERR_SCOPELOG_SCOPE_ENDED",
            () => void real.use(handler),
          );
          expect(went, "a live holder takes what is free").toBe(live && free);
          if (!went) return;
          model.claim(which, scope);
          scope.owned = [...scope.owned, which];
          if (!scope.handlers.includes(which)) scope.handlers = [...scope.handlers, which];
        }
        return;
      }
      case "configure":
        return this.#configure(step.loggers);
      case "restore": {
        if (this.#configurations.length === 0) return;
        const index = step.configuration % this.#configurations.length;
        model.restore(model.configurations[index]!);
        if (step.wait) return this.#configurations[index]!.close();
        this.#configurations[index]![Symbol.dispose]();
        return;
      }
      case "dispose": {
        const index = this.#pick(this.#realHolders, step.holder);
        if (index === undefined) return;
        this.#dispose(index);
        const real = this.#realHolders[index]!;
        if (step.wait) return real.close();
        real.dispose();
        expect(real.disposed).toBe(true);
        return;
      }
      case "shutdown":
        return this.#shutdown();
      case "forget": {
        const index = this.#pick(this.#realSources, step.source);
        if (index === undefined) return;
        const { index: holder } = this.#sources[index]!;
        this.#realSources[index] = undefined;
        if (holder !== undefined) this.#realHolders[holder] = undefined;
        return;
      }
      case "collect":
        return this.#collect();
    }
  }

  #configure(loggers: (Step & { do: "configure" })["loggers"]): undefined {
    const indices = new Set<number>();
    const config: Required<Pick<Config, "loggers" | "handlers">> = { loggers: {}, handlers: {} };
    const modelLoggers: Record<
      string,
      { level?: NonNullable<ModelScope["level"]>; handlers: number[]; propagate: boolean }
    > = {};
    for (const [name, level, choices, propagate] of loggers) {
      const chosen = choices.map((choice) => this.#handler(choice));
      for (const index of chosen) indices.add(index);
      modelLoggers[name] = { handlers: chosen, propagate, ...(level === undefined ? {} : { level }) };
    }
    const handlers = Object.fromEntries([...indices].map((index) => [`h${index}`, this.#handlers[index] as Handler]));
    const named = Object.fromEntries(
      Object.entries(modelLoggers).map(([name, { level, handlers, propagate }]) => [
        name,
        { propagate, handlers: handlers.map((index) => `h${index}`), ...(level === undefined ? {} : { level }) },
      ]),
    );
    const allowed = [...indices].every((index) => {
      const owner = this.model.handlers[index]?.owner;
      return owner === undefined || owner === "configuration";
    });
    const went = this.#attempt("ERR_SCOPELOG_HANDLER_OWNED", () => {
      this.#configurations.push(
        this.registry.configure({ ...config, handlers, loggers: named, forgotten: { report: "silent" }, onError() {} }),
      );
    });
    expect(went, "a configuration is taken if its handlers are free or a configuration's").toBe(allowed);
    if (!went) return;
    for (const index of indices) this.model.claim(index, "configuration");
    this.model.configurations.push({ handlers: [...indices], loggers: modelLoggers, inForce: true });
  }

  #shutdown(): Promise<void> {
    const { model } = this;
    for (const scope of model.live) model.end(scope, "shutdown");
    for (const holder of this.#holders) holder.live = false;
    for (const configuration of model.configurations.toReversed()) model.restore(configuration);
    return this.registry.shutdown();
  }

  /** Which live scopes have a live holder that can still be reached. */
  #reachable(): Set<ModelScope> {
    const reached = new Set<ModelHolder>();
    const reach = (holder: ModelHolder | undefined): void => {
      for (let one = holder; one !== undefined && !reached.has(one); one = one.scope.outer) reached.add(one);
    };
    for (const [index, real] of this.#realSources.entries())
      if (real !== undefined) reach(this.#sources[index]?.holder);
    return new Set([...reached].filter(({ live }) => live).map(({ scope }) => scope));
  }

  async #collect(): Promise<void> {
    const { model, registry } = this;
    const reachable = this.#reachable();
    for (const scope of model.live) if (!reachable.has(scope)) model.end(scope, "collected");
    const live = model.live.length;
    await collectUntil(() => registry.stats().live <= live, `${live} live scopes`);
    for (const holder of this.#holders) if (holder.scope.ended) holder.live = false;
  }

  /** What must agree at any time. */
  check(): void {
    const { model, registry } = this;
    const stats = books(registry);
    same(
      "the counts",
      {
        ...model.ended,
        opened: model.scopes.length,
        live: model.live.length,
        late: model.late,
        dropped: model.dropped,
        failed: model.failed,
      },
      {
        disposed: stats.disposed,
        collected: stats.collected,
        shutdown: stats.shutdown,
        opened: stats.opened,
        live: stats.live,
        late: stats.late,
        dropped: stats.dropped - this.#before.dropped,
        failed: stats.failed - this.#before.failed,
      },
    );
    same(
      "the live scopes",
      [...registry.scopes()].map(({ id, level, handlers }) => [id, level, handlers]),
      model.live.map((scope) => [
        `${scope.name}#${scope.sequence}`,
        model.levelOf(scope.name, scope),
        scope.handlers.length,
      ]),
    );
  }

  /** Ends what is left, and compares every line and every close. */
  async finish(): Promise<void> {
    this.check();
    await this.#shutdown();
    await collectThoroughly(0);
    this.check();
    expect(this.received, "the lines of each handler, in order").toEqual(
      this.model.handlers.map(({ received }) => received),
    );
    expect(this.closed, "how often each handler was closed").toEqual(this.model.handlers.map(({ closed }) => closed));
    expect(this.released, "how often each resource was closed").toEqual(
      this.model.handlers.map(({ released }) => released),
    );
  }
}

// `expect` costs more than the program; it is asked for the words when something is wrong.
function same(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found, what).toEqual(expected);
}

// Built apart from the machine: a handler or resource that led to it would keep every scope.
function makeHandler(
  index: number,
  throws: boolean,
  received: string[][],
  closed: number[],
  released: number[],
): Handler {
  const lines: string[] = [];
  received.push(lines);
  closed.push(0);
  released.push(0);
  return {
    handle({ message, late }) {
      lines.push(late ? `${message} late` : message);
      if (throws) throw new Error("a handler that throws");
    },
    [Symbol.dispose]() {
      closed[index] = (closed[index] ?? 0) + 1;
      if (throws) throw new Error("a handler that throws as it is closed");
    },
    resource: {
      [Symbol.dispose]() {
        released[index] = (released[index] ?? 0) + 1;
      },
    },
  };
}
