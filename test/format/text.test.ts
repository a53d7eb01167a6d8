import { afterEach, describe, expect, test } from "vitest";
import { wantsColor } from "../../src/format/color.ts";
import { textFormatter } from "../../src/format/text.ts";
import { isoTime } from "../../src/format/time.ts";
import { escapeControls } from "../../src/record/escape.ts";
import { createRecord } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";

const time = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const formatter = textFormatter({ color: false });

describe("textFormatter", () => {
  test("time, level, name, message, fields", () => {
    const bound = { peer: "10.0.0.1", id: 1 };
    const fields = { id: 2, text: "two words", none: null, empty: "", list: [1, "a b"], gone: undefined };
    expect(formatter.format(createRecord({ time, message: "hi there", logger: "net", bound, fields }))).toBe(
      '2026-01-31T12:00:00.007Z INFO  net hi there peer=10.0.0.1 id=2 text="two words" none=null empty="" list=[1,"a b"]',
    );
    expect(formatter.format(createRecord({ time, levelNumber: 60, scope: "net#3", logger: "net", late: true }))).toBe(
      "2026-01-31T12:00:00.007Z FATAL net#3  (late)",
    );
    expect(textFormatter({ color: false, time: false }).format(createRecord({ message: "m" }))).toBe("INFO  m");
    expect(textFormatter({ color: false, time: "clock" }).format(createRecord({ time, message: "m" }))).toMatch(
      /^\d\d:\d0:00\.007 INFO {2}m$/,
    );
    expect(formatter.format(createRecord({ time: Number.NaN, message: "m" }))).toBe("- INFO  m");
  });

  test("an error with its properties and causes, indented", () => {
    const cause = Object.assign(new Error("inner"), { stack: "Error: inner\n    at inner (file.js:1:2)" });
    const error = Object.assign(new TypeError("outer", { cause }), {
      stack: "TypeError: outer\n    at outer (file.js:3:4)\n    at more (file.js:5:6)",
      code: "E_OUTER",
      detail: { a: 1 },
    });
    const text = formatter.format(createRecord({ message: "m", error }));
    expect(text.split("\n").slice(1)).toEqual([
      "    TypeError: outer",
      "        at outer (file.js:3:4)",
      "        at more (file.js:5:6)",
      '        code=E_OUTER detail={"a":1}',
      "    caused by: Error: inner",
      "        at inner (file.js:1:2)",
    ]);
    const many = new AggregateError([new Error("one"), "two"], "all");
    const shown = formatter.format(createRecord({ error: many })).split("\n");
    expect(shown).toContain("      - Error: one");
    expect(shown).toContain("      - string: two");
    error.cause = error;
    expect(formatter.format(createRecord({ error }))).toContain("    caused by: [circular]");
  });

  test("a message of several lines passes for no frame", () => {
    const error = new Error("first\n    at forged (evil.js:1:1)\n\u001b[31m");
    const lines = formatter.format(createRecord({ error })).split("\n");
    expect(lines[1]).toBe("    Error: first\\n    at forged (evil.js:1:1)\\n\\x1b[31m");
    expect(lines.slice(2).join("\n")).not.toContain("forged");
    expect(lines[2]).toMatch(/^ {8}at .*text\.test\.ts/);
  });

  test("data is shown, never obeyed", () => {
    const text = formatter.format(
      createRecord({
        message: "a\nb\u001b[2J",
        logger: "n\r",
        fields: { "k\n": "v\u0000\u009b1m", "a=b": '"q" \\', bidi: "\u202eabc", nested: { "\u001b": "\u2028" } },
      }),
    );
    expect(text.slice(25)).toBe(
      'INFO  n\\r a\\nb\\x1b[2J "k\\n"=v\\x00\\x9b1m "a=b"="\\"q\\" \\\\" bidi=\\u202eabc nested={"\\u001b":"\\u2028"}',
    );
  });

  test("colour only where it is wanted, and none from the data", () => {
    const record = createRecord({ message: "\u001b[31mred", logger: "n", fields: { a: 1 } });
    expect(textFormatter({ color: true }).format(record)).toContain(
      "\u001b[32mINFO \u001b[0m \u001b[36mn\u001b[0m \\x1b",
    );
    expect(formatter.format(record)).not.toContain("\u001b");
  });

  test("a wrong option is refused", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => textFormatter({ color: "always" as never }), "color");
    expectCode("ERR_SCOPELOG_OPTION", () => textFormatter({ time: "epoch" as never }), "time");
  });
});

describe("wantsColor", () => {
  const { env } = process;
  const tty = Object.getOwnPropertyDescriptor(process.stdout, "isTTY");
  afterEach(() => {
    process.env = env;
    if (tty === undefined) Reflect.deleteProperty(process.stdout, "isTTY");
    else Object.defineProperty(process.stdout, "isTTY", tty);
  });
  const cases: readonly (readonly [isTTY: boolean, env: Record<string, string>, wanted: boolean])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [true, { TERM: "dumb" }, false],
    [false, { FORCE_COLOR: "1" }, true],
    [false, { FORCE_COLOR: "" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  ];
  for (const [isTTY, variables, wanted] of cases) {
    test(`${isTTY ? "terminal" : "no terminal"}, ${JSON.stringify(variables)}: ${wanted}`, () => {
      process.env = variables;
      Object.defineProperty(process.stdout, "isTTY", { value: isTTY, configurable: true });
      expect(wantsColor()).toBe(wanted);
      expect(textFormatter().format(createRecord()).includes("\u001b")).toBe(wanted);
    });
  }
});

test("escapeControls leaves everything readable as it is", () => {
  expect(escapeControls("C:\\temp ä \u{1f600} a\u200db")).toBe("C:\\temp ä \u{1f600} a\u200db");
  expect(escapeControls("\u{1f600}\n")).toBe("\u{1f600}\\n");
  expect(escapeControls("\ud83d\ud83d\ude00\ude00\t\u007f\ufeff")).toBe("\\ud83d\u{1f600}\\ude00\\t\\x7f\\ufeff");
});

test("isoTime is what Date says", () => {
  const times = [0, 1, 999, 1000, 1001, -1, -1000, -1001, 1e12 + 7.9, 8.64e15, -8.64e15, 253_402_300_800_000, time];
  for (const ms of [...times, ...times.reverse()]) expect(isoTime(ms)).toBe(new Date(Math.floor(ms)).toISOString());
  for (const ms of [Number.NaN, 8.64e15 + 1, Number.NEGATIVE_INFINITY]) expect(isoTime(ms)).toBeUndefined();
});
