import fc from "fast-check";
import { type LevelName, type LevelSetting, levelNames } from "scopelog";
import type { FilterKind } from "./state.ts";

/** What a scope is opened with. */
export interface Opening {
  name: string;
  fields: number;
  handlers: number[];
  level?: LevelSetting | undefined;
  propagate?: boolean;
  buffer?: { until: LevelName; limit?: number } | undefined;
  summary?: boolean | LevelName | undefined;
}

/** What `configure` is given for one category. */
export interface Settings {
  name: string;
  level?: LevelSetting | undefined;
  handlers: number[];
  propagate?: boolean;
  filter?: FilterKind | undefined;
}

/** The forms of a log call. */
export const forms = [
  "message",
  "fields",
  "error",
  "error and fields",
  "error alone",
  "error first",
  "lazy",
  "lazy fields",
] as const;

/**
 * One step of a random program. Numbers choose among what there is, modulo how much there is; `fields` is a set of keys
 * as bits. `wait` is ignored inside a synchronous `run`.
 */
export type Step =
  | ({ do: "open"; world: number; parent?: number | undefined } & Opening)
  | ({ do: "nest"; source: number } & Opening)
  | { do: "fork"; holder: number }
  | { do: "view"; source: number; child?: string | undefined; fields: number; level?: LevelSetting | undefined }
  | { do: "named"; world: number; name: string }
  | { do: "log"; source: number; level: number; form: (typeof forms)[number]; fields: number; error: number }
  | { do: "ambient"; world: number; level: number }
  | { do: "look"; source: number; level: number }
  | { do: "level"; source: number; level: LevelSetting }
  | {
      do: "setLevel";
      world: number;
      kind: "id" | "name" | "below";
      holder: number;
      name: string;
      level?: LevelSetting | undefined;
    }
  | { do: "use" | "borrow" | "remove"; holder: number; handler: number }
  | { do: "ok" | "fail"; holder: number; error?: number | undefined; fields: number }
  | { do: "until"; holder: number; event: number }
  | { do: "happen"; event: number; wait: boolean }
  | { do: "run"; holder: number; async: boolean; error?: number | undefined; body: Step[] }
  | { do: "configure"; world: number; loggers: Settings[]; fields: number; starved?: boolean | undefined }
  | { do: "restore"; configuration: number; wait: boolean }
  | { do: "dispose" | "close" | "leave" | "leave async"; holder: number; wait: boolean }
  | { do: "shutdown"; world: number; wait: boolean }
  | { do: "trap"; handler: number; act: "dispose" | "log" | "fail"; target: number }
  | { do: "turn" }
  | { do: "forget"; source: number }
  | { do: "forget event"; event: number }
  | { do: "collect"; sweep: boolean };

type Made<K extends Step["do"]> = Omit<Extract<Step, { do: K }>, "do">;
type Fields<K extends Step["do"]> = { [P in keyof Required<Made<K>>]: fc.Arbitrary<Made<K>[P & keyof Made<K>]> };

function step<K extends Step["do"]>(name: K, fields: Fields<K>): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant(name), ...fields }) as unknown as fc.Arbitrary<Step>;
}

