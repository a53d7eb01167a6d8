/** What is planted: it must not come out. */
export const secret = "s3cr3tMARK";
/** What stands beside it: it must come out, where it did without the filter. */
export const neighbour = "n3ighb0urMARK";

/** Something around a value. */
export interface Wrap {
  readonly name: string;
  wrap(inner: unknown): unknown;
  /** How a path goes through it: by these names, `#` for the place in a list. */
  readonly way: readonly string[];
  /** Whether what is shown is not all that some readers showed of the original. */
  readonly loses?: boolean;
}

class Box {
  readonly v: unknown;
  constructor(v: unknown) {
    this.v = v;
  }
}

class Teller {
  readonly #inner: unknown;
  constructor(inner: unknown) {
    this.#inner = inner;
  }
  toJSON(): unknown {
    return this.#inner;
  }
}

class Failure extends Error {
  override name = "Failure";
}

function inheriting(inner: unknown): Error {
  class Heir extends Error {}
  Object.assign(Heir.prototype, { v: inner });
  return new Heir("heir");
}

function tellingError(inner: unknown): Error {
  class Talker extends Error {
    toJSON(): unknown {
      return { v: inner };
    }
    [Symbol.for("nodejs.util.inspect.custom")](): unknown {
      return { v: inner };
    }
  }
  return new Talker("talker");
}

function cyclic(inner: unknown): object {
  const cycle: Record<string, unknown> = { v: inner };
  cycle["self"] = [cycle];
  return cycle;
}

function selfTelling(parts: object): object {
  const own: object = Object.assign(parts, { toJSON: () => own });
  return own;
}

const v = ["v"];

export const wraps: readonly Wrap[] = [
  { name: "an object", wrap: (inner) => ({ n: 1, v: inner }), way: v },
  { name: "an array", wrap: (inner) => [0, inner], way: ["#1"] },
  { name: "arrays", wrap: (inner) => [[inner]], way: ["#0", "#0"] },
  { name: "a Map", wrap: (inner) => new Map([["v", inner]]), way: v },
  { name: "a Map with numbers", wrap: (inner) => new Map<unknown, unknown>([[7, inner]]), way: ["7"] }, // biome-ignore format: one line
  { name: "a key of a Map", wrap: (inner) => new Map([[inner, 1]]), way: [] }, // biome-ignore format: one line
  { name: "a Map with objects", wrap: (inner) => new Map([[{}, inner]]), way: [] }, // biome-ignore format: one line
  { name: "a Set", wrap: (inner) => new Set([inner]), way: ["#0"] },
  { name: "an error's property", wrap: (inner) => Object.assign(new Error("e"), { v: inner }), way: v },
  { name: "an error of a class", wrap: (inner) => Object.assign(new Failure("e"), { code: "E", v: inner }), way: v },
  { name: "an error's own class", wrap: inheriting, way: v, loses: true },
  { name: "an error that speaks for itself", wrap: tellingError, way: v, loses: true },
  { name: "a cause", wrap: (inner) => new Error("e", { cause: inner }), way: ["cause"] },
  { name: "the cause of a cause", wrap: (inner) => new Error("e", { cause: new Error("c", { cause: inner }) }), way: ["cause", "cause"] }, // biome-ignore format: one line
  { name: "an AggregateError", wrap: (inner) => new AggregateError([inner, 1], "a"), way: ["errors", "#0"] },
  { name: "toJSON", wrap: (inner) => ({ toJSON: () => ({ v: inner }) }), way: v },
  { name: "toJSON of a class", wrap: (inner) => new Teller(inner), way: [] },
  { name: "an inherited toJSON", wrap: (inner) => Object.create({ toJSON: () => inner }) as unknown, way: [] },
  { name: "toJSON of itself", wrap: (inner) => selfTelling({ v: inner }), way: v },
  { name: "a getter", wrap: (inner) => ({ get v() { return inner; } }), way: v }, // biome-ignore format: one line
  { name: "an instance", wrap: (inner) => new Box(inner), way: v },
  { name: "a proxy", wrap: (inner) => new Proxy({ v: inner }, {}), way: v },
  { name: "a proxied array", wrap: (inner) => new Proxy([inner], {}), way: ["#0"] },
  { name: "a proxy that makes it up", wrap: (inner) => new Proxy({ v: 0 }, { get: (_, key) => (key === "v" ? inner : undefined) }), way: v }, // biome-ignore format: one line
  { name: "no prototype", wrap: (inner) => Object.assign(Object.create(null) as object, { v: inner }), way: v },
  { name: "a frozen object", wrap: (inner) => Object.freeze({ v: inner }), way: v },
  { name: "a cycle", wrap: cyclic, way: v },
  { name: "a key __proto__", wrap: (inner) => Object.defineProperty({}, "__proto__", { value: inner, enumerable: true }), way: ["__proto__"] }, // biome-ignore format: one line
  { name: "a function's property", wrap: (inner) => Object.assign(() => {}, { v: inner }), way: v, loses: true },
  { name: "a function's toJSON", wrap: (inner) => Object.assign(() => {}, { toJSON: () => inner }), way: [], loses: true }, // biome-ignore format: one line
  { name: "bytes with a property", wrap: (inner) => Object.assign(new Uint8Array(2), { v: inner }), way: v, loses: true }, // biome-ignore format: one line
  { name: "a date with a toJSON", wrap: (inner) => Object.assign(new Date(0), { toJSON: () => inner }), way: [] },
  { name: "a date with a property", wrap: (inner) => Object.assign(new Date(0), { v: inner }), way: v, loses: true },
  { name: "an expression with a toJSON", wrap: (inner) => Object.assign(/x/, { toJSON: () => inner }), way: [] },
  { name: "a boxed text with a toJSON", wrap: (inner) => Object.assign(new String("x"), { toJSON: () => inner }), way: [] }, // biome-ignore format: one line
  { name: "a symbol's value", wrap: (inner) => ({ [Symbol("v")]: inner }), way: v, loses: true },
  { name: "a hidden property", wrap: (inner) => Object.defineProperty({}, "v", { value: inner }), way: v, loses: true },
];

