import fc from "fast-check";
import type { Logger, ScopedLogger } from "scopelog";
import { hostileValues } from "../../../format/hostile.ts";
import { isLong, sizeOf } from "../../support/size.ts";

/** A value that a log must survive: what is bad about it, and how to make one. */
export interface Hostile {
  readonly what: string;
  readonly make: () => unknown;
}

/** What values that log, or end the scope they are logged in, do it with. Their lines are those of `nested` loggers. */
export const reentry: { log: Logger | undefined; scope: ScopedLogger | undefined } = {
  log: undefined,
  scope: undefined,
};

/** How often something tried to change what was logged. */
export const attempts = { changes: 0 };

class Trapped extends Error {
  override name = "Trapped";
}

function fail(): never {
  throw new Trapped("hos\ntile\u001b[2J");
}

const traps = [
  ...["get", "has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf", "isExtensible"],
  ...["set", "defineProperty", "deleteProperty", "setPrototypeOf", "preventExtensions"],
] as const;

/** `target`, where whoever tries to change it, or something inside of it, is noticed. */
export function watched<T extends object>(target: T): T {
  const noticed = () => {
    attempts.changes++;
    return true;
  };
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      return typeof value === "object" && value !== null && Object.hasOwn(object, key) ? watched(value) : value;
    },
    set: noticed,
    defineProperty: noticed,
    deleteProperty: noticed,
    setPrototypeOf: noticed,
    preventExtensions: noticed,
  });
}

function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function getter(get: () => unknown): object {
  return Object.defineProperty({ a: 1, z: 2 }, "bad", { get, enumerable: true, configurable: true });
}

