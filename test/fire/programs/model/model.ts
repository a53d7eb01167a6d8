import { levelName, levelNames, levelNumber } from "scopelog";
import { around, fieldsOf, type ModelPlan, ModelRegistry } from "./model-registry.ts";
import {
  type FilterKind,
  type Frame,
  type HandlerKind,
  idOf,
  type Line,
  type ModelBuffer,
  type ModelConfiguration,
  type ModelEvent,
  type ModelFields,
  type ModelHandler,
  type ModelHolder,
  type ModelScope,
  numberOf,
  type Source,
  textOf,
} from "./state.ts";

// How many log calls may be under way, one from within the other.
const mostNested = 5;

/** What a log call was given. */
export interface Call {
  readonly level: number;
  readonly message: string;
  /** Index of the error in the machine's list, and what it is shown as. */
  readonly error: number | undefined;
  readonly fields: ModelFields;
  /** Whether what is ambient here is not of the line. */
  readonly apart?: true;
}

/** One end of a scope or configuration: whose handlers must be closed in which order. */
export interface Closing {
  readonly handlers: readonly number[];
  /** Whether each is flushed before it is closed. */
  readonly flushes: boolean;
}

type Pending = { readonly holder: ModelHolder; readonly frames: readonly (Frame | undefined)[] };

/** The rules of behaviour for lines and ends: everything happens at once and in one place. */
export class Model {
  readonly registries = [new ModelRegistry(0), new ModelRegistry(1)];
  readonly handlers: ModelHandler[] = [];
  readonly configurations: ModelConfiguration[] = [];
  readonly events: ModelEvent[] = [];
  /** What the handlers took, in order. */
  readonly delivered: string[] = [];
  readonly closings: Closing[] = [];
  readonly codes = new Set<string>();
  /** The fields that each error remembers. */
  readonly remembered: ModelFields[] = [];
  dropped = 0;
  failed = 0;
  lines = 0;
  #busy: number[] = [];
  #nested = 0;
  /** Rejections that nobody has seen yet. */
  #rejected = 0;
  /** Whether the budget of buffers lets them hold nothing. */
  #starved = false;
  readonly #directly: Pending[] = [];
  readonly #byPromise: Pending[] = [];

  addHandler(kind: HandlerKind): number {
    return this.handlers.push({ kind, owner: undefined, claims: 0, closed: 0, released: 0, trap: undefined }) - 1;
  }

  fields(source: Source): ModelFields {
    return source.fields ?? (source.holder === undefined ? {} : fieldsOf(source.holder.scope));
  }

  // Lines.

  /** What must happen when `source` logs. Returns whether the line was made. */
  log(source: Source, call: Call): boolean {
    const { registry } = source;
    if (!registry.admits(source, call.level)) return false;
    if (this.#nested === mostNested) {
      this.#drop();
      return false;
    }
    this.#nested++;
    this.#make(source, call);
    this.#nested--;
    return true;
  }

