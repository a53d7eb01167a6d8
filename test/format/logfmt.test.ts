import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logfmtFormatter } from "../../src/format/logfmt.ts";
import type { Fields } from "../../src/record/fields.ts";
import { createRecord, type RecordInit } from "../../src/record/log-record.ts";

const time = Date.UTC(2026, 0, 31, 12, 0, 0, 7);
const formatter = logfmtFormatter();

function format(init: RecordInit): string {
  return formatter.format(createRecord({ time, ...init }));
}

/** Reads as go-logfmt's decoder does: bare values end at a space, quoted ones are JSON strings. */
function decode(line: string): [key: string, value: string][] {
  const pairs: [string, string][] = [];
  let at = 0;
  while (at < line.length) {
    const key = /[^\s="]+/y;
    key.lastIndex = at;
    const name = key.exec(line)?.[0];
    if (name === undefined || line[at + name.length] !== "=") throw new SyntaxError(`no pair at ${at} in ${line}`);
    at += name.length + 1;
    const value = line[at] === '"' ? /"(?:[^"\\]|\\.)*"/y : /[^\s="]*/y;
    value.lastIndex = at;
    const text = value.exec(line)?.[0];
    if (text === undefined) throw new SyntaxError(`no value at ${at} in ${line}`);
    pairs.push([name, text.startsWith('"') ? (JSON.parse(text) as string) : text]);
    at += text.length;
    if (at < line.length && line[at++] !== " ") throw new SyntaxError(`no space at ${at} in ${line}`);
  }
  return pairs;
}

function fieldsOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(decode(format({ fields })).slice(3));
}

describe("logfmtFormatter", () => {
  test("the line", () => {
    const error = Object.assign(new TypeError("no way", { cause: new Error("inner") }), { code: "E", stack: "S\nT" });
    const init = { levelNumber: 40, message: "two words", logger: "net", scope: "net#1", bound: { a: 1, b: 2 } };
    expect(format({ ...init, fields: { b: "x" }, error, late: true })).toBe(
      'time=2026-01-31T12:00:00.007Z level=warn logger=net scope=net#1 msg="two words" a=1 b=x ' +
        'err="TypeError: no way" err.code=E err.cause="Error: inner" err.stack="S\\nT" late=true',
    );
    expect(logfmtFormatter({ stack: false }).format(createRecord({ time, error }))).not.toContain("err.stack");
  });

  test("quotes as slog does", () => {
    expect(format({ message: "", fields: { a: "", b: "x=y", c: 'q"', d: "back\\slash", e: "ünï", f: "a\tb" } })).toBe(
      'time=2026-01-31T12:00:00.007Z level=info msg="" a="" b="x=y" c="q\\"" d=back\\slash e=ünï f="a\\tb"',
    );
  });

  test("nested values are JSON in quotes", () => {
    const values = { o: { a: [1, "x y"] }, m: new Map([["k", 1n]]), d: new Date(0), n: null, e: new RangeError("r") };
    expect(fieldsOf(values)).toEqual({
      o: '{"a":[1,"x y"]}',
      m: '{"k":"1"}',
      d: "1970-01-01T00:00:00.000Z",
      n: "null",
      e: "RangeError: r",
    });
  });

  test("keys are cleaned, and none comes twice", () => {
    expect(fieldsOf({ "a b": 1, "a=b": 2, a_b: 3, "": 4, time: 5, "err.stack": 6, 'q"\n': 7, "\ud800": 8 })).toEqual({
      a_b: "1",
      a_b_: "2",
      a_b__: "3",
      _: "4",
      time_: "5",
      "err.stack_": "6",
      q__: "7",
      __: "8",
    });
  });

  test("any text comes back", () => {
    const text = fc.string({ unit: "grapheme-composite" });
    fc.assert(
      fc.property(text, text, (message, value) => {
        const line = format({ message, fields: { value } });
        const pairs = Object.fromEntries(decode(line));
        expect(pairs["msg"]).toBe(message);
        expect(pairs["value"]).toBe(value);
      }),
    );
  });
});