/** More than the table of the formatters' own tests has: mostly what a log call itself stumbles on. */
const more: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(
    traps.flatMap((trap) => [
      [`a proxy that throws at ${trap}`, () => new Proxy({ a: 1 }, { [trap]: fail })],
      [`an array whose proxy throws at ${trap}`, () => new Proxy([1, { a: 1 }], { [trap]: fail })],
      [`an error whose proxy throws at ${trap}`, () => new Proxy(new Error("e"), { [trap]: fail })],
    ]),
  ),
  "a proxy that throws at everything": () => new Proxy({}, new Proxy({}, { get: () => fail })),
  "a function whose proxy throws at apply": () => new Proxy(() => 1, { apply: fail }),
  "a revoked function": () => revoked(() => 1),
  "a revoked error": () => revoked(new Error("e")),
  "a proxy that answers with itself": () => {
    const self: object = new Proxy(() => 1, { get: () => self, apply: () => self, ownKeys: () => ["a"] });
    return self;
  },
  "a proxy with an endless inside": () => {
    const endless = (): object =>
      new Proxy(
        {},
        {
          get: (_, key) => (typeof key === "symbol" || key === "toJSON" ? undefined : endless()),
          ownKeys: () => ["a", "b", "c", "d", "e"],
          getOwnPropertyDescriptor: () => ({ value: endless(), enumerable: true, configurable: true }),
        },
      );
    return endless();
  },
  "a proxy that says no keys twice the same": () => {
    let turn = 0;
    return new Proxy({}, { ownKeys: () => [`k${turn++}`], get: () => turn });
  },
  "a watched object": () => watched({ a: [1, { b: new Map([[1, 2]]) }], c: { d: "e" }, lazy: () => 1 }),
  "a frozen object": () => Object.freeze({ a: Object.freeze([1]) }),
  "a getter that counts up": () => {
    let count = 0;
    return getter(() => ++count);
  },
  "a getter that is another thing each time": () => {
    const things = [1, "x\ny", () => "called", { deep: { er: new Map() } }, fail, Symbol("s"), 2n ** 70n, [1n]];
    let turn = 0;
    return getter(() => things[turn++ % things.length]);
  },
  "a getter that grows each time": () => {
    let size = 1;
    return getter(() => {
      size *= 8;
      return size > 1e6 ? { toJSON: fail } : "x".repeat(size);
    });
  },
  "a getter that logs": () => getter(() => reentry.log?.info("from a getter", { a: 1 })),
  "a getter that ends the scope": () => getter(() => reentry.scope?.dispose()),
  "a toJSON that ends the scope": () => ({ toJSON: () => reentry.scope?.dispose() }),
  "a getter that throws a symbol": () =>
    getter(() => {
      throw Symbol("thrown");
    }),
  "a getter that throws a revoked proxy": () =>
    getter(() => {
      throw revoked({});
    }),
  "a toJSON that returns a throwing proxy": () => ({ toJSON: () => new Proxy({}, { get: fail, ownKeys: fail }) }),
  "a toJSON that returns BigInt and cycles": () => {
    const own: Record<string, unknown> = { big: 1n };
    own["own"] = own;
    return { toJSON: () => own };
  },
  "an array with a toJSON": () => Object.assign([1], { toJSON: () => ["x\ny", 2n] }),
  "an array with a throwing toJSON": () => Object.assign([1], { toJSON: fail }),
  "a date with a throwing toISOString": () => Object.assign(new Date(0), { toISOString: fail }),
  "a date with a toJSON": () => Object.assign(new Date(0), { toJSON: () => ({ x: [1n] }) }),
  "a date out of a proxy": () => new Proxy(new Date(0), {}),
  "an object that says it is a date": () => Object.create(Date.prototype) as unknown,
  "a Symbol.toPrimitive that throws": () => ({ [Symbol.toPrimitive]: fail }),
  "a toString that throws": () => ({ toString: fail, valueOf: fail }),
  "a toString that returns an object": () => ({ toString: () => ({}), valueOf: () => ({}) }),
  "a Symbol.toStringTag that throws": () => Object.defineProperty({}, Symbol.toStringTag, { get: fail }),
  "a Symbol.toStringTag that lies": () => ({ [Symbol.toStringTag]: "Error", message: "no\nerror" }),
  "an iterator that has no end": () => ({
    *[Symbol.iterator]() {
      for (;;) yield 1;
    },
  }),
  // biome-ignore lint/suspicious/noThenProperty: that is what is bad about it
  "a thenable that throws": () => ({ then: fail }),
  // biome-ignore lint/suspicious/noThenProperty: that is what is bad about it
  "a thenable that never calls": () => ({ then: () => undefined }),
  "a rejected promise": () => {
    const rejected = Promise.reject(new Error("rejected"));
    rejected.catch(() => undefined);
    return rejected;
  },
  "a key toString": () => ({ toString: 1, valueOf: 2, hasOwnProperty: 3, isPrototypeOf: 4, __defineGetter__: 5 }),
  "a key that is a number": () => ({ 5: 1, 1: 2, "-1": 3, "01": 4, [2 ** 32]: 5 }),
  "keys that look alike": () =>
    Object.fromEntries(["a b", "a\nb", "a_b", "a=b", 'a"b', "a\u00a0b", "a\ud800b", "a\u0000b"].map((k) => [k, 1])),
  "keys of the message": () =>
    Object.fromEntries(
      ["time", "level", "msg", "message", "logger", "scope", "err", "error", "late", "ctx", "stack"].flatMap((key) => [
        [key, "x"],
        [`${key}_`, "y"],
        [`${key}.x`, "z"],
      ]),
    ),
  "keys of a trace": () => ({
    trace_id: "0".repeat(32),
    span_id: "1\n",
    trace_flags: "ff",
    "trace.id": 1,
    "dd.trace_id": { a: 1 },
    "logging.googleapis.com/trace": "x",
  }),
  "a key of some megabytes": () => ({ ["k\n".repeat(sizeOf(500_000, 1_000_000))]: 1, after: 2 }),
  "10,000 keys alike": () =>
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        index.toString(2).padStart(14, "0").replaceAll("0", " ").replaceAll("1", "="),
        index,
      ]),
    ),
  "100,000 keys": () => Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, index])),
  "a detached buffer": () => {
    const buffer = new ArrayBuffer(64);
    const views = [buffer, new Uint8Array(buffer), new Float64Array(buffer), new DataView(buffer)];
    structuredClone(buffer, { transfer: [buffer] });
    return views;
  },
  "shared and growing buffers": () => [
    new SharedArrayBuffer(8),
    new Uint8Array(new SharedArrayBuffer(8)),
    new Float32Array(1e6),
  ],
  "views with hostile length": () => {
    const view = new Float64Array(3);
    Object.defineProperty(view, "length", { get: fail });
    return [view, Object.defineProperty(new Uint8Array(3), "byteLength", { get: fail })];
  },
  "a Map with hostile keys": () =>
    new Map<unknown, unknown>([
      ["__proto__", 1],
      [Symbol("s"), 2],
      [revoked({}), 3],
      [Number.NaN, new Map([[{}, fail]])],
    ]),
  "a Map with a patched iterator": () => Object.assign(new Map([["a", 1]]), { entries: fail, [Symbol.iterator]: fail }),
  "a Set of itself": () => {
    const set = new Set<unknown>();
    return set.add(set).add([set]);
  },
  "a WeakSet and a WeakRef": () => [new WeakSet(), new WeakRef({}), new FinalizationRegistry(() => undefined)],
  "an array with an odd length": () => Object.assign([], { length: 2 ** 32 - 1 }),
  "an array with a getter": () => Object.defineProperty([1, 2], 1, { get: fail, enumerable: true }),
  "an array-like with hostile length": () => ({ length: Number.POSITIVE_INFINITY, 0: 1, splice: 1 }),
  "an array without a prototype": () => Object.setPrototypeOf([1, 2], null) as unknown,
  "a function with hostile properties": () =>
    Object.defineProperties(() => 1, { name: { get: fail }, toString: { value: fail }, length: { get: fail } }),
  "an asynchronous function": () => async () => fail(),
  "a generator": () => (function* endless() { for (;;) yield 1; })(), // biome-ignore format: one line
  "a class": () => class Named {},
  "a subclass of Array": () => new (class Many extends Array<unknown> {})(1, 2n, fail),
  "a subclass of Map": () => {
    class Many extends Map<unknown, unknown> {
      override get size(): number {
        return fail();
      }
    }
    return new Many([["a", 1]]);
  },
  "an object with hostile inspection": () => ({ [Symbol.for("nodejs.util.inspect.custom")]: fail, inspect: fail }),
  // Below a field: above, its functions would be lazy values, and called.
  "the global object": () => ({ globalThis }),
  "a module": () => ({ fc }),
  "a boxed string with odd parts": () =>
    Object.assign(new String("a\nb\ud800"), { toString: fail, valueOf: fail, x: 1 }),
  "a regular expression that lies": () => Object.assign(/x/, { toString: fail }),
  "an error with a hostile name": () => Object.assign(new Error("m"), { name: "N\u001b[2J\nx" }),
  "an error with a message that is none": () =>
    Object.assign(new Error("m"), { message: revoked({}), stack: Symbol("s") }),
  "an error with a huge message": () => new Error("m\n    at fake (x:1:1)\n".repeat(100_000)),
  "an error with a stack of controls": () =>
    Object.assign(new Error("m"), { stack: "Error: m\n    at \u001b[31mx\r\n\u2028  at y\u0000" }),
  "an error with getters": () => Object.defineProperty(new Error("m"), "status", { get: fail, enumerable: true }),
  "an error with a hostile cause": () => new Error("m", { cause: new Proxy({}, { get: fail, ownKeys: fail }) }),
  "an AggregateError of many": () =>
    new AggregateError(
      Array.from({ length: 5000 }, (_, i) => new Error(`no ${i}`)),
      "all",
    ),
  "an AggregateError that unfolds": () => {
    let error = new AggregateError([], "leaf");
    for (let level = 0; level < 12; level++)
      error = new AggregateError(
        Array.from({ length: 8 }, () => error),
        `l${level}`,
      );
    return error;
  },
  "an error whose errors are none": () => Object.assign(new Error("m"), { errors: { length: 1e9 } }),
  "a DOMException": () => new DOMException("m\n", "AbortError"),
  "an error without a prototype": () => Object.setPrototypeOf(new Error("m"), null) as unknown,
  "every control character": () => String.fromCharCode(...Array.from({ length: 0x300 }, (_, code) => code)),
  "every strange character": () =>
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffd\uffff\ud83d\ude00\udbff\udfff\udc00\ud800",
  "a very long string": () => "x\n".repeat(sizeOf(1_000_000, 50_000_000)),
  null: () => null,
  undefined: () => undefined,
  "a number": () => -0,
  "an array of everything": () => [undefined, null, fail, Symbol("s"), 1n, new Date(Number.NaN), Number.NaN],
};