const any = fc.nat({ max: 1000 });
const name = fc.constantFrom("a", "a.b", "a.b.c", "d");
const level = fc.constantFrom<LevelSetting>(...levelNames, "off");
const fine = fc.constantFrom<LevelSetting>("trace", "trace", "debug", "info", ...levelNames, "off");
const levelName = fc.constantFrom<LevelName>(...levelNames);
const handlers = fc.array(any, { maxLength: 2 });
const fields = fc.nat({ max: 15 });
// Mostly the first registry: what happens in one must not be spread too thin.
const world = fc.nat({ max: 6 }).map((n) => (n === 6 ? 1 : 0));
/** One of ten, or as many as `tenths` says; else undefined. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, tenths = 1) =>
  fc.oneof({ weight: 10 - tenths, arbitrary: fc.constant(undefined) }, { weight: tenths, arbitrary });
const mostly = fc.nat({ max: 5 }).map((n) => n !== 5);
const wait = fc.boolean();

const opening = {
  name,
  fields,
  handlers,
  level: maybe(fine, 4),
  propagate: mostly,
  buffer: maybe(
    fc.record({
      until: fc.constantFrom<LevelName>("error", "error", "warn", "fatal", "info"),
      limit: fc.integer({ min: 1, max: 5 }),
    }),
    3,
  ),
  summary: maybe(fc.oneof(fc.constant(true), levelName), 3),
};

const settings = fc.record({
  name: fc.oneof(fc.constant(""), name),
  level: maybe(fine, 6),
  handlers,
  propagate: mostly,
  filter: maybe(fc.constantFrom<FilterKind>("even", "throws")),
});

const steps = {
  open: step("open", { world, parent: maybe(any, 4), ...opening }),
  nest: step("nest", { source: any, ...opening, name: fc.constantFrom("b", "x") }),
  fork: step("fork", { holder: any }),
  view: step("view", { source: any, child: maybe(fc.constantFrom("b", "b.c"), 5), fields, level: maybe(level, 2) }),
  named: step("named", { world, name: fc.oneof(fc.constant(""), name) }),
  log: step("log", {
    source: any,
    level: fc.nat({ max: 6 }),
    form: fc.constantFrom(...forms),
    fields,
    error: fc.nat({ max: 3 }),
  }),
  ambient: step("ambient", { world, level: fc.nat({ max: 5 }) }),
  look: step("look", { source: any, level: fc.nat({ max: 5 }) }),
  level: step("level", { source: any, level: fine }),
  setLevel: step("setLevel", {
    world,
    kind: fc.constantFrom("id", "name", "below"),
    holder: any,
    name: fc.oneof(name, fc.constant("")),
    level: maybe(fine, 6),
  }),
  handlers: fc.record({ do: fc.constantFrom("use", "borrow", "remove"), holder: any, handler: any }),
  outcome: fc.record({
    do: fc.constantFrom("ok", "fail"),
    holder: any,
    error: maybe(fc.nat({ max: 3 }), 4),
    fields,
  }),
  until: step("until", { holder: any, event: any }),
  happen: step("happen", { event: any, wait }),
  configure: step("configure", {
    world,
    loggers: fc.array(settings, { maxLength: 3 }),
    fields,
    starved: maybe(fc.boolean(), 2),
  }),
  restore: step("restore", { configuration: any, wait }),
  end: fc.record({ do: fc.constantFrom("dispose", "close", "leave", "leave async"), holder: any, wait }),
  shutdown: step("shutdown", { world, wait }),
  trap: step("trap", { handler: any, act: fc.constantFrom("dispose", "log", "fail"), target: any }),
  turn: step("turn", {}),
} satisfies Record<string, fc.Arbitrary<Step>>;

type Weights = Partial<Record<keyof typeof steps, number>>;

const usual: Required<Weights> = {
  open: 6,
  nest: 4,
  fork: 3,
  view: 3,
  named: 2,
  log: 22,
  ambient: 0,
  look: 2,
  level: 1,
  setLevel: 2,
  handlers: 5,
  outcome: 3,
  until: 3,
  happen: 3,
  configure: 3,
  restore: 1,
  end: 6,
  shutdown: 1,
  trap: 1,
  turn: 1,
};

/** Programs that stress one side of the rules; in all of them everything occurs. */
export const themes = {
  everything: {},
  ends: { fork: 6, until: 8, happen: 6, end: 10, trap: 3, turn: 2 },
  lines: { log: 40, trap: 3, outcome: 6, nest: 6, view: 5, named: 3 },
  settings: { configure: 8, restore: 4, level: 5, setLevel: 8, handlers: 10, look: 5, shutdown: 2 },
} satisfies Record<string, Weights>;

export type Theme = keyof typeof themes;

function weigh(weights: Weights): [number, fc.Arbitrary<Step>][] {
  return Object.entries(steps).map(([key, one]) => [{ ...usual, ...weights }[key as keyof typeof steps], one]);
}

function list(weighted: [number, fc.Arbitrary<Step>][], maxLength: number): fc.Arbitrary<Step[]> {
  const choices = weighted.filter(([weight]) => weight > 0);
  return fc.array(fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight: Math.round(weight), arbitrary }))), {
    maxLength,
    size: "max",
  });
}

/** Steps with `run` among them, whose bodies are such steps too, to a depth of two. */
function withRuns(plain: [number, fc.Arbitrary<Step>][], weight: number): [number, fc.Arbitrary<Step>][] {
  const inside: [number, fc.Arbitrary<Step>][] = [...plain, [12, steps.ambient]];
  const run = (body: fc.Arbitrary<Step[]>) =>
    step("run", { holder: any, async: fc.boolean(), error: maybe(fc.nat({ max: 3 }), 4), body });
  const inner = run(list(inside, 4));
  return [...plain, [weight, run(list([...inside, [6, inner]], 6))]];
}

// Mostly somebody takes the lines from the start: two handlers at the root, and one of a scope.
const prelude: readonly Step[] = [
  { do: "configure", world: 0, loggers: [{ name: "", level: "trace", handlers: [1, 2] }], fields: 0 },
  { do: "open", world: 0, name: "a", fields: 1, handlers: [3] },
];

function begun(program: fc.Arbitrary<Step[]>): fc.Arbitrary<Step[]> {
  return fc.tuple(mostly, program).map(([isPrepared, steps]) => (isPrepared ? [...prelude, ...steps] : steps));
}

/** Random programs of a theme. */
export function programs(theme: Theme, maxLength = 40): fc.Arbitrary<Step[]> {
  return begun(list(withRuns(weigh(themes[theme]), 3), maxLength));
}

/** Random programs that also let go of what they opened, and collect. Nothing is kept by a trap in them. */
export function forgetfulPrograms(maxLength = 40): fc.Arbitrary<Step[]> {
  const plain = weigh({ trap: 0, until: 4, fork: 4, happen: 2 });
  plain.push([20, step("forget", { source: any })]);
  plain.push([3, step("forget event", { event: any })]);
  plain.push([4, step("collect", { sweep: fc.boolean() })]);
  return begun(list(withRuns(plain, 2), maxLength));
}
