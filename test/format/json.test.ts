import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonFormatter } from "../../src/format/json.ts";
import type { Fields } from "../../src/record/fields.ts";
import { createRecord, LogRecord, type RecordInit } from "../../src/record/log-record.ts";
import { LogSource } from "../../src/record/log-source.ts";
import { expectCode } from "../support/errors.ts";
import { parseLine } from "./strict-json.ts";

const formatter = jsonFormatter();
const time = Date.UTC(2026, 0, 31, 12, 0, 0, 7);

function format(init: RecordInit): string {
  return formatter.format(createRecord({ time, ...init }));
}

/** The fields of a line, without what the formatter writes itself. */
function fieldsOf(init: RecordInit): Record<string, unknown> {
  const { time: _time, level: _level, msg: _msg, ...fields } = JSON.parse(format(init)) as Record<string, unknown>;
  return fields;
}

function written(value: unknown): unknown {
  return fieldsOf({ fields: { value } })["value"];
}

describe("the line", () => {
  test("has its keys in the promised order", () => {
    const error = Object.assign(new Error("e"), { stack: "S" });
    const line = format({
      levelNumber: 50,
      message: 'said "hi"',
      logger: "net.conn",
      scope: "conn#17",
      bound: { peer: "10.0.0.1", id: 17 },
      fields: { bytes: 5, ok: true, none: null },
      error,
      late: true,
    });
    expect(line).toBe(
      '{"time":"2026-01-31T12:00:00.007Z","level":"error","logger":"net.conn","scope":"conn#17","msg":"said \\"hi\\"",' +
        '"peer":"10.0.0.1","id":17,"bytes":5,"ok":true,"none":null,' +
        '"err":{"type":"Error","message":"e","stack":"S"},"late":true}',
    );
  });

  test("leaves out what there is not", () => {
    expect(format({})).toBe('{"time":"2026-01-31T12:00:00.007Z","level":"info","msg":""}');
    expect(format({ fields: { a: undefined, b: () => 1, c: Symbol("c") } })).toBe(format({}));
  });

  test("has the time and level of each record, in whatever order they come", () => {
    const times = [0, 999, 1000, 999, -1, 60_000, 0];
    for (const ms of times) {
      for (const levelNumber of [10, 60, 35]) {
        const read = JSON.parse(format({ time: ms, levelNumber })) as Record<string, unknown>;
        expect(read["time"]).toBe(new Date(ms).toISOString());
        expect(read["level"]).toBe(levelNumber === 10 ? "trace" : levelNumber === 60 ? "fatal" : "info");
      }
    }
    expect(JSON.parse(format({ time: Number.NaN }))).toMatchObject({ time: null });
  });

  test("is the same again for the same source, by any formatter", () => {
    const source = new LogSource("app", "app#1", undefined, { a: 1, b: "x" });
    const record = (message: string) => new LogRecord(time, 30, message, undefined, undefined, false, source);
    const first = formatter.format(record("m"));
    expect(formatter.format(record("m"))).toBe(first);
    expect(formatter.format(record("other"))).toBe(first.replace('"m"', '"other"'));
    const ecs = jsonFormatter({ profile: "ecs" });
    expect(ecs.format(record("m"))).toContain('"log.logger":"app"');
    expect(formatter.format(record("m"))).toBe(first);
  });

  test("makes the text of bound fields once for a source", () => {
    let read = 0;
    const bound: Fields = {
      get peer() {
        read++;
        return "p";
      },
    };
    const source = new LogSource("", undefined, undefined, bound);
    const before = read;
    for (let line = 0; line < 5; line++) {
      formatter.format(new LogRecord(time, 30, "", undefined, undefined, false, source));
    }
    expect(read - before).toBe(1);
  });
});