/** Values that log themselves when they are read: with every handler there are more ways to go on. */
export const selfLogging: Readonly<Record<string, () => unknown>> = {
  "a getter that logs its object as fields": () => {
    const self = getter(() => reentry.log?.info("from a getter", self as Record<string, unknown>));
    return self;
  },
  "a getter that logs its object": () => {
    const self = getter(() => reentry.log?.info("from a getter", { self }));
    return self;
  },
  "a toJSON that logs itself": () => {
    const self: Record<string, unknown> = { a: 1 };
    self["toJSON"] = () => {
      reentry.log?.info("from toJSON", { self });
      return { a: 1 };
    };
    return self;
  },
  "a lazy value that logs itself": () => {
    const self = (): string => {
      reentry.log?.info("from a lazy value", { self });
      return "lazy";
    };
    return self;
  },
  "a lazy message that logs itself": () => {
    const self = (): string => {
      reentry.log?.info(self);
      return "lazy";
    };
    return self;
  },
};

/** Costly to make or to walk: not for random mixtures. */
const costly = new Set([
  ...["very deep data", "very wide data", "a very long string", "data that unfolds", "a long chain of causes"],
  ...["a key of some megabytes", "10,000 keys alike", "100,000 keys", "a module"],
  ...[
    "an error with a huge message",
    "an AggregateError of many",
    "an AggregateError that unfolds",
    "the global object",
  ],
  ...["a getter that grows each time", "shared and growing buffers", "a proxy with an endless inside", "numbers"],
  "a getter that logs",
]);

