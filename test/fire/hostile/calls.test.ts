import fc from "fast-check";
import {
  type Context,
  callbackHandler,
  consoleHandler,
  createRegistry,
  dedupe,
  type Fields,
  type LogRecord,
  memoryHandler,
  multiFilter,
  type Problem,
  type Registry,
  rateLimit,
  redact,
  sample,
  textFormatter,
} from "scopelog";
import { afterAll, describe, expect, test } from "vitest";
import { noteFigure } from "../support/figure.ts";
import { isLong, seed, sizeOf } from "../support/size.ts";
import { anyCalls, type Call, contextOf, fieldCalls, nameCalls } from "./support/calls.ts";
import { type Form, forms, Output } from "./support/outputs.ts";
import {
  allHostile,
  attempts,
  cheapHostile,
  hostileFields,
  hostileText,
  hostileValue,
  isBindable,
  isCostly,
  reentry,
  selfLogging,
} from "./support/values.ts";

const figures = { formatted: 0, calls: 0, broken: 0, thrown: 0 };
const prototype = Object.getOwnPropertyNames(Object.prototype).sort().join();

afterAll(() => {
  noteFigure("hostile input", "records formatted", figures.formatted);
  noteFigure("hostile input", "log calls with hostile input", figures.calls);
  noteFigure("hostile input", "lines broken in two", figures.broken);
  noteFigure("hostile input", "throws into a caller", figures.thrown);
});

/** A registry whose every line goes to every form, to the console, into memory and to a callback. */
class Target {
  readonly registry: Registry;
  readonly problems: Problem[] = [];
  readonly #outputs: readonly Output[];
  readonly #memory: LogRecord[] = [];
  readonly #called: LogRecord[] = [];
  readonly #printed: string[] = [];

  constructor(more: { fields?: Fields; context?: Context; forms?: readonly Form[] } = {}) {
    const { forms: shown = forms, ...config } = more;
    const print = (line: string) => this.#printed.push(line);
    const filter = multiFilter([
      redact({ paths: ["value.secret", "*.deep.er", "err.code"], keys: [/pass/i, "token"], censor: "***" }),
      sample({ rate: 1, by: (record) => record.message }),
      rateLimit({ limit: 1e9, perMs: 1, by: (record) => record.logger }),
    ]);
    this.#outputs = [
      ...shown.map((form) => new Output(form)),
      ...shown.filter(({ name }) => /native|logfmt|text$/.test(name)).map((form) => new Output(form, filter)),
    ];
    const own = { logs: 0 };
    const handlers = {
      ...Object.fromEntries(this.#outputs.map(({ name, handler }) => [name, handler])),
      console: consoleHandler({
        formatter: textFormatter({ color: false }),
        console: { debug: print, log: print, info: print, warn: print, error: print },
      }),
      memory: memoryHandler(this.#memory),
      callback: callbackHandler((record) => this.#called.push(record), {
        // Each record is another to it: what is told apart is the text of message and error.
        filter: dedupe({ windowMs: 1, by: (record) => `${record.message}${++own.logs}` }),
      }),
    };
    this.registry = createRegistry({
      forgotten: { report: "silent", origin: "off" },
      budget: { scopes: 1e9 },
      onError: (problem) => this.problems.push(problem),
      handlers,
      loggers: { "": { level: "trace", handlers: Object.keys(handlers) } },
      ...config,
    });
  }

  /** Calls `act`, which must make one line, in every form, and must not throw. */
  expectLine(act: (registry: Registry) => void): void {
    figures.calls++;
    reentry.log = this.registry.getLogger("nested");
    reentry.scope = undefined;
    attempts.changes = 0;
    try {
      act(this.registry);
    } catch (error) {
      figures.thrown++;
      throw new Error(`it was thrown into the caller: ${String((error as Error)?.stack)}`);
    }
    const outputs = this.#outputs;
    for (const [index, output] of outputs.entries()) {
      let written: ReturnType<Output["take"]>;
      try {
        written = output.take();
      } catch (error) {
        figures.broken++;
        this.#forget(outputs.slice(index + 1));
        throw error;
      }
      figures.formatted += written.length;
      this.#expectOne(
        output.name,
        written.map(({ record }) => record),
      );
    }
    this.#expectOne("memory", this.#memory.splice(0));
    this.#expectOne("callback", this.#called.splice(0));
    const printed = this.#printed.splice(0);
    for (const text of printed) {
      if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/.test(text))
        throw new Error(`obeyed by the console: ${JSON.stringify(text)}`);
    }
    if (printed.length < 1) throw new Error("the console got no line");
    for (const { message } of this.problems) {
      if (/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/.test(message))
        throw new Error(`obeyed in a problem: ${JSON.stringify(message)}`);
    }
    expect(attempts.changes, "attempts to change what was logged").toBe(0);
    if (Object.getOwnPropertyNames(Object.prototype).sort().join() !== prototype)
      throw new Error("Object.prototype was changed");
  }

  // One failure must not become the next ones'.
  #forget(outputs: readonly Output[]): void {
    for (const output of outputs) output.forget();
    this.#memory.length = 0;
    this.#called.length = 0;
    this.#printed.length = 0;
  }

  // What values log themselves are lines of loggers named `nested`.
  #expectOne(name: string, records: readonly LogRecord[]): void {
    const own = records.filter(({ logger }) => logger !== "nested");
    if (own.length === 1) return;
    const why = this.problems.map(
      ({ code, message, cause }) => `${code}: ${message} ${String((cause as Error | undefined)?.stack)}`,
    );
    throw new Error(`${name} got ${own.length} lines instead of one; ${why.join("\n")}`);
  }
}