describe("keys", () => {
  test("a field of the call replaces a bound one, once", () => {
    const line = format({ bound: { a: 1, b: 2, c: 3 }, fields: { b: "call", d: 4 } });
    expect([...parseLine(line)].slice(3)).toEqual([
      ["a", 1],
      ["c", 3],
      ["b", "call"],
      ["d", 4],
    ]);
    expect(fieldsOf({ bound: { a: 1 }, fields: { a: undefined } })).toEqual({});
  });

  test("bound fields are whole again after one was replaced", () => {
    const source = new LogSource("", undefined, undefined, { a: 1, b: 2 });
    const record = (fields: Fields | undefined) => new LogRecord(time, 30, "", fields, undefined, false, source);
    expect(formatter.format(record({ a: 9 }))).toContain('"b":2,"a":9');
    expect(formatter.format(record(undefined))).toContain('"a":1,"b":2');
  });

  test("a field with a reserved name is not lost, and meets no other", () => {
    const fields = {
      time: 1,
      time_: 2,
      time__: 3,
      level: "x",
      msg: "y",
      err: 5,
      err_: 6,
      logger: 7,
      scope: 8,
      late: 9,
    };
    expect(fieldsOf({ fields, error: new Error("e"), logger: "n", scope: "s", late: true })).toMatchObject({
      time_: 1,
      time__: 2,
      time___: 3,
      level_: "x",
      msg_: "y",
      err_: 5,
      err__: 6,
      logger_: 7,
      scope_: 8,
      late_: 9,
      logger: "n",
      scope: "s",
      late: true,
    });
    expect(fieldsOf({ fields: { timer: 1, _time: 2, Time: 3, "": 4, _: 5 } })).toEqual({
      timer: 1,
      _time: 2,
      Time: 3,
      "": 4,
      _: 5,
    });
  });

  test("no two fields ever share a key", () => {
    const key = fc.tuple(
      fc.constantFrom("time", "level", "x", "__proto__", "constructor", "toString", "..."),
      fc.nat(3),
    );
    const fields = fc
      .array(key.map(([name, more]) => name + "_".repeat(more)))
      .map((keys) => Object.fromEntries(keys.map((name, index) => [name, index])));
    fc.assert(
      fc.property(fields, fields, (bound, own) => {
        const read = parseLine(format({ bound, fields: own }));
        expect(read.size).toBe(3 + new Set([...Object.keys(bound), ...Object.keys(own)]).size);
      }),
    );
  });

  test("are many, and stay right when the table of keys is full", () => {
    for (let index = 0; index < 3000; index++) {
      expect(fieldsOf({ fields: { [`key${index}`]: index, time: index } })).toEqual({
        [`key${index}`]: index,
        time_: index,
      });
    }
    const long = "k".repeat(5000);
    expect(fieldsOf({ fields: { [long]: 1 } })).toEqual({ [long]: 1 });
  });

  test("inherited fields are not written", () => {
    expect(
      fieldsOf({ fields: Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }) as Fields }),
    ).toEqual({
      own: 2,
    });
  });
});

