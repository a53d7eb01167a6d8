/** A name for each value that formatters must survive, and how to make it. */
export const hostileValues: Readonly<Record<string, () => unknown>> = {
  "a cycle": () => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle["self"] = cycle;
    return cycle;
  },
  "a cycle through a Map": () => {
    const map = new Map<string, unknown>();
    return map.set("map", [map]);
  },
  "a throwing getter": () => ({
    before: 1,
    get bad() {
      throw new Error("no\nway");
    },
    after: 2,
  }),
  "a getter that throws what cannot be shown": () => ({
    get bad() {
      throw Object.create(null);
    },
  }),
  "a throwing proxy": () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error("get");
        },
        ownKeys() {
          throw new Error("keys");
        },
        getPrototypeOf() {
          throw new Error("prototype");
        },
      },
    ),
  "a proxy whose keys cannot be told": () =>
    new Proxy(
      { a: 1 },
      {
        ownKeys() {
          throw new Error("keys");
        },
      },
    ),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "a revoked array": () => {
    const { proxy, revoke } = Proxy.revocable<unknown[]>([], {});
    revoke();
    return proxy;
  },
  "a throwing toJSON": () => ({
    toJSON() {
      throw new Error("toJSON");
    },
  }),
  "a toJSON that never ends": () => {
    const endless = (): object => ({ toJSON: () => ({ again: endless() }) });
    return endless();
  },
  "a toJSON that returns itself": () => {
    const own = {
      a: 1,
      toJSON(): unknown {
        return own;
      },
    };
    return own;
  },
  "a toJSON that returns nothing": () => ({ toJSON: () => undefined }),
  "no prototype": () => Object.assign(Object.create(null) as object, { a: 1 }),
  "a key __proto__": () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') as unknown,
  "very deep data": () => {
    let deep: unknown = "end";
    for (let level = 0; level < 20_000; level++) deep = level % 2 === 0 ? { deep } : [deep];
    return deep;
  },
  "very wide data": () => Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index])),
  "a very long array": () => new Array(1e9),
  "a very long string": () => "x".repeat(10_000_000),
  "data that unfolds": () => {
    let fold: unknown = "leaf";
    for (let level = 0; level < 9; level++) fold = Array.from({ length: 30 }, () => fold);
    return fold;
  },
  "a lone surrogate": () => ["\ud800", "\udc00x", { "\ud800": 1 }],
  "line ends and escapes": () => "a\nb\r\nc\u001b[31md\u0000e\u0085f\u2028g\u009bh\u202ei",
  "a key with line ends": () => ({ "a\nb\u001b": 1, "": 2 }),
  "not a number": () => [Number.NaN, Number.POSITIVE_INFINITY, -0],
  "a BigInt": () => 2n ** 80n,
  "a BigInt inside": () => ({ id: 2n ** 80n }),
  "an invalid date": () => new Date(Number.NaN),
  "a date that lies": () => Object.assign(new Date(0), { toISOString: () => "x\ny" }),
  "a symbol": () => Symbol("secret"),
  "a function": () => () => "never called",
  "an object of these": () => ({ a: undefined, b: () => 1, c: Symbol("c"), d: [undefined, () => 1, Symbol("d")] }),
  "a Map": () => new Map<unknown, unknown>([["a", 1], [1, "b"], [{}, null]]), // biome-ignore format: one line
  "a Set": () => new Set([1, "a", new Set([2])]),
  "a Map that is none": () => Object.create(Map.prototype) as unknown,
  "a proxied Map": () => new Proxy(new Map([["a", 1]]), {}),
  bytes: () => [Buffer.from("hello"), new Uint8Array(1000), new DataView(new ArrayBuffer(3)), new ArrayBuffer(2)],
  numbers: () => [new Float64Array([1.5, Number.NaN]), new BigInt64Array([1n]), new Uint16Array(5000)],
  "boxed values": () => [new Number(1), new String("s\n"), new Boolean(false), Object(1n), Object(Symbol("s"))],
  "an expression": () => /a\nb"/g,
  "a promise": () => Promise.resolve(1),
  "a weak map": () => new WeakMap(),
  "a url": () => new URL("https://example.org/?q=%0A"),
  "an instance": () =>
    new (class Point {
      x = 1;
      #y = 2;
      get y() {
        return this.#y;
      }
    })(),
  "an error": () => new RangeError("bad\nthing"),
  "an error that is its own cause": () => {
    const error = new Error("own");
    error.cause = error;
    return error;
  },
  "a long chain of causes": () => {
    let error = new Error("first");
    for (let index = 0; index < 5000; index++) error = new Error(`no ${index}`, { cause: error });
    return error;
  },
  "an aggregate of itself": () => {
    const error = new AggregateError([], "all");
    error.errors.push(error, "text", new Error("one"));
    return error;
  },
  "an error with reserved properties": () =>
    Object.assign(new Error("m"), { type: "t", code: { odd: 1 }, stack_: 1, kind: 2, toJSON: () => "hidden" }),
  "an error that throws": () =>
    Object.defineProperties(new Error("x"), {
      stack: {
        get() {
          throw new Error("stack");
        },
      },
      message: {
        get() {
          throw new Error("message");
        },
      },
      name: { value: { toString: () => "x" } },
      cause: {
        get() {
          throw new Error("cause");
        },
      },
      code: {
        enumerable: true,
        get() {
          throw new Error("code");
        },
      },
    }),
  "a proxied error": () => {
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    return Object.assign(new Error("holder"), { errors: proxy, cause: proxy });
  },
  "an error of odd parts": () =>
    Object.assign(new Error("x"), { message: { a: 1 }, stack: 5, name: "", constructor: null }),
};
