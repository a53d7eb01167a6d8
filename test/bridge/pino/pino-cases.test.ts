import type { PinoChildOptions } from "scopelog/pino";
import { describe, expect, it } from "vitest";
import { expectCode } from "../../support/errors.ts";
import { only } from "../../support/recorder.ts";
import { both, type Line, ours, type Twin, theirs } from "./twins.ts";

type Act = (log: Twin) => void;

// What the types of one of the two refuse, and JavaScript does not.
const loose = (act: (log: { info(...args: unknown[]): void }) => void): Act => act as never;

const cycle: Record<string, unknown> = { a: 1 };
cycle["self"] = cycle;
class Named {
  toString() {
    return "Named!";
  }
}
class MyError extends TypeError {}
const error = new Error("it broke");
const bare = new Error("without a stack");
delete (bare as { stack?: string }).stack;

/** After pino's own tests: test/basic, complex-objects, crlf, error, escaping, levels, is-level-enabled, serializers. */
const same: Record<string, Act> = {
  "no argument": loose((log) => log.info()),
  "undefined alone": loose((log) => log.info(undefined)),
  true: loose((log) => log.info(true)),
  "a BigInt as message": loose((log) => log.info(10n)),
  "an empty message": (log) => log.info(""),
  "an object and an empty message": (log) => log.info({ a: 1 }, ""),
  "an object and null": loose((log) => log.info({ a: 1 }, null)),
  "an object and undefined": loose((log) => log.info({ a: 1 }, undefined, "x")),
  "an array": (log) => log.info(["a", "b"]),
  "a date": (log) => log.info(new Date(0)),
  "a function alone": loose((log) => log.info(() => 1)),
  "an argument too many that is an object": (log) => log.info("msg", { a: 1 }),
  "an argument too many after a placeholder": (log) => log.info("msg %o", { a: 1 }, { b: 2 }),
  "an argument that is undefined": (log) => log.info("plain", undefined),
  "an error after a message": (log) => log.info("msg", error),
  "an error and null": loose((log) => log.info(error, null)),
  "an error and a number": loose((log) => log.info(error, 5)),
  "an error of a class without a name": (log) => log.error(new MyError("x")),
  "an error without a message": (log) => log.error(new Error()),
  "an error whose toString returns nothing": (log) =>
    log.fatal(Object.assign(new Error("x"), { toString: () => undefined })),
  "err and an undefined msg": (log) => log.error({ err: error, msg: undefined }),
  "undefined as err": (log) => log.error({ err: undefined }),
  "a msg that is a number": (log) => log.info({ msg: 5 }),
  "a getter": (log) => log.info({ get a() { return 1; } }), // biome-ignore format: short
  "a symbol as key and as value": (log) => log.info({ [Symbol("s")]: 1, a: Symbol("s"), b: 1 }),
  "toJSON of the object itself": (log) => log.info({ toJSON: () => ({ a: 1 }), b: 2 }),
  "toJSON of a value": (log) => log.info({ a: { toJSON: () => ({ b: 1 }) }, c: { toJSON: () => null } }),
  "an array with holes in it": (log) => log.info({ a: [undefined, () => 1, Symbol("x"), null] }),
  "boxed values": (log) => log.info({ a: Object("x"), b: Object(1), c: Object(false) }),
  "a date that is none": (log) => log.info({ a: new Date(Number.NaN) }, "m"),
  "undefined inside": (log) => log.info({ a: { b: undefined, c: 1 } }),
  "text of all kinds": (log) => log.info({ "ключ\n": "значение 💥 \u2028\u0000\u001f" }, "сообщение\r\n\t\u007f"),
  "half a surrogate pair": (log) => log.info({ a: "\ud800" }, "\udfff"),
  "20,000 characters": (log) => log.info({ a: "x".repeat(8000) }, "y".repeat(8000)),
  "a deep object": (log) => log.info({ a: { b: { c: { d: { e: 1 } } } } }, "m"),

  "%s of an object": (log) => log.info("%s %s", { a: 1 }, new Named()),
  "%s of an error, an array, a BigInt": (log) => log.info("%s %s %s", error, [1, 2], 10n),
  "%s of a function": (log) => log.info("%s", function named() {}),
  "%d of what is no number": (log) => log.info("%d %d %d", { a: 1 }, "", "x"),
  "%d of a BigInt": (log) => log.info("%d", 10n),
  "%i of texts and negative numbers": (log) => log.info("%i %i", "12.9px", -1.5),
  "%f of nothing": (log) => log.info("%f %f", null, undefined),
  "%j of null": (log) => log.info("%j", null),
  "%o of a date and a text": (log) => log.info("%o %o", new Date(0), "s"),
  "%o of undefined": (log) => log.info("%o", undefined),
  "%O of toJSON": (log) => log.info("%O", { toJSON: () => ({ b: 1 }) }),
  "a percent sign at the end": (log) => log.info("100%", "x"),
  "a percent sign after a placeholder": (log) => log.info("%s 100%", "x"),
  "%% before, after and in the way": (log) => log.info("%%%s %%s %s%%", "x", "y"),
  "a space after the sign": (log) => log.info("% s", "x"),
  "placeholders in a row": (log) => log.info("%s%s%s", 1, "2", true),

  "dates, null and undefined as bindings": (log) =>
    log.child({ a: new Date(0), n: null, o: { u: undefined } }).info("m"),
  "an array as bindings": loose((log) => (log as never as Twin).child([1, 2]).info("m")),
  "bindings that are inherited": (log) => log.child(Object.create({ a: 1 })).info("m"),
  "an instance as bindings": (log) => log.child(new (class { x = 1; })()).info("m"), // biome-ignore format: short
  "no bindings between bindings": (log) => log.child({ a: 1 }).child({}).child({ b: 2 }).info({ c: 3 }), // biome-ignore format: short
  "an empty level": (log) => log.child({}, { level: "" }).info("m"),
  "a silent child that speaks again": (log) => {
    const child = log.child({}, { level: "silent" });
    child.fatal("not this");
    log.info({
      value: child.levelVal === Number.POSITIVE_INFINITY,
      enabled: child.isLevelEnabled("fatal"),
      its: child.level,
    });
    child.level = "info";
    child.info("this");
  },
  "a prefix with a placeholder": (log) => log.child({}, { msgPrefix: "100%s " }).info("got %s", "x", "y"),
  "a prefix that is no text": (log) => log.child({}, { msgPrefix: 5 as never }).info("x"),
  "a prefix before what is no text": (log) => {
    const child = log.child({}, { msgPrefix: "p " });
    for (const message of [5, true, null, undefined, ""]) child.info(message as never);
    child.info({ a: 1 }, null as never);
    child.info({ a: 1 }, 5 as never);
    child.info({ msg: "x" });
    child.error(error);
  },

  "a serializer that makes a date": (log) => log.child({}, { serializers: { a: () => new Date(0) } }).info({ a: 1 }),
  "a serializer that makes a function": (log) =>
    log.child({}, { serializers: { a: () => () => 1 } }).info({ a: 1 }, "m"),
  "a serializer is not asked for undefined": (log) =>
    log.child({}, { serializers: { a: () => "never" } }).info({ a: undefined }),
  "a serializer is asked for null": (log) =>
    log.child({}, { serializers: { a: (value: unknown) => (value === null ? "null!" : value) } }).info({ a: null }),
  "a serializer of the message": (log) => {
    const child = log.child({}, { serializers: { msg: (text: string) => `${text}!` } });
    child.info("hello %s", "x");
    child.info({ n: Number.NaN }, 42 as never);
    child.info({ a: 1 });
    child.error(error);
  },
  "a serializer of a name that is taken": (log) =>
    log.child({}, { serializers: { level: () => 1, time: () => 2 } }).info("x"),
  "serializers that are never used": (log) =>
    log.child({}, { serializers: { constructor: () => "c" } }).info({ a: {} }),

  "what bindings() says": (log) => log.info(log.child({ a: 1, d: 2, u: undefined, n: null, f() {} }).bindings()),
  "setBindings over bindings": (log) => {
    const child = log.child({ a: 1 }, { serializers: { s: () => "serialized" } });
    child.setBindings({ a: 2, s: 1, u: undefined, f() {} });
    child.info("m");
    child.child({ b: 1 }).info("m");
    log.info("m");
  },
  "levels, their numbers and their names": (log) => log.info({ levels: log.levels, value: log.levelVal }),
  "isLevelEnabled of what is a level and what is not": (log) => {
    for (const level of ["debug", "warn"]) {
      log.level = level;
      const names = ["trace", "debug", "info", "warn", "error", "fatal", "silent", "loud", "INFO", "", "constructor"];
      log.error(Object.fromEntries(names.map((name) => [name, log.isLevelEnabled(name)])));
    }
  },
  "levels that are none": (log) => {
    const outcomes = ["loud", 35, 973, null, undefined, {}, ""].map((level) => {
      try {
        log.level = level as never;
        return "taken";
      } catch {
        return "refused";
      }
    });
    log.info({ outcomes, its: log.level });
  },
  "children without bindings": (log) => {
    const outcomes = [undefined, null, 0, ""].map((bindings) => {
      try {
        log.child(bindings as never);
        return "made";
      } catch {
        return "refused";
      }
    });
    log.info({ outcomes });
  },
  "a child with a level that is none": (log) => {
    let outcome = "made";
    try {
      log.child({}, { level: "loud" });
    } catch {
      outcome = "refused";
    }
    log.info({ outcome });
  },
  "levelVal cannot be set": (log) => {
    expect(() => Object.assign(log, { levelVal: 20 })).toThrow();
    log.info({ value: log.levelVal });
  },
  "flush with a callback, without, and with what is none": (log) => {
    log.flush();
    log.flush(() => {});
    expect(() => log.flush("x" as never)).toThrow();
    log.info("m");
  },
};

