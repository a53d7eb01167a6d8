import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { formatWithOptions } from "node:util";
import { getConsoleSink, jsonLinesFormatter } from "@logtape/logtape";
import { buildSync } from "esbuild";
import fc from "fast-check";
import { consoleHandler, createRecord, type LogRecord } from "scopelog";
import { type AsConsoleOptions, asConsole } from "scopelog/console";
import { describe, expect, it } from "vitest";
import { printf } from "../../../src/bridge/console/printf.ts";
import { expectCode } from "../../support/errors.ts";
import { collectUntil } from "../../support/gc.ts";
import { only } from "../../support/recorder.ts";
import { counted, world } from "../../support/world.ts";
import { generatedRecords, hostileFields } from "../shared/generated-records.ts";

function ours(options: AsConsoleOptions = {}) {
  const { registry, root } = world();
  // The type of the global one fits.
  const console: Console = asConsole(registry.getLogger("lib"), options);
  return { console, registry, records: root.records, log: registry.getLogger("lib") };
}

const plain = ({ level, message, fields, error }: LogRecord) => ({ level, message, fields, error });

/** What util.format makes of it; undefined if it throws, as it does for what is no number. */
function formatted(options: object, text: string, args: readonly unknown[]): string | undefined {
  try {
    // Without arguments it leaves `%%` as it is; an empty one is appended after a blank.
    return args.length > 0
      ? formatWithOptions(options, text, ...args)
      : formatWithOptions(options, text, "").slice(0, -1);
  } catch {
    return undefined;
  }
}

