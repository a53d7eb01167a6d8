import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonProfileName, jsonFormatter } from "../../src/format/json.ts";
import { logfmtFormatter } from "../../src/format/logfmt.ts";
import { patternFormatter } from "../../src/format/pattern.ts";
import { textFormatter } from "../../src/format/text.ts";
import type { Formatter } from "../../src/port/formatter.ts";
import type { Fields } from "../../src/record/fields.ts";
import { createRecord, LogRecord } from "../../src/record/log-record.ts";
import { LogSource } from "../../src/record/log-source.ts";
import { hostileValues } from "./hostile.ts";
import { parseLine } from "./strict-json.ts";

const profiles: readonly JsonProfileName[] = ["native", "pino", "ecs", "gcp", "datadog"];
const json: Readonly<Record<string, Formatter>> = Object.fromEntries(
  profiles.map((profile) => [profile, jsonFormatter({ profile })]),
);
const twoOfThem = { native: jsonFormatter(), gcp: jsonFormatter({ profile: "gcp" }) };
const lines: Readonly<Record<string, Formatter>> = {
  logfmt: logfmtFormatter(),
  pattern: patternFormatter("%time %LEVEL %name %scope %message %fields %json %error"),
};
const people: Readonly<Record<string, Formatter>> = {
  text: textFormatter({ color: false }),
  stack: patternFormatter("%message %stack"),
};

const obeyed = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;

function checkAll(record: () => LogRecord, formatters = json): void {
  for (const [name, formatter] of Object.entries(formatters)) {
    const line = formatter.format(record());
    expect(() => parseLine(line), `${name}: ${line.slice(0, 300)}`).not.toThrow();
    expect(() => JSON.parse(line)).not.toThrow();
    expect(line.length).toBeLessThan(5_000_000);
  }
  for (const [name, formatter] of Object.entries(lines)) {
    const line = formatter.format(record());
    expect(line, name).not.toMatch(/\n/);
    expect(obeyed.test(line), `${name}: ${line.slice(0, 300)}`).toBe(false);
  }
  for (const [name, formatter] of Object.entries(people)) {
    const [first = "", ...more] = formatter.format(record()).split("\n");
    expect(obeyed.test(first), `${name}: ${first.slice(0, 300)}`).toBe(false);
    if (record().error === undefined) expect(more, name).toEqual([]);
    for (const line of more) {
      expect(line).toMatch(/^ {4}/);
      expect(obeyed.test(line), line).toBe(false);
    }
  }
}

describe("hostile values", () => {
  for (const [name, make] of Object.entries(hostileValues)) {
    test(name, () => {
      checkAll(() => createRecord({ message: "m", fields: { before: 1, value: make(), after: 2 } }));
      checkAll(() => createRecord({ message: "m", bound: { before: 1, value: make(), after: 2 } }), twoOfThem);
      // The profiles write fields alike; errors they do not.
      checkAll(() => createRecord({ message: "m", error: make() }), twoOfThem);
      checkAll(
        () => createRecord({ message: "m", error: Object.assign(new Error("e"), { value: make() }) }),
        twoOfThem,
      );
      checkAll(() => createRecord({ message: "m", error: new Error("e", { cause: make() }) }), twoOfThem);
    });

    test(`${name}, and the others are still written`, () => {
      const line = json["native"]?.format(createRecord({ fields: { before: 1, value: make(), after: 2 } })) ?? "";
      const read = parseLine(line);
      expect(read.get("before")).toBe(1);
      expect(read.get("after")).toBe(2);
    });
  }
});

describe("hostile fields objects", () => {
  const objects: Readonly<Record<string, () => Fields>> = {
    "throwing getter": () => ({
      a: 1,
      get bad(): unknown {
        throw new Error("bad\n");
      },
      z: 2,
    }),
    "revoked proxy": hostileValues["a revoked proxy"] as () => Fields,
    "throwing proxy": hostileValues["a throwing proxy"] as () => Fields,
    "key __proto__": hostileValues["a key __proto__"] as () => Fields,
    "reserved and marked keys": () => ({ "...": 1, "....": 2, time: 3, time_: 4, "\ud800": 5, "\udc00": 6, "": 7 }),
    "very many keys": () =>
      Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`k${index}`, "x".repeat(1000)])),
    "inherited keys": () => Object.create({ inherited: 1 }) as Fields,
  };
  for (const [name, make] of Object.entries(objects)) {
    test(name, () => {
      checkAll(() => createRecord({ fields: make() }));
      if (name.endsWith("proxy")) return;
      checkAll(() => createRecord({ bound: make() }));
      checkAll(() => createRecord({ bound: make(), fields: make() }));
      checkAll(() => createRecord({ bound: { a: 1, "...": 1 }, fields: make(), error: new Error("x"), late: true }));
    });
  }

  test("a getter that throws takes no other field with it", () => {
    const fields = objects["throwing getter"]?.() as Fields;
    const read = parseLine(json["native"]?.format(createRecord({ fields, bound: { b: 1 } })) ?? "");
    expect([...read].slice(3)).toEqual([["b", 1], ["a", 1], ["bad", "[threw: bad\n]"], ["z", 2]]); // biome-ignore format: one line
  });
});

test("hostile names, messages, times and levels", () => {
  const texts = ["a\nb", "\u001b[2J", "\ud800", "\u202e", '"', "\\", "=", "%s %d %c", "x".repeat(200_000), ""];
  for (const text of texts) {
    checkAll(() => createRecord({ message: text, logger: text, scope: text, bound: { [text]: text } }));
  }
  for (const message of [undefined, null, 5, Symbol("s"), {}, Object.create(null)] as never[]) {
    checkAll(() => createRecord({ message }));
    checkAll(
      () => new LogRecord(0, 30, message, undefined, undefined, false, new LogSource("", undefined, undefined, {})),
    );
  }
  for (const time of [Number.NaN, 1e300, -1, -62_198_755_200_001, 8.64e15, 0.5]) checkAll(() => createRecord({ time }));
  for (const levelNumber of [Number.NaN, -1, 35, 1000, Number.POSITIVE_INFINITY])
    checkAll(() => createRecord({ levelNumber }));
});

test("any data is one valid line without a key twice", () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    maxDepth: 4,
  });
  const key = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "time",
      "level",
      "logger",
      "scope",
      "msg",
      "err",
      "late",
      "time_",
      "err__",
      "message",
      "__proto__",
      "...",
    ),
  );
  const fields = fc.dictionary(key, fc.oneof(anything, fc.string({ unit: "binary" })), { maxKeys: 8 });
  fc.assert(
    fc.property(fields, fields, fc.string({ unit: "binary" }), fc.option(anything, { nil: undefined }), fc.boolean(),
      (bound, own, message, error, late) => {
        checkAll(() => createRecord({ bound, fields: own, message, logger: message, error, late }));
      }), // biome-ignore format: it is one call
    { numRuns: 200 },
  );
});

test("plain data comes back as JSON.stringify would write it", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => /^[a-d]/.test(key)),
        fc.jsonValue(),
      ),
      (fields) => {
        const line = jsonFormatter().format(createRecord({ fields, logger: "n" }));
        const { time, level, logger, msg, ...read } = JSON.parse(line) as Record<string, unknown>;
        expect(read).toEqual(JSON.parse(JSON.stringify(fields)));
        expect([level, logger, msg]).toEqual(["info", "n", ""]);
      },
    ),
    { numRuns: 200 },
  );
});
