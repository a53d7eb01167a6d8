import fc from "fast-check";
import { type LevelSetting, levelNames } from "scopelog";

/** One step of a random program. Numbers choose among what there is, modulo how much there is. */
export type Step =
  | {
      do: "open";
      name: string;
      handlers: number[];
      level: LevelSetting | undefined;
      propagate: boolean;
      parent: number | undefined;
    }
  | { do: "nest"; holder: number; name: string; handlers: number[] }
  | { do: "fork"; holder: number }
  | { do: "view"; holder: number; child: string | undefined }
  | { do: "named"; name: string }
  | { do: "log"; source: number; level: number }
  | { do: "level"; source: number; level: LevelSetting }
  | { do: "setLevel"; kind: "id" | "name" | "below"; holder: number; name: string; level: LevelSetting | undefined }
  | { do: "use" | "borrow" | "remove"; holder: number; handler: number }
  | {
      do: "configure";
      loggers: [name: string, level: LevelSetting | undefined, handlers: number[], propagate: boolean][];
    }
  | { do: "restore"; configuration: number; wait: boolean }
  | { do: "dispose"; holder: number; wait: boolean }
  | { do: "shutdown" }
  | { do: "forget"; source: number }
  | { do: "collect" };

const any = fc.nat({ max: 1000 });
const name = fc.constantFrom("a", "a.b", "a.b.c", "d");
const level = fc.constantFrom<LevelSetting>(...levelNames, "off");
const maybeLevel = fc.option(level, { nil: undefined, freq: 2 });
const handlers = fc.array(any, { maxLength: 2 });
const mostly = fc.integer({ min: 0, max: 4 }).map((n) => n !== 0);

const weighted: [number, fc.Arbitrary<Step>][] = [
  [
    6,
    fc.record({
      do: fc.constant("open" as const),
      name,
      handlers,
      level: fc.option(level, { nil: undefined, freq: 1 }),
      propagate: mostly,
      parent: fc.option(any, { nil: undefined, freq: 1 }),
    }),
  ],
  [4, fc.record({ do: fc.constant("nest" as const), holder: any, name: fc.constantFrom("b", "x"), handlers })],
  [3, fc.record({ do: fc.constant("fork" as const), holder: any })],
  [
    3,
    fc.record({
      do: fc.constant("view" as const),
      holder: any,
      child: fc.option(fc.constantFrom("b", "b.c"), { nil: undefined }),
    }),
  ],
  [1, fc.record({ do: fc.constant("named" as const), name })],
  [16, fc.record({ do: fc.constant("log" as const), source: any, level: fc.nat({ max: 5 }) })],
  [2, fc.record({ do: fc.constant("level" as const), source: any, level })],
  [
    3,
    fc.record({
      do: fc.constant("setLevel" as const),
      kind: fc.constantFrom("id" as const, "name" as const, "below" as const),
      holder: any,
      name: fc.oneof(name, fc.constant("")),
      level: maybeLevel,
    }),
  ],
  [
    6,
    fc.record({ do: fc.constantFrom("use" as const, "borrow" as const, "remove" as const), holder: any, handler: any }),
  ],
  [
    3,
    fc.record({
      do: fc.constant("configure" as const),
      loggers: fc.array(fc.tuple(fc.oneof(name, fc.constant("")), maybeLevel, handlers, mostly), { maxLength: 3 }),
    }),
  ],
  [2, fc.record({ do: fc.constant("restore" as const), configuration: any, wait: fc.boolean() })],
  [7, fc.record({ do: fc.constant("dispose" as const), holder: any, wait: fc.boolean() })],
  [1, fc.constant({ do: "shutdown" as const })],
];

const collecting: [number, fc.Arbitrary<Step>][] = [
  [12, fc.record({ do: fc.constant("forget" as const), source: any })],
  [2, fc.constant({ do: "collect" as const })],
];

/** Random programs; `forgetful` ones also let go of what they opened, and collect. */
export function programs(forgetful: boolean): fc.Arbitrary<Step[]> {
  const all = forgetful ? [...weighted, ...collecting] : weighted;
  return fc.array(fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
    maxLength: 40,
    size: "max",
  });
}