describe("asConsole", () => {
  it("has every method that the console of this runtime has, and they need no this", () => {
    const { console: face } = ours();
    const functions = (object: object) =>
      Object.entries(object).flatMap(([key, value]) => (typeof value === "function" && key[0] !== "_" ? [key] : []));
    // Those that belong to a debugger.
    const beyond = ["context", "createTask"];
    expect(functions(face)).toEqual(expect.arrayContaining(functions(console).filter((key) => !beyond.includes(key))));
    const { log, trace, count, group, groupEnd } = face;
    for (const method of [log, trace, count, group, groupEnd]) method("x");
  });

  it("writes each method at its level", () => {
    const { console, records } = ours();
    console.trace("t");
    console.debug("d");
    console.log("l");
    console.info("i");
    console.warn("w");
    console.error("e");
    expect(records.map(({ level, message }) => `${level} ${message}`)).toEqual([
      "trace t",
      "debug d",
      "info l",
      "info i",
      "warn w",
      "error e",
    ]);
    expect(records[0]?.fields?.["stack"]).toMatch(/^at .*as-console\.test\.ts/);
  });

  it("takes other levels, and formats nothing below that of the logger", () => {
    const { console, records, log } = ours({ levels: { log: "debug", warn: "error" } });
    log.level = "info";
    let read = 0;
    const watched = {
      get value() {
        return ++read;
      },
    };
    console.log("off", watched);
    console.warn("on", watched);
    expect(records.map(plain)).toEqual([{ level: "error", message: "on", fields: { value: 1 }, error: undefined }]);
  });

  it("decides what is text, field and error", () => {
    const { console, records } = ours();
    const error = new TypeError("why");
    const cases: [unknown[], Partial<ReturnType<typeof plain>>][] = [
      [["text", { a: 1 }], { message: "text", fields: { a: 1 } }],
      [[{ a: 1 }, "text"], { message: "text", fields: { a: 1 } }],
      [["text", { a: 1 }, { b: 2 }], { message: "text", fields: { a: 1, b: 2 } }],
      [["text", { a: 1 }, { a: 2 }], { message: "text { a: 2 }", fields: { a: 1 } }],
      [[{ a: 1 }], { message: "{ a: 1 }" }],
      [["a", 1, true, null, undefined, 2n, ["x"]], { message: "a 1 true null undefined 2n [ 'x' ]" }],
      [["broken", error], { message: "broken", error }],
      [[error], { message: "why", error }],
      [[error, { a: 1 }], { message: "why", error, fields: { a: 1 } }],
      [["broken: %s", error], { message: "broken: TypeError: why", error }],
      [["two", error, new Error("more")], { message: "two Error: more", error }],
      [["user %s has %d", "bob", 3, { a: 1 }], { message: "user bob has 3", fields: { a: 1 } }],
      [["100%"], { message: "100%" }],
      [["%c styled", "color: red"], { message: " styled" }],
      [["%s"], { message: "%s" }],
      [[17], { message: "17" }],
      [[new Map([["k", 1]])], { message: "Map(1) { 'k' => 1 }" }],
      [["made", { a: 1, make: () => "called" }], { message: "made", fields: { a: 1 } }],
      [[new URL("http://h/")], { message: expect.stringContaining("http://h/") }],
    ];
    for (const [args] of cases) console.log(...args);
    console.log();
    for (const [index, [args, expected]] of cases.entries()) {
      const wanted = { level: "info", fields: undefined, error: undefined, ...expected };
      expect(plain(records[index] as LogRecord), String(args[0])).toEqual(wanted);
    }
    expect(records).toHaveLength(cases.length);
  });

  it("fills placeholders as util.format does", () => {
    const format = fc.array(
      fc.constantFrom("%s", "%d", "%i", "%f", "%j", "%o", "%O", "%c", "%%", "%", "%x", "text", " ", "100%"),
      { maxLength: 6 },
    );
    const value = fc.oneof(
      fc.string(),
      fc.double(),
      fc.constantFrom(0, -0, Number.NaN, "12px", " 7 ", true, null, undefined, Symbol("s"), 5n, new Date(0)),
      fc.constantFrom(
        function named() {},
        class Klass {},
        { toString: () => "own" },
        new (class Own {
          toString() {
            return "of a class";
          }
        })(),
        new (class Bare {
          a = 1;
        })(),
        new Map(),
        [1, [2, [3]]],
        /x/g,
        Object.create(null),
      ),
      fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(fc.integer(), fc.string()), { noNullPrototype: true }),
    );
    const options = { compact: true, breakLength: Number.POSITIVE_INFINITY };
    fc.assert(
      fc.property(format, fc.array(value, { minLength: 1, maxLength: 4 }), (parts, args) => {
        const text = parts.join("");
        const { text: filled, used } = printf(text, args);
        const theirs = formatted(options, text, args.slice(0, used));
        if (theirs !== undefined) expect(filled).toBe(theirs);
      }),
      { numRuns: 2000, seed: 20_150_301 },
    );
  });

  it("asserts, counts, times, groups, and shows data", () => {
    const { console, records } = ours();
    console.assert(true, "never");
    console.assert(false);
    console.assert(0, "because %s", "why", { a: 1 });
    console.assert(0, { a: 1 } as never);
    console.count();
    console.count("x");
    console.count("x");
    console.countReset("x");
    console.count("x");
    console.countReset("unknown");
    console.time("t%s");
    console.time("t%s");
    console.timeLog("t%s", "lap", { a: 1 });
    console.timeEnd("t%s");
    console.timeEnd("t%s");
    console.group("outer", 1);
    console.groupCollapsed();
    console.log("inside");
    console.groupEnd();
    console.warn("outer only", { a: 1 });
    console.groupEnd();
    console.groupEnd();
    console.log("outside");
    console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });
    console.table([{ a: 1, b: 2 }], ["a"]);
    console.table("text");
    console.clear();
    const ms = expect.stringMatching(/^t%s: \d+\.\d{3}ms$/);
    const durationMs = expect.any(Number);
    expect(records.map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ["error", "Assertion failed", undefined],
      ["error", "Assertion failed: because why", { a: 1 }],
      ["error", "Assertion failed", { a: 1 }],
      ["info", "default: 1", { count: 1 }],
      ["info", "x: 1", { count: 1 }],
      ["info", "x: 2", { count: 2 }],
      ["info", "x: 1", { count: 1 }],
      ["warn", "Count for 'unknown' does not exist", undefined],
      ["warn", "Label 't%s' already exists for console.time()", undefined],
      ["info", expect.stringMatching(/^t%s: \d+\.\d{3}ms lap$/), { a: 1, durationMs }],
      ["info", ms, { durationMs }],
      ["warn", "No such label 't%s' for console.timeEnd()", undefined],
      ["info", "outer 1", undefined],
      ["info", "inside", { group: "outer 1 > group" }],
      ["warn", "outer only", { group: "outer 1", a: 1 }],
      ["info", "outside", undefined],
      ["info", "{ a: [Object] }", undefined],
      ["info", "table", { table: [{ a: 1 }] }],
      ["info", "text", undefined],
    ]);
  });

  it("remembers a bounded number of labels and groups", () => {
    const { console, records } = ours();
    for (let index = 0; index < 3000; index++) {
      console.count(`c${index}`);
      console.time(`t${index}`);
      console.group("g");
    }
    for (let index = 0; index < 3000; index++) console.groupEnd();
    console.count("c0");
    console.timeEnd("t0");
    expect(records.at(-2)).toMatchObject({ message: "c0: 1", fields: { count: 1 } });
    expect(records.at(-1)).toMatchObject({ level: "warn", message: "No such label 't0' for console.timeEnd()" });
  });

  it("never throws, whatever it is given", () => {
    const { console, registry, records } = ours();
    const hostile = hostileFields();
    const { direct: _direct, ...descriptors } = Object.getOwnPropertyDescriptors(hostile);
    const values = [...Object.values(Object.defineProperties({}, descriptors)), hostile];
    const unprintable = {
      toString() {
        throw new Error("unprintable");
      },
    };
    const counts = counted(registry, () => {
      for (const value of [...values, unprintable]) {
        console.log(value);
        console.log("text", value);
        console.log("%s %d %i %f %j %o %O %c", ...Array(8).fill(value));
        console.dir(value);
        console.table(value);
        console.table({ value }, ["a"]);
        console.trace(value);
        console.assert(false, value as never);
        console.group(value);
        console.count(value as never);
        console.time(value as never);
        console.timeEnd(value as never);
        console.groupEnd();
      }
    });
    expect(counts).toMatchObject({ failed: 0, dropped: 0 });
    expect(records.length).toBeGreaterThan(100);
  });

  it("brings the fields and errors of 200 generated records out as they went in", () => {
    const { console, records } = ours();
    const generated = generatedRecords();
    const given = generated.map(({ fields, error }) => ({
      fields: Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)),
      error: error instanceof Error ? error : undefined,
    }));
    // An error among the fields is the error of the line, where there is no other.
    const expected = given.map(({ fields: { err, ...others }, error }) =>
      error === undefined && err instanceof Error
        ? { fields: others, error: err }
        : { fields: err === undefined ? others : { ...others, err }, error },
    );
    for (const [index, { message }] of generated.entries()) {
      const { fields, error } = given[index] as (typeof given)[number];
      console.warn("%s", message, ...(error === undefined ? [] : [error]), fields);
    }
    for (const [index, { message }] of generated.entries()) {
      const record = records[index] as LogRecord;
      const { fields, error } = expected[index] as (typeof expected)[number];
      expect([record.level, record.message]).toEqual(["warn", message]);
      expect(record.error).toBe(error);
      const keys = Object.keys(record.fields ?? {});
      expect(keys.sort()).toEqual(Object.keys(fields).sort());
      for (const key of keys) expect(Object.is(record.fields?.[key], fields[key])).toBe(true);
    }
  });

  it("can be the console of a library", () => {
    const { console, records } = ours();
    const sink = getConsoleSink({ console, formatter: (record) => jsonLinesFormatter(record).trimEnd() });
    const parts = { category: ["a"], properties: {}, timestamp: 0 };
    sink({ ...parts, level: "warning", message: ["m"], rawMessage: "m" });
    expect(only(records)).toMatchObject({ level: "warn", message: expect.stringContaining('"message":"m"') });
  });

  it("does not go round in circles if it is put in the place of the console", () => {
    const { registry } = world({ handlers: { console: consoleHandler() }, loggers: { "": { handlers: ["console"] } } });
    const { console } = globalThis;
    try {
      globalThis.console = asConsole(registry.getLogger());
      expect(counted(registry, () => globalThis.console.log("x")).dropped).toBe(1);
    } finally {
      globalThis.console = console;
    }
  });

  it("lets a scope that is forgotten go", async () => {
    const { registry } = world();
    const forget = () => {
      for (let index = 0; index < 50; index++) {
        const console = asConsole(registry.getScoped("conn", { index }));
        console.group("open");
        console.time("running");
      }
    };
    forget();
    await collectUntil(() => registry.stats().collected === 50, "all 50 scopes");
  });

  it("runs where there is no node:util", () => {
    const folder = fileURLToPath(new URL("../../../src/", import.meta.url));
    const { outputFiles } = buildSync({
      stdin: {
        contents: `
          import { createRegistry, memoryHandler } from "./index.ts";
          import { asConsole } from "./bridge/console/index.ts";
          const memory = memoryHandler();
          const registry = createRegistry({ handlers: { memory }, loggers: { "": { handlers: ["memory"] } } });
          const face = asConsole(registry.getLogger());
          face.log("%s %o", { a: 1 }, [1, { b: 2n }], { c: 3 });
          face.log({ d: new Map([["k", 1]]) });
          face.warn("bad", new Error("why"));
          out(JSON.stringify(memory.records.map(({ message, fields, error }) => [message, fields, error?.message])));`,
        resolveDir: folder,
        loader: "ts",
      },
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      define: { "import.meta.url": '"file:///app/bundle.js"' },
    });
    const script = `const vm = require("node:vm"); const code = ${JSON.stringify(only(outputFiles).text)};
      vm.runInNewContext(code, { out: (text) => process.stdout.write(text) });`;
    const printed = execFileSync(process.execPath, ["-"], { input: script, encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual([
      ['{"a":1} [1,{"b":"2"}]', { c: 3 }, null],
      ['{"d":{"k":1}}', null, null],
      ["bad", null, "why"],
    ]);
  });

  it("refuses what is no logger, and levels that are none", () => {
    const { log } = ours();
    expectCode("ERR_SCOPELOG_OPTION", () => asConsole(console as never), "asConsole");
    expectCode("ERR_SCOPELOG_OPTION", () => asConsole(log, { levels: { log: "off" as never } }), "levels.log");
    expectCode("ERR_SCOPELOG_OPTION", () => asConsole(log, { levels: { dir: "info" } as never }), "levels.dir");
    expect(createRecord().level).toBe("info");
  });
});