describe("values", () => {
  const cases: readonly (readonly [name: string, value: unknown, expected: unknown])[] = [
    ["NaN", Number.NaN, null],
    ["Infinity", Number.NEGATIVE_INFINITY, null],
    ["NaN inside", { a: [Number.NaN] }, { a: [null] }],
    ["BigInt", 12345678901234567890n, "12345678901234567890"],
    ["BigInt inside", [1n], ["1"]],
    ["Date", new Date(5), "1970-01-01T00:00:00.005Z"],
    ["invalid Date", new Date(Number.NaN), null],
    ["Date inside", { at: new Date(5) }, { at: "1970-01-01T00:00:00.005Z" }],
    ["toJSON", { toJSON: (key: string) => `of ${key}` }, "of value"],
    ["toJSON inside", { a: { toJSON: () => ({ b: 1 }) } }, { a: { b: 1 } }],
    ["toJSON that throws", { a: 1, b: { toJSON: () => { throw new Error("no"); } } }, { a: 1, b: "[threw: no]" }], // biome-ignore format: one line
    ["URL", new URL("http://h/p"), "http://h/p"],
    ["getter that throws", { a: 1, get b() { throw new Error("no"); } }, { a: 1, b: "[threw: no]" }], // biome-ignore format: one line
    ["undefined inside", { a: undefined, b: [undefined] }, { b: [null] }],
    ["function inside", { a: () => 1, b: [() => 1], c: Symbol("c") }, { b: [null] }],
    ["Map with string keys", new Map([["a", new Map([["b", 1]])]]), { a: { b: 1 } }],
    ["Map with other keys", new Map<unknown, unknown>([[1, "a"], ["1", { b: 2 }]]), [[1, "a"], ["1", { b: 2 }]]], // biome-ignore format: one line
    ["Set", new Set([1, { a: 2 }]), [1, { a: 2 }]],
    ["Buffer", Buffer.from("hi"), "[Uint8Array(2) 6869]"],
    ["long buffer", new Uint8Array(100), `[Uint8Array(100) ${"00".repeat(64)}...]`],
    ["ArrayBuffer", new ArrayBuffer(1), "[ArrayBuffer(1) 00]"],
    ["floats", new Float32Array([0.5, Number.NaN]), [0.5, null]],
    ["RegExp", /a"b/g, '/a"b/g'],
    ["boxed", [Object(1), Object("s"), Object(true)], [1, "s", true]],
    ["no prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ["instance", new (class { x = 1; #y = 2; y() { return this.#y; } })(), { x: 1 }], // biome-ignore format: one line
    ["data for a prototype", Object.assign(Object.create({ a: 1 }), { b: new Map([["c", 1]]) }), { b: { c: 1 } }],
    ["toJSON of data for a prototype", Object.create({ toJSON: () => new Map([["c", 1]]) }), { c: 1 }],
    ["a Map as a field beside its constructor", { constructor: Object, a: new Map([["b", 1]]) }, { a: { b: 1 } }],
    ["a Map with a constructor of its own", Object.assign(new Map([["b", 1]]), { constructor: Object }), { b: 1 }],
    ["array with gaps", Object.assign(new Array(3), { 0: 1, 2: 2 }), [1, null, 2]],
    ["lone surrogate", "a\ud800", "a\ud800"],
    ["pair", "\u{1f600}", "\u{1f600}"],
    [
      "error inside",
      [Object.assign(new RangeError("r"), { stack: "S" })],
      [{ type: "RangeError", message: "r", stack: "S" }],
    ],
  ];
  for (const [name, value, expected] of cases) test(name, () => expect(written(value)).toEqual(expected));

  test("a cycle ends with a mark", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle["list"] = [cycle];
    expect(written(cycle)).toEqual({ a: 1, list: ["[circular]"] });
    const shared = { s: 1 };
    expect(written([shared, shared, new Set([shared])])).toEqual([shared, shared, [shared]]);
  });

  test("a key __proto__ stays a key", () => {
    expect(format({ fields: JSON.parse('{"__proto__":{"__proto__":1}}') as Fields })).toContain(
      '"__proto__":{"__proto__":1}',
    );
    expect(format({ bound: { a: 1 }, fields: JSON.parse('{"__proto__":1,"a":2}') as Fields })).toContain(
      '"__proto__":1,"a":2',
    );
  });

  test("the data is not changed", () => {
    const data = Object.freeze({ list: Object.freeze([1]), map: new Map([["a", 1]]) });
    written(data);
    expect(data).toEqual({ list: [1], map: new Map([["a", 1]]) });
  });
});

describe("limits", () => {
  const small = jsonFormatter({ limits: { depth: 2, items: 3, string: 10, line: 1000 } });
  const shown = (fields: Fields) => JSON.parse(small.format(createRecord({ fields }))) as Record<string, unknown>;

  test("depth", () => {
    expect(shown({ a: { b: { c: {} }, d: [[1]] } })["a"]).toEqual({ b: { c: "[Object]" }, d: ["[Array]"] });
    expect(shown({ a: new Map([["b", new Set([1])]]) })["a"]).toEqual({ b: [1] });
  });

  test("items", () => {
    expect(shown({ a: [1, 2, 3, 4, 5] })["a"]).toEqual([1, 2, 3, "[2 more]"]);
    expect(shown({ a: { a: 1, b: 2, c: 3, d: 4 } })["a"]).toEqual({ a: 1, b: 2, c: 3, "...": "[1 more]" });
    expect(shown({ a: { "...": 1, b: 2, c: 3, d: 4 } })["a"]).toEqual({ "...": 1, b: 2, c: 3, "....": "[1 more]" });
    expect(shown({ a: new Set([1, 2, 3, 4]) })["a"]).toEqual([1, 2, 3, "[1 more]"]);
  });

  test("strings", () => {
    expect(shown({ a: "0123456789" })["a"]).toBe("0123456789");
    expect(shown({ a: "0123456789ab" })["a"]).toBe("0123456789[2 more]");
    expect(shown({ a: ["0123456789ab"] })["a"]).toEqual(["0123456789[2 more]"]);
    const line = small.format(createRecord({ message: "0123456789abc" }));
    expect(JSON.parse(line)).toMatchObject({ msg: "0123456789[3 more]" });
  });

  test("the line: one field leaves room for the others, and what is left out is said", () => {
    const { big, after } = shown({ big: Array.from({ length: 3 }, () => Array(3).fill("x".repeat(10))), after: 1 });
    expect(JSON.stringify(big).length).toBeLessThan(400);
    expect(after).toBe(1);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, "0123456789"]));
    const line = small.format(createRecord({ fields: many, bound: { ...many, other: 1 } }));
    expect(line.length).toBeLessThan(2500);
    const read = parseLine(line);
    expect(read.get("...")).toBe("[more]");
  });

  test("an option out of range is refused", () => {
    for (const limits of [
      { depth: 0 },
      { depth: 101 },
      { items: 1.5 },
      { string: Number.NaN },
      { line: "1" as never },
    ]) {
      expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ limits }), Object.keys(limits)[0] ?? "");
    }
    expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ limits: { toString: 1 } as never }), "toString");
    expectCode("ERR_SCOPELOG_OPTION", () => jsonFormatter({ profile: "xml" as never }), "profile", "xml");
  });
});