/** Walked to the limits, of some ten thousand values, at every turn: for the long form. */
const endless = new Set(["data that unfolds", "an AggregateError that unfolds", "a proxy with an endless inside"]);

/** All of them, by name. */
export const allHostile: readonly Hostile[] = Object.entries({ ...hostileValues, ...more })
  .map(([what, make]) => ({ what, make }))
  .filter(({ what }) => isLong || !endless.has(what));

/** Whether it takes long to make or to walk. */
export const isCostly = ({ what }: Hostile): boolean => costly.has(what);

/** Those that are cheap enough for thousands of random mixtures. */
export const cheapHostile: readonly Hostile[] = allHostile.filter((one) => !isCostly(one));

const injections = [
  ...[
    "\n",
    "\r\n",
    "\r",
    "\u0000",
    "\u001b[2J",
    "\u001b]0;title\u0007",
    "\u009b31m",
    "\u2028",
    "\u2029",
    "\u0085",
    "\u202e",
  ],
  ...[
    "\ud800",
    "\udc00",
    "\ufeff",
    "\ufffd",
    '"',
    "'",
    "\\",
    "=",
    "]",
    "[",
    "{",
    "}",
    "</script>",
    "<!--",
    "%s",
    "%d",
    "%n",
    "${x}",
  ],
  ...[
    "\n<13>1 - - - - - - forged",
    '\n{"level":"fatal","msg":"forged"}',
    '" level=fatal msg="forged',
    " ",
    "\t",
    "\u00a0",
    "😀",
  ],
  ...["__proto__", "constructor", "toString", "time", "level", "msg", "err", "...", "_", ""],
];