  #make(source: Source, call: Call): void {
    const { registry, holder } = source;
    this.lines++;
    const scope = holder?.scope;
    if (scope !== undefined) scope.lines++;
    const late = scope?.ended === true;
    const line: Line = {
      message: call.message,
      level: call.level,
      name: source.name,
      scope: scope === undefined ? "" : idOf(scope),
      parent: scope?.outer === undefined ? "" : idOf(scope.outer.scope),
      error: call.error === undefined ? "" : `error ${call.error}`,
      late,
      fields: {
        ...registry.background,
        ...(call.apart ? {} : registry.frame?.fields),
        ...(call.error === undefined ? {} : this.remembered[call.error]),
        ...this.fields(source),
        ...call.fields,
      },
    };
    if (late) {
      registry.late++;
      this.codes.add("SCOPELOG_WARN_LATE");
      this.#dispatch(line, source);
    } else {
      if (scope?.summary !== undefined) scope.summary.lines[levelNames.indexOf(levelName(call.level))]!++;
      this.#pass(line, source, scope);
    }
  }

  /** Through the buffers around, the nearest first: each holds the line, or is set free by it. */
  #pass(line: Line, source: Source, from: ModelScope | undefined): void {
    for (const { buffer, ended, outer } of around(from)) {
      if (buffer === undefined || buffer.open || ended) continue;
      if (line.level < buffer.until) {
        this.#hold(buffer, line, source);
        return;
      }
      for (const held of this.#free(buffer)) this.#pass(held.line, held.source, outer?.scope);
    }
    this.#dispatch(line, source);
  }

  #free(buffer: ModelBuffer): ModelBuffer["held"] {
    const { held } = buffer;
    buffer.open = true;
    buffer.held = [];
    return held;
  }

  #hold(buffer: ModelBuffer, line: Line, source: Source): void {
    const { held, limit } = buffer;
    const room = this.#starved ? -1 : limit - 1;
    while (held.length > Math.max(room, 0)) {
      held.shift();
      buffer.dropped++;
      this.dropped++;
    }
    if (room >= 0) held.push({ line, source });
    else {
      buffer.dropped++;
      this.dropped++;
    }
  }

  /** To the handlers of the scope, of those around it, and of the categories. */
  #dispatch(line: Line, source: Source): void {
    const plan = source.registry.plan(source.name, source.holder?.scope);
    for (const filter of plan.filters) {
      if (!this.#passes(filter, line)) return;
    }
    let taken = 0;
    for (const one of around(source.holder?.scope)) {
      for (const handler of one.handlers) {
        if (isMetAgain(handler, one, plan)) continue;
        this.#deliver(handler, line);
        taken++;
      }
      if (one.propagate) continue;
      if (taken === 0) this.dropped++;
      return;
    }
    for (const handler of plan.handlers) this.#deliver(handler, line);
    if (taken + plan.handlers.length === 0) this.dropped++;
  }

  #deliver(index: number, line: Line): void {
    if (this.#busy.includes(index)) {
      this.#drop();
      return;
    }
    const handler = this.handlers[index]!;
    const { level, filter, throws, rejects, echoes } = handler.kind;
    if (level !== undefined && line.level < levelNumber(level)) return;
    if (filter !== undefined && !this.#passes(filter, line)) return;
    this.delivered.push(textOf(index, line));
    this.#busy.push(index);
    const { trap } = handler;
    handler.trap = undefined;
    trap?.();
    if (echoes && line.message.startsWith("line")) {
      const [registry] = this.registries as [ModelRegistry];
      const echo = { registry, name: "d", holder: undefined, fields: {}, viewLevel: undefined };
      this.log(echo, { level: 40, message: `echo ${numberOf(line.message)}`, error: undefined, fields: {} });
    }
    this.#busy.pop();
    if (throws) this.#fail();
    if (rejects) this.#rejected++;
  }

  #passes(filter: FilterKind, { message }: Line): boolean {
    if (filter === "even") return numberOf(message) % 2 !== 1;
    if (numberOf(message) % 5 !== 0) return true;
    this.#fail();
    return false;
  }

  /** A line that came from within another one. */
  #drop(): void {
    this.dropped++;
    this.codes.add("SCOPELOG_WARN_DROPPED");
  }

  #fail(): void {
    this.failed++;
    this.codes.add("SCOPELOG_WARN_HANDLER_FAILED");
  }

  // Ownership and ends.

  claim(index: number, owner: object): void {
    const handler = this.handlers[index]!;
    handler.owner = owner;
    handler.claims++;
  }

  disclaim(index: number): boolean {
    const handler = this.handlers[index]!;
    if (--handler.claims > 0) return false;
    handler.owner = undefined;
    return true;
  }

  #close(handlers: readonly number[], flushes: boolean): void {
    for (const index of handlers) {
      const handler = this.handlers[index]!;
      handler.closed++;
      if (handler.kind.throws || handler.kind.rejects) this.codes.add("SCOPELOG_WARN_CLOSE_FAILED");
    }
    if (handlers.length > 0) this.closings.push({ handlers: handlers.toReversed(), flushes });
  }

  /** Ends one holder, and the scope with the last. */
  dispose(holder: ModelHolder, waits = false): void {
    const { scope } = holder;
    if (!holder.live || scope.ended) return;
    this.#takeBack(holder);
    if (scope.holders.some((other) => other !== holder && other.live)) holder.live = false;
    else this.end(scope, "disposed", waits);
  }

  end(scope: ModelScope, reason: "disposed" | "collected" | "shutdown", waits = false): void {
    const { registry, buffer } = scope;
    if (scope.ended) return;
    if (reason !== "collected") {
      const { summary } = scope;
      scope.summary = undefined;
      for (const holder of scope.holders) this.#takeBack(holder);
      if (buffer !== undefined) this.#free(buffer);
      if (summary !== undefined) this.#summarize(scope, summary);
      // Whoever took that may have ended it.
      if (scope.ended) return;
    }
    scope.ended = true;
    registry.ended[reason]++;
    const { owned } = scope;
    scope.hadHandlers = scope.handlers.length > 0;
    scope.handlers = scope.owned = [];
    if (reason === "collected") {
      if (buffer !== undefined) buffer.held = [];
      if (registry.bare && registry.inForce.length === 0) this.codes.add("SCOPELOG_WARN_FORGOTTEN");
      // A handler that is collected with its scope has no owner any more, and nobody who could ask.
      for (const index of owned) this.handlers[index]!.released++;
      return;
    }
    for (const index of owned) this.disclaim(index);
    this.#close(owned, waits);
  }

  #summarize(scope: ModelScope, summary: NonNullable<ModelScope["summary"]>): void {
    const { name, outcome, buffer, outcomeFields, failure, registry } = scope;
    const counts = levelNames.flatMap((level, index) => {
      const count = summary.lines[index]!;
      return count > 0 ? [[level, count]] : [];
    });
    const dropped = buffer?.dropped ?? 0;
    const source = { registry, name, holder: scope.holders[0], fields: undefined, viewLevel: undefined };
    this.log(source, {
      level: summary.level ?? (outcome === "error" ? 50 : 30),
      message: `${name} ended`,
      apart: true,
      error: failure,
      fields: {
        ...outcomeFields,
        outcome,
        lines: Object.fromEntries(counts),
        ...(dropped > 0 ? { dropped } : {}),
      } as never,
    });
  }

  fail(scope: ModelScope, error: number | undefined, fields: ModelFields): void {
    scope.outcome = "error";
    if (error !== undefined) {
      scope.failure = error;
      this.remember(error, fieldsOf(scope));
    }
    scope.outcomeFields = { ...scope.outcomeFields, ...fields };
    const { buffer } = scope;
    if (buffer === undefined || buffer.open || scope.ended) return;
    for (const { line, source } of this.#free(buffer)) this.#dispatch(line, source);
  }

  ok(scope: ModelScope, fields: ModelFields): void {
    scope.outcome = "ok";
    scope.failure = undefined;
    scope.outcomeFields = { ...scope.outcomeFields, ...fields };
  }

  /** The scope that an error met first is the nearest to its cause. */
  remember(error: number, fields: ModelFields): void {
    if (this.remembered[error] !== undefined) this.remembered[error] = { ...fields, ...this.remembered[error] };
  }

  // Configurations.

  configure(configuration: ModelConfiguration): void {
    const { registry, handlers } = configuration;
    for (const index of handlers) this.claim(index, registry.owner);
    this.configurations.push(configuration);
    registry.inForce.push(configuration);
    this.#setBudget(registry);
  }

  restore(configuration: ModelConfiguration, waits = false): void {
    if (!configuration.inForce) return;
    const { registry, handlers } = configuration;
    configuration.inForce = false;
    registry.inForce.splice(registry.inForce.indexOf(configuration), 1);
    this.#setBudget(registry);
    this.#close(
      handlers.filter((index) => this.disclaim(index)),
      waits,
    );
  }

  /** The budget is the process's: who never set it does not take it back. */
  #setBudget(registry: ModelRegistry): void {
    const starved = registry.inForce.at(-1)?.starved;
    if (starved !== undefined || registry.setBudget) this.#starved = starved === true;
    registry.setBudget = starved !== undefined;
  }

  /** The part of a shutdown that happens at once: inner scopes before those around them. */
  shutdown(registry: ModelRegistry): void {
    if (registry.closing) return;
    registry.closing = true;
    for (const scope of registry.live.toReversed()) this.end(scope, "shutdown", true);
  }

  // Events.

  #takeBack(holder: ModelHolder): void {
    holder.moved = false;
    for (const event of this.events) {
      if (event.kind === "promise" || event.kind === "rejection") continue;
      if (event.waiting.length > 0) event.waiting = event.waiting.filter((one) => one.holder !== holder);
    }
  }

  get #frames(): (Frame | undefined)[] {
    return this.registries.map(({ frame }) => frame);
  }

  until(holder: ModelHolder, event: ModelEvent): void {
    if (!holder.live || holder.scope.ended) return;
    holder.moved = true;
    const waiting = { holder, frames: this.#frames };
    if (!event.happened) event.waiting.push(waiting);
    else if (event.kind === "promise" || event.kind === "rejection") this.#byPromise.push(waiting);
    else this.#directly.push(waiting);
  }

  happen(event: ModelEvent): void {
    if (event.happened) return;
    event.happened = true;
    const { waiting } = event;
    event.waiting = [];
    if (event.kind === "promise" || event.kind === "rejection") this.#byPromise.push(...waiting);
    else for (const { holder } of waiting) this.#directly.push({ holder, frames: this.#frames });
  }

  /** Holders that an event will end in this turn. */
  get pending(): ModelHolder[] {
    return [...this.#directly, ...this.#byPromise].map(({ holder }) => holder);
  }

  /** What comes with the next turn of the event loop. */
  turn(): void {
    for (; this.#rejected > 0; this.#rejected--) this.#fail();
    for (const registry of this.registries) {
      if (!registry.closing) continue;
      registry.closing = false;
      registry.bare = true;
      for (const configuration of registry.inForce.toReversed()) this.restore(configuration, true);
    }
    const before = this.#frames;
    for (const queue of [this.#directly, this.#byPromise]) {
      for (const { holder, frames } of queue.splice(0)) {
        for (const registry of this.registries) registry.frame = frames[registry.index];
        this.dispose(holder);
      }
    }
    for (const registry of this.registries) registry.frame = before[registry.index];
    for (; this.#rejected > 0; this.#rejected--) this.#fail();
  }
}

/** A handler that is known inside and outside takes a line once, where it is met last. */
function isMetAgain(handler: number, scope: ModelScope, plan: ModelPlan): boolean {
  if (plan.handlers.includes(handler)) return true;
  if (!scope.propagate) return false;
  for (const one of around(scope.outer?.scope)) {
    if (one.handlers.includes(handler)) return true;
    if (!one.propagate) break;
  }
  return false;
}
