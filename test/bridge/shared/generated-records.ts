import fc from "fast-check";
import { createRecord, type LogRecord, type RecordInit } from "scopelog";

/** A field's value: of every type there is, nested and hostile ones too. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("", 'quo"te', "back\\slash", "line\nbreak", "\u2028", "\ud800", "%s %d %%", "{name}"),
    fc.integer(),
    fc.double(),
    fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.bigInt(),
    fc.date({ noInvalidDate: true }),
    fc.constant(Symbol("symbol")),
    fc.constant(/regexp/g),
    fc.uint8Array({ maxLength: 100 }),
    fc.constant(new URL("http://example.org/path?q")),
    fc.string().map((message) => Object.assign(new TypeError(message), { code: "E_CODE" })),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie("value"), { maxKeys: 4 }),
    fc.array(fc.tuple(fc.string({ maxLength: 4 }), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => new Set(items)),
    tie("value").map((inner) => {
      const cycle: Record<string, unknown> = { inner };
      cycle["self"] = cycle;
      return cycle;
    }),
    tie("value").map((inner) => ({
      inner,
      get broken() {
        throw new Error("hostile");
      },
    })),
  ),
})).value;

const key = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.constantFrom("level", "time", "timestamp", "message", "error", "err", "stack", "splat", "exception"),
  fc.constantFrom("logger", "scope", "late", "late_", "a.b", 'k"ey', "__proto__", "toString"),
);
const fields = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });
const error = fc.oneof(
  fc.constant(undefined),
  fc.string().map((message) => new Error(message)),
  fc.string().map((message) => Object.assign(new RangeError(message), { code: "E_RANGE", limit: 7 })),
  fc.string().map((message) => new TypeError(message, { cause: new Error("why") })),
  fc.constantFrom("thrown text", 17, null),
);

const record: fc.Arbitrary<RecordInit> = fc.record({
  time: fc.integer({ min: 1e11, max: 4_102_444_800_000 }),
  levelNumber: fc.constantFrom(10, 20, 30, 40, 50, 60),
  message: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "100% %s %d %j %%", "a\nb", "{x} {{y}}")),
  logger: fc.constantFrom("", "app", "app.conn"),
  scope: fc.constantFrom(undefined, "conn#17"),
  bound: fields,
  fields: fc.option(fields, { nil: undefined }),
  late: fc.boolean(),
  error,
});

/** The same 200 records every time. */
export function generatedRecords(seed = 20_150_301): LogRecord[] {
  return fc.sample(record, { numRuns: 200, seed }).map((init) => createRecord(init));
}

/** Values that throw when they are touched, lead back to themselves, or have no JSON. */
export function hostileFields(): Record<string, unknown> {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return {
    cycle,
    revoked: proxy,
    closed: new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("no keys");
        },
        get() {
          throw new Error("no values");
        },
      },
    ),
    inner: {
      get value() {
        throw new Error("getter");
      },
    },
    json: {
      toJSON() {
        throw new Error("toJSON");
      },
    },
    big: 2n ** 70n,
    symbol: Symbol("symbol"),
    nothing: Object.create(null),
    get direct() {
      throw new Error("direct getter");
    },
  };
}
