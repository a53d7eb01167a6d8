import fc from "fast-check";
import { type LevelName, levelNames } from "scopelog";

/** A value, and what should be of it at the far side. */
export type Pair = readonly [sent: unknown, arrives: unknown];

const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "a\nb\u0000\u007f", "\ud800", "ünïcödé 🚀"));
const key = fc.oneof(
  { weight: 9, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("body", "level", "time", "message", "name", "toString", "a.b.c", "event") },
);
const same = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Pair> => arbitrary.map((value) => [value, value] as const);

const number = fc
  .oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(2 ** 53, 2 ** 63, -(2 ** 63), 0.1),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  )
  // OTLP's whole numbers have no negative zero.
  .map((value) => value + 0);
const scalar: fc.Arbitrary<Pair> = fc.oneof(
  same(text),
  same(fc.boolean()),
  same(fc.constant(null)),
  number.map((sent): Pair => {
    if (!Number.isFinite(sent)) return [sent, String(sent)];
    return [sent, Number.isInteger(sent) && Math.abs(sent) >= 2 ** 63 ? String(sent) : sent];
  }),
  fc.bigInt().map((sent): Pair => [sent, Number.isSafeInteger(Number(sent)) ? Number(sent) : `${sent}`]),
  fc.date({ noInvalidDate: true }).map((sent): Pair => [sent, sent.toISOString()]),
  fc.constant<Pair>([new Date(Number.NaN), null]),
  fc
    .uint8Array({ maxLength: 40 })
    .chain((bytes) =>
      fc.constantFrom<Pair>(
        [bytes, bytes],
        [Buffer.from(bytes), bytes],
        [bytes.slice().buffer, bytes],
        [new DataView(bytes.slice().buffer), bytes],
      ),
    ),
  fc.string().map((name): Pair => [Symbol(name), `Symbol(${name})`]),
  fc.constant<Pair>([/a+/g, "/a+/g"]),
  fc.constant<Pair>([new URL("http://example.org/x"), "http://example.org/x"]),
  fc.array(fc.integer({ min: 0, max: 255 })).map((items): Pair => [Float64Array.from(items), items]),
);

// Map, Set and class instances are written as our JSON writes them, so their parts are kept simple here.
const simple = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

class Point {
  x: unknown;
  readonly #hidden = 1;

  constructor(x: unknown) {
    this.x = x;
  }

  get hidden(): number {
    return this.#hidden;
  }
}

const { value } = fc.letrec<{ value: Pair }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc
      .array(tie("value"), { maxLength: 5 })
      .map((items): Pair => [items.map(([sent]) => sent), items.map(([, arrives]) => arrives)]),
    fc
      .uniqueArray(fc.tuple(key, tie("value")), { selector: ([name]) => name, maxLength: 5 })
      .map(
        (entries): Pair => [
          Object.fromEntries(entries.map(([name, [sent]]) => [name, sent])),
          Object.fromEntries(entries.map(([name, [, arrives]]) => [name, arrives])),
        ],
      ),
    fc.array(fc.tuple(fc.string(), simple), { maxLength: 4 }).map((entries): Pair => {
      const map = new Map(entries);
      return [map, Object.fromEntries(map)];
    }),
    fc.array(simple, { maxLength: 4 }).map((items): Pair => [new Set(items), [...new Set(items)]]),
    simple.map((x): Pair => [new Point(x), { x }]),
  ),
}));

/** One line to log. */
export interface Generated {
  readonly level: LevelName;
  readonly message: string;
  readonly error: Error | undefined;
  readonly bound: readonly (readonly [key: string, pair: Pair])[];
  readonly own: readonly (readonly [key: string, pair: Pair])[];
}

const fields = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 });

/** `count` lines, the same ones for the same seed. */
export function generated(count: number, seed: number): Generated[] {
  const line = fc.record({
    level: fc.constantFrom(...levelNames),
    message: fc.string({ unit: "binary" }),
    error: fc.option(
      text.map((message) => new RangeError(message)),
      { nil: undefined, freq: 3 },
    ),
    bound: fields,
    own: fields,
  });
  return fc.sample(line, { numRuns: count, seed });
}

/** The fields as they are logged. */
export function sentFields(entries: Generated["own"]): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, [sent]]) => [name, sent]));
}

/** All fields of a line as they should arrive. */
export function arrivingFields({ bound, own }: Generated): Record<string, unknown> {
  return Object.fromEntries([...bound, ...own].map(([name, [, arrives]]) => [name, arrives]));
}
