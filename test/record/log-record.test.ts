import { allFields, copyRecord, createRecord } from "scopelog";
import { describe, expect, test } from "vitest";
import { noFields } from "../../src/record/fields.ts";

describe("createRecord", () => {
  test("fills in what is not said: info, now, no fields", () => {
    const before = Date.now();
    const record = createRecord();
    expect(record.time).toBeGreaterThanOrEqual(before);
    expect(record.time).toBeLessThanOrEqual(Date.now());
    const { level, levelNumber, message, fields, error, late, logger, scope, bound } = record;
    expect({ level, levelNumber, message, fields, error, late, logger, scope }).toEqual({
      level: "info",
      levelNumber: 30,
      message: "",
      fields: undefined,
      error: undefined,
      late: false,
      logger: "",
      scope: undefined,
    });
    expect(bound).toBe(noFields);
    expect(record.source.parent).toBeUndefined();
  });

  test("takes every part", () => {
    const error = new Error("e");
    const init = {
      time: 5,
      levelNumber: 35,
      message: "m",
      fields: { a: 1 },
      error,
      late: true,
      logger: "net.conn",
      scope: "net.conn#3",
      parent: "net#1",
      bound: { b: 2 },
    };
    const record = createRecord(init);
    const { time, levelNumber, message, fields, late, logger, scope, bound } = record;
    expect({
      time,
      levelNumber,
      message,
      fields,
      error,
      late,
      logger,
      scope,
      bound,
      parent: record.source.parent,
    }).toEqual(init);
    expect(record.error).toBe(error);
    expect(record.level).toBe("info");
  });
});

describe("copyRecord", () => {
  const original = createRecord({
    time: 1,
    message: "m",
    fields: { a: 1 },
    error: 7,
    logger: "x",
    scope: "x#1",
    bound: { b: 1 },
  });

  test("without changes is another record from the same source", () => {
    const copy = copyRecord(original, {});
    expect(copy).not.toBe(original);
    expect(copy).toEqual(original);
    expect(copy.source).toBe(original.source);
  });

  test("changes what is named and nothing else", () => {
    const copy = copyRecord(original, { message: "n", levelNumber: 50, late: true, time: 2 });
    expect([copy.message, copy.level, copy.late, copy.time]).toEqual(["n", "error", true, 2]);
    expect([copy.fields, copy.error, copy.source]).toEqual([original.fields, original.error, original.source]);
    expect(original.message).toBe("m");
  });

  test("takes fields and error away when they are said to be undefined", () => {
    const copy = copyRecord(original, { fields: undefined, error: undefined });
    expect([copy.fields, copy.error]).toEqual([undefined, undefined]);
  });

  test.each([
    [{ logger: "y" }, ["y", "x#1", undefined, { b: 1 }]],
    [{ scope: undefined }, ["x", undefined, undefined, { b: 1 }]],
    [{ parent: "p#1" }, ["x", "x#1", "p#1", { b: 1 }]],
    [{ bound: { c: 2 } }, ["x", "x#1", undefined, { c: 2 }]],
  ])("%o makes a source of its own", (changes, expected) => {
    const { source } = copyRecord(original, changes);
    expect([source.logger, source.scope, source.parent, source.bound]).toEqual(expected);
    expect(source).not.toBe(original.source);
  });
});

describe("allFields", () => {
  test("are bound and call fields, the call's winning", () => {
    expect(allFields(createRecord({ bound: { a: 1, b: 1 }, fields: { b: 2 } }))).toEqual({ a: 1, b: 2 });
  });

  test("are the bound ones themselves when the call has none", () => {
    const record = createRecord({ bound: { a: 1 } });
    expect(allFields(record)).toBe(record.bound);
  });
});
