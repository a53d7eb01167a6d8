import { createRecord, multiFilter, nullHandler } from "scopelog";
import { describe, expect, test } from "vitest";
import { applyFilter, checkFilter, type FilterLike } from "../../src/port/filter.ts";
import { toFormatter } from "../../src/port/formatter.ts";
import { checkHandler } from "../../src/port/handler.ts";
import { copyRecord } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";

const record = createRecord({ message: "m" });
const hostile = [undefined, null, 1, "text", {}, [], Symbol("x")] as never[];

describe("checks", () => {
  test("a handler is what has handle()", () => {
    checkHandler(nullHandler(), "x");
    for (const value of hostile)
      expectCode("ERR_SCOPELOG_HANDLER", () => checkHandler(value, "handlers[3]"), "handlers[3]");
  });

  test("a filter is a function or has filter()", () => {
    checkFilter(() => true);
    checkFilter({ filter: () => true });
    for (const value of hostile) expectCode("ERR_SCOPELOG_FILTER", () => checkFilter(value));
  });

  test("a formatter is a function or has format(), and keeps its this", () => {
    expect(toFormatter(({ message }) => `<${message}>`).format(record)).toBe("<m>");
    const formatter = {
      mark: "!",
      format({ message }: { message: string }) {
        return message + this.mark;
      },
    };
    expect(toFormatter(formatter)).toBe(formatter);
    expect(toFormatter(formatter).format(record)).toBe("m!");
    for (const value of hostile) expectCode("ERR_SCOPELOG_FORMATTER", () => toFormatter(value));
  });
});

describe("applyFilter", () => {
  test("lets pass, holds back or replaces", () => {
    const other = copyRecord(record, { message: "other" });
    expect(applyFilter(() => true, record)).toBe(record);
    expect(applyFilter(() => false, record)).toBeUndefined();
    expect(applyFilter({ filter: () => other }, record)).toBe(other);
  });
});

describe("multiFilter", () => {
  test("shows each what the one before let pass", () => {
    const add =
      (text: string): FilterLike =>
      (one) =>
        copyRecord(one, { message: one.message + text });
    expect(applyFilter(multiFilter([add("1"), { filter: add("2") as never }]), record)?.message).toBe("m12");
  });

  test("asks no further once one holds back", () => {
    let asked = 0;
    const count: FilterLike = () => {
      asked++;
      return true;
    };
    expect(multiFilter([count, () => false, count]).filter(record)).toBe(false);
    expect(asked).toBe(1);
  });

  test("of none lets pass; of what is none is refused", () => {
    expect(multiFilter([]).filter(record)).toBe(record);
    expectCode("ERR_SCOPELOG_FILTER", () => multiFilter([() => true, 5 as never]));
  });
});