/** A text for a message, a name, a key or a value. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...injections), weight: 40 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 12 }), weight: 40 },
  { arbitrary: fc.array(fc.oneof(fc.constantFrom(...injections), fc.string({ maxLength: 5 })), { maxLength: 5 }).map((parts) => parts.join("")), weight: 60 },
  { arbitrary: fc.constantFrom("x".repeat(70_000), "\n".repeat(70_000), "\ud800".repeat(70_000)), weight: 1 },
  { arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((codes) => String.fromCharCode(...codes)), weight: 40 },
); // biome-ignore format: a row for each kind

const of = (what: string, make: () => unknown): Hostile => ({ what, make });

/** A value of any kind, and mixtures of them. Made anew by `make`, since some can be used only once. */
export const hostileValue: fc.Arbitrary<Hostile> = fc.letrec<{ value: Hostile }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...cheapHostile),
    hostileText.map((text) => of(JSON.stringify(text), () => text)),
    fc.oneof(fc.double(), fc.integer(), fc.boolean(), fc.bigInt()).map((value) => of(String(value), () => value)),
    fc
      .array(fc.tuple(hostileText, tie("value")), { maxLength: 4 })
      .map((entries) =>
        of(`{${entries.map(([key, { what }]) => `${JSON.stringify(key)}: ${what}`)}}`, () =>
          Object.fromEntries(entries.map(([key, { make }]) => [key, make()])),
        ),
      ),
    fc
      .array(tie("value"), { maxLength: 4 })
      .map((items) => of(`[${items.map(({ what }) => what)}]`, () => items.map(({ make }) => make()))),
    tie("value").map(({ what, make }) => of(`a getter of ${what}`, () => getter(make))),
    tie("value").map(({ what, make }) => of(`a toJSON of ${what}`, () => ({ toJSON: make }))),
    tie("value").map(({ what, make }) => of(`a lazy ${what}`, () => make)),
    tie("value").map(({ what, make }) => of(`a Map of ${what}`, () => new Map<unknown, unknown>([[make(), make()]]))),
    tie("value").map(({ what, make }) => of(`a Set of ${what}`, () => new Set<unknown>([make()]))),
    tie("value").map(({ what, make }) => of(`an error because of ${what}`, () => new Error("e", { cause: make() }))),
    tie("value").map(({ what, make }) =>
      of(`an error with ${what}`, () =>
        Object.defineProperty(new Error("e\nx"), "own\n", { value: make(), enumerable: true }),
      ),
    ),
    tie("value").map(({ what, make }) => of(`an AggregateError of ${what}`, () => new AggregateError([make()], "a"))),
    tie("value").map(({ what, make }) =>
      of(`a watched ${what}`, () => {
        const value = make();
        return typeof value === "object" && value !== null ? watched({ value }) : value;
      }),
    ),
  ),
})).value;

/** Fields as a program may give them: mostly an object of hostile keys and values, now and then anything. */
export const hostileFields: fc.Arbitrary<Hostile> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(hostileText, hostileValue), { maxLength: 5 })
      .map((entries) =>
        of(`{${entries.map(([key, { what }]) => `${JSON.stringify(key)}: ${what}`)}}`, () =>
          Object.fromEntries(entries.map(([key, { make }]) => [key, make()])),
        ),
      ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...cheapHostile).filter(({ make }) => isBindable(make())) },
);

/** Whether it passes for an object of fields. */
export function isBindable(value: unknown): boolean {
  try {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