describe("the same calls make the same lines", () => {
  for (const [name, act] of Object.entries(same)) {
    it(name, () => {
      const { ours, theirs } = both(act);
      expect(ours).toEqual(theirs.map(withStack));
      expect(theirs.length).toBeGreaterThan(0);
    });
  }

  it("an error without a stack, but for an empty one", () => {
    const { ours, theirs } = both((log) => log.error(bare));
    expect(only(ours)["err"]).toEqual({ type: "Error", message: "without a stack" });
    expect(only(theirs)["err"]).toEqual({ type: "Error", message: "without a stack", stack: "" });
  });
});

// Both are called from lines of their own, so that errors made within the call have two stacks.
function withStack(line: Line): Line {
  const err = line["err"] as { stack?: string } | undefined;
  return err?.stack === undefined ? line : { ...line, err: { ...err, stack: expect.any(String) } };
}

/** [what it is about, the calls, our line, pino's line]: parts of both. A line of pino's that is no JSON is undefined. */
const different: readonly [about: string, act: Act, ours: Line, theirs: Line | undefined][] = [
  // A message that is an object is written as such by pino, and is text here: every line has one.
  ["an object as message", loose((log) => log.info({ a: 1 }, { b: 2 })), { a: 1, msg: '{"b":2}' }, { msg: { b: 2 } }],
  ["null and an object", loose((log) => log.info(null, { a: 1 })), { msg: '{"a":1}' }, { msg: { a: 1 } }],
  ["no message", (log) => log.info({ a: 1 }), { msg: "" }, { a: 1 }],
  ["a symbol as message", loose((log) => log.info(Symbol("s"))), { msg: "Symbol(s)" }, undefined],
  ["NaN as message", loose((log) => log.info(Number.NaN)), { msg: "NaN" }, { msg: null }],
  ["%j of a symbol", (log) => log.info("%j", Symbol("s")), { msg: "Symbol(s)" }, { msg: "undefined" }],
  ["%j of a cycle", (log) => log.info("%j", cycle), { msg: '{"a":1,"self":"[circular]"}' }, { msg: '{"a":1,"self":"[Circular]"}' }],
  ["%o of an error", (log) => log.info("%o", bare), { msg: '{"type":"Error","message":"without a stack"}' }, { msg: "{}" }],
  ["%o of a Map", (log) => log.info("%o", new Map([["a", 1]])), { msg: '{"a":1}' }, { msg: "{}" }],
  // pino skips an argument there.
  ["a percent sign that is no placeholder", (log) => log.info("%x %s", "a", "b"), { msg: "%x a" }, { msg: "%x b" }],
  // Fields that have the name of something else, which in pino come twice or in its place.
  ["msg as a field", (log) => log.info({ msg: "field" }, "text"), { msg: "text", msg_: "field" }, { msg: "text" }],
  ["null as msg", (log) => log.info({ msg: null }), { msg: "", msg_: null }, { msg: null }],
  ["level as a field", (log) => log.info({ level: 99 }), { level: 30, level_: 99 }, { level: 99 }],
  ["level as a binding", (log) => log.child({ level: 99 }).info("m"), { level: 30, level_: 99 }, { level: 30 }],
  ["name as a binding", (log) => log.child({ name: "n" }).info("m"), { name_: "n" }, { name: "n" }],
  ["err as a binding", (log) => log.child({ err: bare }).info("m"), { err_: { message: "without a stack" } }, { err: { message: "without a stack" } }],
  // Errors.
  ["a text as err", (log) => log.info({ err: "x" }, "m"), { err: { type: "string", message: "x" } }, { err: "x" }],
  ["an error under another name", (log) => log.info({ e: bare }), { e: { type: "Error", message: "without a stack" } }, { e: {} }],
  ["an error as second argument", loose((log) => log.info({ a: 1 }, bare)), { msg: '{"type":"Error","message":"without a stack"}' }, { msg: {} }],
  ["a type of its own", (log) => log.error(Object.assign(new Error("x"), { type: "own" })), { err: { type: "Error", type_: "own" } }, { err: { type: "Error" } }],
  ["a name that was set", (log) => log.error(Object.assign(new Error("x"), { name: "Set" })), { err: { type: "Set" } }, { err: { type: "Error", name: "Set" } }],
  ["a cause", (log) => log.error(new Error("outer", { cause: bare })), { err: { message: "outer", cause: { message: "without a stack" } } }, { err: { message: "outer: without a stack" } }],
  ["errors in an error", (log) => log.error(new AggregateError([bare], "all")), { err: { errors: [{ message: "without a stack" }] } }, { err: { aggregateErrors: [{ message: "without a stack" }] } }],
  ["a serializer for err", (log) => log.child({}, { serializers: { err: ({ message }: Error) => ({ m: message }) } }).error(bare), { err: { type: "Object", message: "", m: "without a stack" } }, { err: { m: "without a stack" } }],
  ["no serializer for err", (log) => log.child({}, { serializers: { err: null as never } }).error(bare), { err: { message: "without a stack" } }, { err: {} }],
  // Values that JSON has not: as jsonFormatter() writes them.
  ["a BigInt", (log) => log.info({ a: 10n }), { a: "10" }, { a: 10 }],
  ["a Set", (log) => log.info({ a: new Set([1]) }), { a: [1] }, { a: {} }],
  ["a RegExp", (log) => log.info({ a: /x/ }), { a: "/x/" }, { a: {} }],
  ["bytes", (log) => log.info({ a: Buffer.from("hi") }), { a: "[Uint8Array(2) 6869]" }, { a: { type: "Buffer", data: [104, 105] } }],
  ["toJSON that throws", (log) => log.info({ a: { toJSON() { throw new Error("no"); } } }), { a: "[threw: no]" }, { a: "[unable to serialize, circular reference is too complex to analyze]" }],
]; // biome-ignore format: a table

