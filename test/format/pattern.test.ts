import { expect, test } from "vitest";
import { patternFormatter } from "../../src/format/pattern.ts";
import { createRecord, type RecordInit } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";

const init: RecordInit = {
  time: 7,
  levelNumber: 40,
  message: "a\nb",
  logger: "net",
  scope: "net#1",
  bound: { a: 1 },
  fields: { b: "x y" },
};

function format(pattern: string, more: RecordInit = {}): string {
  return patternFormatter(pattern).format(createRecord({ ...init, ...more }));
}

test("each placeholder", () => {
  expect(format("%time|%ms|%level|%LEVEL|%name|%scope|%id|%message")).toBe(
    "1970-01-01T00:00:00.007Z|7|warn|WARN|net|net#1|net#1|a\\nb",
  );
  expect(format("%fields|%json|%error|%late|%pid")).toBe(`a=1 b="x y"|{"a":1,"b":"x y"}|||${process.pid}`);
  expect(format("%error|%late", { error: new TypeError("t\n"), late: true })).toBe("TypeError: t\\n|late");
  expect(format("[%scope] %id", { scope: undefined })).toBe("[] net");
});

test("text around them stays", () => {
  expect(format("")).toBe("");
  expect(format("100%% %{level}s %name's\t%%level")).toBe("100% warns net's\t%level");
});

test("padding", () => {
  expect(format("[%6level][%-6level][%2level][%-6{LEVEL}]")).toBe("[  warn][warn  ][warn][WARN  ]");
});

test("an error has a place, or follows", () => {
  const error = Object.assign(new Error("e"), { stack: "Error: e\n    at f (x.js:1:1)" });
  const stack = "\n    Error: e\n        at f (x.js:1:1)";
  expect(format("%level", { error })).toBe(`warn${stack}`);
  expect(format("%level%stack.", { error })).toBe(`warn${stack}.`);
  expect(format("%level %error", { error })).toBe("warn Error: e");
  expect(format("%level%stack")).toBe("warn");
});

test("an unknown placeholder is refused, by name", () => {
  for (const pattern of [
    "%nope",
    "%levels",
    "%",
    "a % b",
    "%5",
    "%-",
    "%{level",
    "%constructor",
    "%__proto__",
    "%{}",
  ]) {
    expectCode("ERR_SCOPELOG_OPTION", () => patternFormatter(pattern), "%");
  }
  expectCode("ERR_SCOPELOG_OPTION", () => patternFormatter("%nope"), '"%nope"', "%message");
  expectCode("ERR_SCOPELOG_OPTION", () => patternFormatter(5 as never));
});
