import { type Logger, levelNames, levelNumber, type ScopedLogger } from "scopelog";
import { collect, reconcile, takeTurn } from "./collect-step.ts";
import { pick, pickWhere, same } from "./compare.ts";
import { compareClosings, compareNow } from "./comparison.ts";
import { log, look } from "./log-steps.ts";
import { openScope } from "./open-step.ts";
import type { Step } from "./program.ts";
import { run, runAsync } from "./run-step.ts";
import { changeHandlers, configure } from "./settings-steps.ts";
import { Sides } from "./sides.ts";
import { idOf, type ModelHolder, type Source } from "./state.ts";
import { setTrap } from "./trap-step.ts";

/** Runs a program on two registries and on the model side by side. */
export class Machine {
  readonly #sides: Sides;

  constructor(forgetful = false) {
    this.#sides = new Sides(forgetful);
  }

  /** The codes of the problems that were told. */
  get told(): Set<string> {
    return this.#sides.told;
  }

  /** How much was done. */
  get figures(): Sides["figures"] {
    return this.#sides.figures;
  }

  /** Ends what is left, without a look. */
  abandon(): Promise<void> {
    return this.#sides.abandon();
  }

  /** Runs one step and compares; what it returns is to be awaited. */
  step(step: Step): Promise<void> | undefined {
    const waiting = this.#step(step);
    if (waiting === undefined || this.#sides.synchronous > 0) return compareNow(this.#sides);
    return this.#turnAfter(waiting);
  }

  async #turnAfter(waiting: Promise<void>): Promise<void> {
    await waiting;
    await takeTurn(this.#sides);
    compareNow(this.#sides);
  }

  #step(step: Step): Promise<void> | undefined {
    const sides = this.#sides;
    const { model } = sides;
    switch (step.do) {
      case "open": {
        const registry = model.registries[step.world]!;
        const parent =
          step.parent === undefined
            ? undefined
            : pickWhere(sides.realSources, step.parent, (at) => sides.sources[at]!.registry === registry);
        return openScope(sides, step, registry.index, step.name, parent, (fields, options) =>
          sides.registries[step.world]!.getScoped(step.name, fields, {
            ...options,
            ...(parent === undefined ? {} : { parent: sides.realSources[parent] as Logger }),
          }),
        );
      }
      case "nest": {
        const parent = sides.source(step.source);
        if (parent === undefined) return;
        const { name, registry } = sides.sources[parent]!;
        const full = name === "" ? step.name : `${name}.${step.name}`;
        return openScope(sides, step, registry.index, full, parent, (fields, options) =>
          sides.realSources[parent]!.scope(step.name, fields, options),
        );
      }
      case "fork": {
        const index = sides.holder(step.holder);
        if (index === undefined) return;
        const { scope, live } = sides.holders[index]!;
        const fork = sides.realHolders[index]!.fork();
        sides.addHolder({ scope, live: live && !scope.ended, moved: false }, fork);
        return;
      }
      case "view": {
        const index = sides.source(step.source);
        if (index === undefined) return;
        const source = sides.sources[index]!;
        const real = sides.realSources[index]!;
        const { registry, holder, viewLevel } = source;
        if (step.child === undefined) {
          const [given, known] = sides.fields(step.fields);
          const fields = { ...model.fields(source), ...known };
          const { level } = step;
          sides.addSource(
            { registry, name: source.name, holder, fields, viewLevel: level ?? viewLevel },
            real.with(given, level === undefined ? {} : { level }),
          );
        } else {
          const name = source.name === "" ? step.child : `${source.name}.${step.child}`;
          sides.addSource(
            { registry, name, holder, fields: model.fields(source), viewLevel },
            real.getChild(step.child),
          );
        }
        return;
      }
      case "named": {
        const registry = model.registries[step.world]!;
        sides.addSource(
          { registry, name: step.name, holder: undefined, fields: {}, viewLevel: undefined },
          sides.registries[step.world]!.getLogger(step.name),
        );
        return;
      }
      case "log":
        return log(sides, step);
      case "ambient": {
        const { frame } = model.registries[step.world]!;
        const registry = model.registries[step.world]!;
        const source: Source = {
          registry,
          name: frame?.holder.scope.name ?? "",
          holder: frame?.holder,
          fields: frame === undefined ? {} : undefined,
          viewLevel: undefined,
        };
        const level = levelNames[step.level]!;
        const message = `line ${++sides.number}`;
        model.log(source, { level: levelNumber(level), message, error: undefined, fields: {} });
        const real = sides.registries[step.world]!.currentLogger();
        if (frame !== undefined) {
          const runs = sides.realHolders[sides.holders.indexOf(frame.holder)];
          same("the current scope is the one that runs", (real as ScopedLogger).id, idOf(frame.holder.scope));
          // After the end of the scope it is some holder of it: the frame leads to no logger then.
          if (runs !== undefined && !frame.holder.scope.ended) {
            same("the current logger is the one that runs", real === runs, true);
          }
        }
        real[level](message);
        return;
      }
      case "look": {
        const index = sides.source(step.source);
        if (index !== undefined) look(sides, index, step.level);
        return;
      }
      case "level": {
        const index = sides.source(step.source);
        if (index === undefined) return;
        const source = sides.sources[index]!;
        if (source.viewLevel !== undefined) source.viewLevel = step.level;
        else if (source.holder !== undefined) source.holder.scope.level = step.level;
        else source.registry.levels.set(source.name, step.level);
        sides.realSources[index]!.level = step.level;
        return;
      }
      case "setLevel": {
        const { kind, level } = step;
        let { name } = step;
        let registry = model.registries[step.world]!;
        let sequence: number | undefined;
        if (kind === "id") {
          if (sides.holders.length === 0) return;
          ({ name, sequence, registry } = sides.holders[step.holder % sides.holders.length]!.scope);
        }
        const below = kind === "below";
        const target =
          sequence !== undefined ? `${name}#${sequence}` : below ? (name === "" ? "*" : `${name}.*`) : name;
        const expected = registry.setLevel({ name, below, ...(sequence === undefined ? {} : { sequence }) }, level);
        same(`setLevel(${target})`, sides.registries[registry.index]!.setLevel(target, level), expected);
        return;
      }
      case "use":
      case "borrow":
      case "remove":
        return changeHandlers(sides, step.do, step.holder, step.handler);
      case "ok":
      case "fail": {
        const index = sides.holder(step.holder);
        if (index === undefined) return;
        const { scope } = sides.holders[index]!;
        const [given, known] = sides.fields(step.fields);
        const real = sides.realHolders[index]!;
        if (step.do === "ok") {
          model.ok(scope, known);
          real.ok(given);
        } else {
          model.fail(scope, step.error, known);
          real.fail(step.error === undefined ? undefined : sides.errors[step.error], given);
        }
        return;
      }
      case "until": {
        const index = sides.holder(step.holder);
        const which = sides.event(step.event);
        if (index === undefined || which === undefined) return;
        model.until(sides.holders[index]!, model.events[which]!);
        const real = sides.realHolders[index]!;
        same("until() returns its logger", real.until(sides.events[which]!.end) === real, true);
        return;
      }
      case "happen": {
        const index = pick(sides.events, step.event);
        if (index === undefined) return;
        model.happen(model.events[index]!);
        sides.events[index]!.happen();
        return step.wait ? Promise.resolve() : undefined;
      }
      case "run": {
        const index = sides.holder(step.holder);
        if (index === undefined) return;
        if (step.async && sides.synchronous === 0)
          return runAsync(sides, index, step.error, step.body, (one) => this.step(one));
        run(sides, index, step.error, step.body, (one) => this.step(one));
        return;
      }
      case "configure":
        return configure(sides, step);
      case "restore": {
        if (sides.configurations.length === 0) return;
        const index = step.configuration % sides.configurations.length;
        const real = sides.configurations[index]!;
        model.restore(model.configurations[index]!, step.wait);
        if (!step.wait) real[Symbol.dispose]();
        else return real.close();
        return;
      }
      case "dispose":
      case "close":
      case "leave":
      case "leave async": {
        const index = sides.holder(step.holder);
        if (index === undefined) return;
        const holder = sides.holders[index]!;
        const real = sides.realHolders[index]!;
        const waits = step.do === "close" || step.do === "leave async";
        const stays = step.do.startsWith("leave") && holder.moved;
        if (!stays) model.dispose(holder, waits);
        let closed: Promise<void> | undefined;
        if (step.do === "dispose") real.dispose();
        else if (step.do === "close") closed = real.close();
        else if (step.do === "leave") real[Symbol.dispose]();
        else closed = real[Symbol.asyncDispose]();
        if (!stays) same("it has ended", real.disposed, true);
        return step.wait ? closed : undefined;
      }
      case "shutdown": {
        reconcile(sides);
        model.shutdown(model.registries[step.world]!);
        const done = sides.registries[step.world]!.shutdown();
        return step.wait ? done : undefined;
      }
      case "trap":
        return setTrap(sides, step.handler, step.act, step.target);
      case "turn":
        return Promise.resolve();
      case "forget": {
        const index = sides.source(step.source);
        if (index === undefined) return;
        const holder = sides.holders.indexOf(sides.sources[index]!.holder as ModelHolder);
        const isHolder = sides.sources[index]!.fields === undefined;
        sides.realSources[index] = undefined;
        if (isHolder) sides.realHolders[holder] = undefined;
        return;
      }
      case "forget event": {
        const index = pick(sides.events, step.event);
        if (index !== undefined) sides.events[index] = undefined;
        return;
      }
      case "collect":
        return sides.synchronous > 0 ? undefined : collect(sides, step.sweep);
    }
  }

  /** Ends what is left, and compares every line and every close. Returns what must be collected now. */
  async finish(): Promise<readonly WeakRef<object>[]> {
    const { model, diary } = this.#sides;
    await takeTurn(this.#sides);
    compareNow(this.#sides);
    for (const world of [0, 1]) await this.step({ do: "shutdown", world, wait: true });
    if (this.#sides.forgetful) await collect(this.#sides, false);
    compareNow(this.#sides);
    same("nothing is live", model.registries.flatMap(({ live }) => live).length, 0);
    same("the lines, in order", diary.delivered, model.delivered);
    same(
      "whether a trap is left",
      [...this.#sides.handlers.keys()].map((index) => diary.traps[index] !== undefined),
      model.handlers.map(({ trap }) => trap !== undefined),
    );
    compareClosings(this.#sides);
    same("what was told", [...this.#sides.told].sort(), [...model.codes].sort());
    same(
      "listeners that are left",
      this.#sides.events.map((event) => event?.listeners() ?? 0),
      this.#sides.events.map(() => 0),
    );
    return this.#sides.references;
  }
}