/** What has the secret under its key, and the neighbour under `note`. */
export interface Carrier {
  readonly name: string;
  carry(key: string, hidden: unknown): unknown;
  readonly loses?: boolean;
}

const parts = (key: string, hidden: unknown) => ({ note: neighbour, [key]: hidden });

export const carriers: readonly Carrier[] = [
  { name: "an object", carry: parts },
  { name: "an object without a prototype", carry: (key, hidden) => Object.assign(Object.create(null) as object, parts(key, hidden)) }, // biome-ignore format: one line
  { name: "a Map", carry: (key, hidden) => new Map(Object.entries(parts(key, hidden))) },
  { name: "a Map with symbols", carry: (key, hidden) => new Map<unknown, unknown>([["note", neighbour], [Symbol(key), hidden]]) }, // biome-ignore format: one line
  { name: "a Map with boxed keys", carry: (key, hidden) => new Map<unknown, unknown>([["note", neighbour], [new String(key), hidden]]) }, // biome-ignore format: one line
  { name: "a Map with keys that say themselves", carry: (key, hidden) => new Map<unknown, unknown>([["note", neighbour], [{ toJSON: () => key }, hidden]]) }, // biome-ignore format: one line
  { name: "an error", carry: (key, hidden) => Object.assign(new Error("e"), parts(key, hidden)) },
  { name: "getters", carry: (key, hidden) => Object.defineProperty({ note: neighbour }, key, { get: () => hidden, enumerable: true }) }, // biome-ignore format: one line
  { name: "a toJSON", carry: (key, hidden) => ({ toJSON: () => parts(key, hidden) }) },
  { name: "a toJSON of itself", carry: (key, hidden) => selfTelling(parts(key, hidden)) },
  { name: "an instance", carry: (key, hidden) => Object.assign(new Box(1), parts(key, hidden)) },
  { name: "a proxy", carry: (key, hidden) => new Proxy(parts(key, hidden), {}) },
  { name: "a function", carry: (key, hidden) => Object.assign(() => {}, parts(key, hidden)), loses: true },
];

/** What is secret: a text, or something with one in it. */
export const secrets: Readonly<Record<string, () => unknown>> = {
  "a text": () => secret,
  "a boxed text": () => new String(secret),
  "an object": () => ({ inner: { deep: secret } }),
  "a list": () => [[secret]],
  "a Map": () => new Map([[secret, secret]]),
  "a Set": () => new Set([secret]),
  "an error": () => new Error(secret),
  "a url": () => new URL(`https://example.org/?${secret}`),
  "a toJSON": () => ({ toJSON: () => secret }),
  "an instance": () => new Box(secret),
};

/** The keys that are to be hidden wherever they are, and their words. */
export const keys = ["password", "apiKey", "set-cookie", /token$/i] as const;
export const words: readonly (readonly string[])[] = [["pass", "word"], ["api", "key"], ["set", "cookie"], ["token"]];

/** How a key may be written around the name. */
export const dressings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `user.${name}`,
  (name) => `user[${name}]`,
  (name) => `user["${name}"]`,
  (name) => `${name}.old`,
  (name) => `a.b[0].${name}`,
];