describe("and these others, knowingly", () => {
  for (const [about, act, our, their] of different) {
    it(about, () => {
      const [us, them] = [ours(), theirs()];
      act(us.log);
      expect(only(us.lines)).toMatchObject(our);
      if (their === undefined) {
        expect(() => act(them.log)).toThrow(SyntaxError);
        return;
      }
      act(them.log);
      expect(only(them.lines)).toMatchObject(their);
      expect(only(them.lines)).not.toMatchObject(our);
    });
  }
});

describe("and leaves out", () => {
  it("a null as err, which callbacks have if nothing went wrong", () => {
    const [us, them] = [ours(), theirs()];
    for (const { log } of [us, them]) log.info({ err: null }, "m");
    expect(only(us.lines)).not.toHaveProperty("err");
    expect(only(them.lines)).toHaveProperty("err", null);
  });

  it("the headers of what looks like a request", () => {
    const [us, them] = [ours(), theirs()];
    for (const { log } of [us, them]) log.info({ method: "GET", headers: { cookie: "c" }, socket: {} });
    expect(only(us.lines)["req"]).toEqual({ method: "GET" });
    expect(only(them.lines)["req"]).toEqual({ method: "GET", headers: { cookie: "c" } });
  });
});

describe("what asPino() has not is refused, not ignored", () => {
  const options = {
    redact: ["password"],
    formatters: {},
    mixin: () => ({}),
    hooks: {},
    customLevels: { loud: 35 },
    useOnlyCustomLevels: true,
    levelComparison: "DESC",
    messageKey: "message",
    errorKey: "error",
    nestedKey: "payload",
    base: null,
    name: "app",
    timestamp: false,
    transport: {},
    onChild: () => {},
    enabled: false,
  };
  for (const [name, value] of Object.entries(options)) {
    it(name, () => {
      const given = { [name]: value } as PinoChildOptions;
      expectCode("ERR_SCOPELOG_OPTION", () => ours(given), name);
      expectCode("ERR_SCOPELOG_OPTION", () => ours().log.child({}, given), name);
      ours({ [name]: undefined } as PinoChildOptions);
    });
  }

  it("properties", () => {
    const has = (log: object) =>
      Object.fromEntries(["version", "onChild", "on", "once", "emit"].map((key) => [key, key in log]));
    expect(has(ours().log)).toEqual({ version: false, onChild: false, on: false, once: false, emit: false });
    expect(has(theirs().log)).toEqual({ version: true, onChild: true, on: true, once: true, emit: true });
  });
});
