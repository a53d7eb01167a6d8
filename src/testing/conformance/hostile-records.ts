import { createRecord, type LogRecord, type RecordInit } from "../../record/log-record.ts";

/** A record that is hard to write, and what is hard about it. */
export interface HostileRecord {
  readonly what: string;
  readonly record: LogRecord;
}

// More than any datagram, pipe or batch holds.
const huge = 1024 * 1024;

/**
 * Records as a program may really log them, by mistake or under attack. The message of each begins with a tag of its
 * own, so that it can be found at the far end.
 */
export function hostileRecords(tag: (what: string) => string): HostileRecord[] {
  const make = (what: string, init: RecordInit): HostileRecord => ({
    what,
    record: createRecord({ levelNumber: 50, ...init, message: tag(what) + (init.message ?? "") }),
  });
  const field = (what: string, value: unknown): HostileRecord => make(what, { fields: { value } });
  return [
    make("no fields", {}),
    make("a line break in the message", { message: " a\r\nb\u2028c\u0085d" }),
    make("control characters in the message", { message: " \0\u0007\u001b[31m\u007f\u009b" }),
    make("lone surrogates in the message", { message: " \ud800 x \udfff" }),
    make("a huge message", { message: ` ${"x".repeat(huge)}` }),
    make("lone surrogates in a name and a value", { fields: { "\udc00": "\ud83d" } }),
    make("a field named __proto__", { fields: JSON.parse('{"__proto__":{"a":1},"constructor":1}') }),
    make("a field with an empty name", { fields: { "": "", " ": 1, '"]\\=\n': 2 } }),
    make("fields without a prototype", { fields: Object.assign(Object.create(null), { a: 1 }) }),
    make("10,000 fields", { fields: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])) }),
    make("fields that throw when they are listed", { fields: proxyThatThrows("ownKeys") }),
    make("fields that throw when they are read", { fields: proxyThatThrows("get") }),
    make("fields that are a revoked proxy", { fields: revoked() }),
    make("a field with a throwing getter", { fields: throwingGetter() }),
    make("bound fields with a throwing getter and a cycle", {
      bound: { cycle: cycle(), inner: throwingGetter() },
    }),
    make("the same name bound and given", { bound: { a: 1, message: "m" }, fields: { a: 2, level: "x", time: "y" } }),
    field("a cycle", cycle()),
    field("deep nesting", nested(5_000)),
    field("a revoked proxy", revoked()),
    field("an object that throws when it is listed", proxyThatThrows("ownKeys")),
    field("a huge string", "y".repeat(huge)),
    field("a BigInt", 2n ** 200n),
    field("a symbol", Symbol("s")),
    field("a function", () => 1),
    field("a class", class Named {}),
    field("undefined", undefined),
    field("NaN and infinities", [Number.NaN, Number.POSITIVE_INFINITY, -0]),
    field("an invalid date", new Date(Number.NaN)),
    field("a throwing toJSON", { toJSON: fail }),
    field("a toJSON that returns itself", selfJson()),
    field("a throwing toString", { toString: fail, [Symbol.toPrimitive]: fail }),
    field("a throwing inspect", { [Symbol.for("nodejs.util.inspect.custom")]: fail }),
    field("a map, a set and weak ones", [new Map([[{}, cycle()]]), new Set([cycle()]), new WeakMap(), new WeakSet()]),
    field("binary data", [new Uint8Array(70_000), new ArrayBuffer(8), new DataView(new ArrayBuffer(1))]),
    field("a sparse array", Object.assign([], { length: 100_000, 5: 1 })),
    field("a getter in an array", Object.defineProperty([1], 0, { get: fail, enumerable: true })),
    field("a promise that is never settled", new Promise(() => {})),
    make("an error with a cyclic cause", { error: cyclicError() }),
    make("an error whose parts throw", { error: throwingError() }),
    make("an error that is a revoked proxy", { error: revoked() }),
    make("an AggregateError of itself", { error: aggregate() }),
    make("a thrown string", { error: "thrown" }),
    make("a thrown null", { error: null }),
    make("a thrown BigInt", { error: 1n }),
    make("an error with odd properties", {
      error: Object.assign(new Error("e"), { code: Symbol("c"), name: 5, stack: {} }),
    }),
    make("a level in between", { levelNumber: 55.5 }),
    make("a level above all", { levelNumber: 1e9 }),
    make("the time zero", { time: 0 }),
    make("a time before 1970", { time: -1e12 }),
    make("a time that is none", { time: Number.NaN }),
    make("a time after all time", { time: 1e300 }),
    make("a strange name", { logger: 'a "]\\\n\0 b\ud800', scope: "c d#1", parent: "\u202e" }),
    make("a late line", { late: true, scope: "conn#1" }),
  ];
}

function fail(): never {
  throw new Error("hostile");
}

function cycle(): object {
  const a: Record<string, unknown> = { name: "a" };
  a["self"] = a;
  a["list"] = [a, { a }];
  return a;
}

function nested(depth: number): object {
  let inner: object = {};
  for (let level = 0; level < depth; level++) inner = level % 2 === 0 ? { inner } : [inner];
  return inner;
}

function revoked(): Record<string, unknown> {
  const { proxy, revoke } = Proxy.revocable({ a: 1 } as Record<string, unknown>, {});
  revoke();
  return proxy;
}

function proxyThatThrows(trap: "ownKeys" | "get"): Record<string, unknown> {
  return new Proxy({ a: 1 } as Record<string, unknown>, { [trap]: fail });
}

function throwingGetter(): Record<string, unknown> {
  return Object.defineProperty({ b: 1 }, "a", { get: fail, enumerable: true, configurable: true });
}

function selfJson(): object {
  const self = { toJSON: (): object => self };
  return self;
}

function cyclicError(): Error {
  const first = new Error("first");
  first.cause = new TypeError("second", { cause: first });
  return first;
}

function throwingError(): Error {
  const error = new Error("parts");
  // The stack first: it is made, out of name and message, when it is first touched.
  for (const part of ["stack", "name", "message", "cause"]) {
    Object.defineProperty(error, part, { get: fail, enumerable: true });
  }
  return error;
}

function aggregate(): Error {
  const error = new AggregateError([new Error("inner")], "outer");
  error.errors.push(error);
  return error;
}