const text = 'a\n"b"=\u001b[31m\ud800 {"level":"fatal"}\r\u2028';

/** The calls for values that take long: the line's own, a bound one, an error, and fields of both kinds. */
const someCalls = isLong
  ? ["message, field", "value alone", "a scope's fields"]
  : ["message, field", "a scope's fields"];

describe("every hostile value, in every call, in every form", () => {
  const target = new Target();
  for (const hostile of allHostile) {
    const { what, make } = hostile;
    test(what, () => {
      for (const [name, call] of Object.entries(anyCalls)) {
        if (isCostly(hostile) && !someCalls.includes(name)) continue;
        const value = make();
        try {
          target.expectLine((registry) => call(registry, value, text));
        } catch (error) {
          throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
        }
      }
      if (!isBindable(make())) return;
      for (const [name, call] of Object.entries(fieldCalls)) {
        if (isCostly(hostile) && !someCalls.includes(name)) continue;
        const value = make() as Fields;
        try {
          target.expectLine((registry) => call(registry, value, text));
        } catch (error) {
          throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
        }
      }
    });
  }
  test("there is one of each", () => {
    const calls = Object.keys(anyCalls).length + Object.keys(fieldCalls).length + Object.keys(nameCalls).length;
    noteFigure("hostile input", "forms (formatter × call form)", `${forms.length} × ${calls}`);
    noteFigure("hostile input", "hostile values by name", allHostile.length);
  });
});

describe("values that log themselves", () => {
  for (const [what, make] of Object.entries(selfLogging)) {
    test(`${what}: the rest is dropped and told`, () => {
      const target = new Target({ forms: forms.filter(({ name }) => name === "json native" || name === "text") });
      const { dropped } = target.registry.stats();
      for (const calls of [anyCalls, fieldCalls] as Readonly<Record<string, Call>>[]) {
        for (const [name, call] of Object.entries(calls)) {
          const value = make();
          if (calls === fieldCalls && !isBindable(value)) continue;
          try {
            target.expectLine((registry) => call(registry, value, text));
          } catch (error) {
            throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
          }
        }
      }
      expect(target.registry.stats().dropped).toBeGreaterThan(dropped);
      expect(target.problems.map(({ code }) => code)).toContain("SCOPELOG_WARN_DROPPED");
    });
  }
});

const options = { seed, numRuns: sizeOf(12, 300) };

describe("mixtures at random", () => {
  const target = new Target();
  for (const [name, call] of Object.entries(anyCalls)) {
    test(name, () => {
      fc.assert(
        fc.property(hostileValue, hostileText, ({ make }, message) => {
          const value = make();
          target.expectLine((registry) => call(registry, value, message));
        }),
        options,
      );
    });
  }
  for (const [name, call] of Object.entries(fieldCalls)) {
    test(name, () => {
      fc.assert(
        fc.property(hostileFields, hostileText, ({ make }, message) => {
          const value = make() as Fields;
          target.expectLine((registry) => call(registry, value, message));
        }),
        options,
      );
    });
  }
  for (const [name, call] of Object.entries(nameCalls)) {
    test(name, () => {
      fc.assert(
        fc.property(
          hostileText.filter((name) => name !== ""),
          hostileText,
          (name, message) => {
            target.expectLine((registry) => call(registry, name, message));
          },
        ),
        options,
      );
    });
  }
});

test("no key is lost, whatever it is called and however its value is made", () => {
  const records = memoryHandler();
  const registry = createRegistry({
    handlers: { records },
    loggers: { "": { level: "trace", handlers: ["records"] } },
  });
  const keys = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "then", "toJSON", "length", ""];
  for (const value of [1, () => 1]) {
    const fields = Object.fromEntries(keys.map((key) => [key, value]));
    for (const [name, call] of Object.entries(fieldCalls)) {
      records.clear();
      call(registry, fields, "m");
      const [record] = records.records;
      const found = new Set([record?.bound ?? {}, record?.fields ?? {}].flatMap((one) => Object.keys(one)));
      for (const key of keys) expect(found.has(key), `${name}: ${key}`).toBe(true);
    }
  }
});

test("fields of the whole configuration", () => {
  fc.assert(
    fc.property(hostileFields, hostileFields, hostileText, ({ make }, own, message) => {
      const target = new Target({ fields: make() as Fields });
      for (let line = 0; line < 2; line++) {
        target.expectLine((registry) => registry.getLogger("app").info(message, own.make() as Fields));
        target.expectLine((registry) =>
          registry
            .getLogger("app")
            .with(own.make() as Fields)
            .info(message),
        );
      }
    }),
    { seed, numRuns: sizeOf(10, 300) },
  );
  for (const { make } of cheapHostile) {
    const fields = make();
    if (!isBindable(fields)) continue;
    const target = new Target({ fields: fields as Fields });
    target.expectLine((registry) => registry.getLogger("app").info(text, { a: 1 }));
  }
});

test("a context that gives what it likes", () => {
  for (const { what, make } of cheapHostile) {
    const frames: [string, () => unknown][] = [
      [`fields: ${what}`, () => ({ name: "n", fields: make(), logger: new WeakRef({}) })],
      [`logger: ${what}`, () => ({ name: "n", fields: {}, logger: make() })],
    ];
    for (const [name, current] of frames) {
      const target = new Target({ context: contextOf(current) });
      target.registry.getScoped("scope").run(() => undefined);
      try {
        target.expectLine((registry) => registry.getLogger("app").info(text, { a: 1 }));
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
});