describe("errors", () => {
  const errOf = (error: unknown) =>
    (JSON.parse(format({ error })) as { err: Record<string, unknown> & { stack?: string } }).err;

  test("has type, message, stack, code, properties, cause, in this order", () => {
    const cause = new TypeError("inner");
    const error = Object.assign(new Error("outer", { cause }), { code: "ECONNRESET", syscall: "read", type: "own" });
    const err = errOf(error);
    expect(Object.keys(err)).toEqual(["type", "message", "stack", "code", "syscall", "type_", "cause"]);
    expect(err).toMatchObject({
      type: "Error",
      message: "outer",
      stack: error.stack,
      code: "ECONNRESET",
      type_: "own",
    });
    expect(err["cause"]).toEqual({ type: "TypeError", message: "inner", stack: cause.stack });
  });

  test("only own properties", () => {
    const inherited = Object.assign(Object.create(Error.prototype) as object, { shared: 1 });
    const error = Object.setPrototypeOf(Object.assign(new Error("x"), { own: 2 }), inherited) as Error;
    expect(errOf(error)).toHaveProperty("own", 2);
    expect(errOf(error)).not.toHaveProperty("shared");
  });

  test("the stack of now, whichever was written before", () => {
    const [one, other] = [new Error("m"), new Error("m")].map((error, index) =>
      Object.assign(error, { stack: `Error: m\n    at place ("${index}")` }),
    ) as [Error, Error];
    const named = Object.assign(new Error("m"), { stack: other.stack?.replace("Error", 'My "Error"') });
    const longer = Object.assign(new Error('"m"\n    at m'), { stack: other.stack?.replace("m", '"m"\n    at m') });
    const without = Object.assign(new Error(""), { stack: other.stack });
    const changed = Object.assign(new Error("changed"), { stack: other.stack });
    const halves = Object.assign(new Error("\ud83d"), { stack: "Error: \ud83d\ude00" });
    const all = [one, other, one, one, named, other, longer, other, without, one, changed, other, halves];
    for (const error of all) expect(errOf(error).stack).toBe(error.stack);
    one.stack = "another";
    for (const error of all) expect(errOf(error).stack).toBe(error.stack);
  });

  test("the errors of an aggregate", () => {
    const err = errOf(new AggregateError([new Error("a"), "b", { c: 1 }], "all"));
    expect(err["errors"]).toMatchObject([{ type: "Error", message: "a" }, "b", { c: 1 }]);
  });

  test("the name of a class that has set none", () => {
    class PaymentError extends Error {}
    expect(errOf(new PaymentError("x"))["type"]).toBe("PaymentError");
    class Sub extends TypeError {}
    expect(errOf(new Sub("x"))["type"]).toBe("Sub");
    expect(errOf(Object.assign(new Error("x"), { name: "TypeError" }))["type"]).toBe("TypeError");
    class Named extends Error {
      override name = "Custom";
    }
    expect(errOf(new Named("x"))).not.toHaveProperty("name");
    expect(errOf(new Named("x"))["type"]).toBe("Custom");
    expect(errOf(new DOMException("gone", "AbortError"))["type"]).toBe("AbortError");
  });

  test("anything that was thrown", () => {
    expect(errOf("text")).toEqual({ type: "string", message: "text" });
    expect(errOf(null)).toEqual({ type: "null", message: "null" });
    expect(errOf(5n)).toEqual({ type: "bigint", message: "5" });
    expect(errOf(Symbol("s"))).toEqual({ type: "symbol", message: "Symbol(s)" });
    expect(errOf({ message: "m", code: 7, a: 1 })).toEqual({ type: "Object", message: "m", code: 7, a: 1 });
    expect(errOf([1])).toEqual({ type: "Array", message: "", "0": 1 });
  });

  test("causes that lead back, and chains without end", () => {
    const error = new Error("own");
    error.cause = error;
    expect(errOf(error)["cause"]).toBe("[circular]");
    const other = new Error("b", { cause: { back: error } });
    error.cause = other;
    expect(errOf(error)["cause"]).toMatchObject({ cause: { back: "[circular]" } });
    let deep = new Error("0");
    for (let index = 1; index < 100; index++) deep = new Error(String(index), { cause: deep });
    expect(format({ error: deep })).toContain('"cause":"Error: 89"}');
  });

  test("a toJSON of an error does not hide it", () => {
    expect(errOf(Object.assign(new Error("x"), { toJSON: () => "hidden" }))["message"]).toBe("x");
  });
});

test("a getter that logs does not disturb the line it is in", () => {
  const inner: string[] = [];
  const fields = {
    a: new Map([["first", 1]]),
    get b(): unknown {
      inner.push(formatter.format(createRecord({ time: 5, levelNumber: 60, fields: { deep: new Set([1]) } })));
      return new Map([["second", 2]]);
    },
  };
  expect(fieldsOf({ fields })).toEqual({ a: { first: 1 }, b: { second: 2 } });
  expect(parseLine(inner[0] ?? "").get("level")).toBe("fatal");
});
