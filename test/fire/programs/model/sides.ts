import {
  type Configuration,
  createRegistry,
  type Handler,
  type Logger,
  type Problem,
  type Registry,
  type ScopedLogger,
} from "scopelog";
import { pick } from "./compare.ts";
import { Model } from "./model.ts";
import { type Diary, makeEvent, makeHandler, modelFields, type RealEvent, realFields } from "./real-parts.ts";
import { eventKinds, handlerKinds, type ModelHolder, type Source } from "./state.ts";

const firstHandlers = 6;
export const errorCount = 3;

/** What a program works on: two registries, the model of both, and all that was made so far. The real things are in lists of
 * their own, to be forgotten. */
export class Sides {
  readonly model = new Model();
  readonly forgetful: boolean;
  readonly before = createRegistry().stats();
  /** The codes of the problems that were told. */
  readonly told = new Set<string>();
  readonly listen = makeListener(this.told);
  readonly registries: readonly Registry[];
  readonly diary: Diary = { delivered: [], closings: [], released: [], traps: [] };
  readonly sources: Source[] = [];
  readonly holders: ModelHolder[] = [];
  readonly realSources: (Logger | undefined)[] = [];
  readonly realHolders: (ScopedLogger | undefined)[] = [];
  readonly references: WeakRef<object>[] = [];
  readonly configurations: Configuration[] = [];
  readonly handlers: Handler[] = [];
  readonly events: (RealEvent | undefined)[] = [];
  readonly errors: readonly unknown[];
  /** Holders whose `run` has not returned: they are held by the call. */
  readonly running: ModelHolder[] = [];
  /** How many synchronous `run` are around: nothing can be waited for in them. */
  synchronous = 0;
  number = 0;

  constructor(forgetful = false) {
    this.forgetful = forgetful;
    this.registries = this.model.registries.map(() => createRegistry());
    for (const registry of this.registries) {
      registry.configure({ forgotten: { report: "silent", origin: "off" }, onError: this.listen });
      this.references.push(new WeakRef(registry));
    }
    // The last is a thrown text, which can remember nothing.
    this.errors = [...Array.from({ length: errorCount }, (_, index) => new Error(`error ${index}`)), "error 3"];
    for (let index = 0; index < errorCount; index++) this.model.remembered.push({});
    for (let index = 0; index < firstHandlers; index++) this.makeHandler(index);
  }

  makeHandler(choice: number): number {
    const kind = handlerKinds[choice % handlerKinds.length]!;
    const index = this.model.addHandler(kind);
    const echo = makeEcho(this.registries[0] as Registry);
    this.handlers.push(makeHandler(index, kind, this.diary, echo));
    return index;
  }

  handler(choice: number): number {
    // Now and then one that nobody has yet.
    if (choice % 5 === 0) return this.makeHandler(choice / 5);
    return choice % this.handlers.length;
  }

  event(choice: number): number | undefined {
    if (choice % 3 === 0) {
      const kind = eventKinds[(choice / 3) % eventKinds.length]!;
      this.events.push(makeEvent(kind));
      return this.model.events.push({ kind, happened: false, waiting: [] }) - 1;
    }
    return pick(this.events, choice);
  }

  source(choice: number): number | undefined {
    return pick(this.realSources, choice);
  }

  holder(choice: number): number | undefined {
    return pick(this.realHolders, choice);
  }

  fields(bits: number): [ReturnType<typeof realFields>, ReturnType<typeof modelFields>] {
    const value = ++this.number;
    return [realFields(bits, value), modelFields(bits, value)];
  }

  addHolder(holder: ModelHolder, real: ScopedLogger): void {
    const { name, registry } = holder.scope;
    holder.scope.holders.push(holder);
    this.holders.push(holder);
    this.realHolders.push(real);
    if (this.forgetful) this.references.push(new WeakRef(real));
    this.addSource({ registry, name, holder, fields: undefined, viewLevel: undefined }, real);
  }

  addSource(source: Source, real: Logger): void {
    this.sources.push(source);
    this.realSources.push(real);
  }

  /** Ends what is left, without a look. */
  async abandon(): Promise<void> {
    this.diary.traps.length = 0;
    for (const registry of this.registries) await registry.shutdown();
  }

  /** How much was done: lines that were made, scopes that were opened, and how many of them were collected. */
  get figures(): { lines: number; opened: number; collected: number } {
    const { registries, lines } = this.model;
    const sum = (of: (registry: (typeof registries)[number]) => number) =>
      registries.reduce((all, one) => all + of(one), 0);
    return { lines, opened: sum(({ scopes }) => scopes.length), collected: sum(({ ended }) => ended.collected) };
  }
}

// Neither may lead to the sides.
function makeListener(told: Set<string>): (problem: Problem) => void {
  return ({ code }) => void told.add(code);
}

function makeEcho(registry: Registry): (message: string) => void {
  return (message) => registry.getLogger("d").warn(message);
}
