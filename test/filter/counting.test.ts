import { describe, expect, test } from "vitest";
import { BoundedMap } from "../../src/filter/bounded-map.ts";
import { dedupe } from "../../src/filter/dedupe.ts";
import { rateLimit } from "../../src/filter/rate-limit.ts";
import { sample } from "../../src/filter/sample.ts";
import { applyFilter, type Filter } from "../../src/port/filter.ts";
import { allFields, createRecord, type LogRecord, type RecordInit } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";

const byId = (record: LogRecord) => String(record.fields?.["id"]);

/** What comes out for each record: false, or its fields. */
function run(filter: Filter, records: readonly RecordInit[]): unknown[] {
  return records.map((init) => {
    const passed = applyFilter(filter, createRecord(init));
    return passed === undefined ? false : allFields(passed);
  });
}

const ids = (...list: number[]): RecordInit[] => list.map((id) => ({ fields: { id } }));

describe("sample", () => {
  test("every", () => {
    expect(run(sample({ every: 3 }), ids(1, 2, 3, 4, 5)).map(Boolean)).toEqual([true, false, false, true, false]);
    expect(run(sample({ every: 1 }), ids(1, 2)).map(Boolean)).toEqual([true, true]);
    const each = run(sample({ every: 2, by: byId }), ids(1, 2, 1, 2, 1)).map(Boolean);
    expect(each).toEqual([true, true, false, false, true]);
  });

  test("rate, by chance", () => {
    const count = (rate: number) => run(sample({ rate }), ids(...Array(4000).keys())).filter(Boolean).length;
    expect(count(0)).toBe(0);
    expect(count(1)).toBe(4000);
    // Six standard deviations: once in a thousand million runs.
    expect(Math.abs(count(0.25) - 1000)).toBeLessThan(6 * Math.sqrt(4000 * 0.25 * 0.75));
  });

  test("rate by key: all of a key or none, the same in each filter, and about the share", () => {
    const list = ids(...Array(4000).keys());
    const first = run(sample({ rate: 0.25, by: byId }), list).map(Boolean);
    expect(run(sample({ rate: 0.25, by: byId }), list).map(Boolean)).toEqual(first);
    expect(Math.abs(first.filter(Boolean).length - 1000)).toBeLessThan(6 * Math.sqrt(4000 * 0.25 * 0.75));
    const more = run(sample({ rate: 0.5, by: byId }), list);
    expect(first.every((passes, index) => !passes || more[index] !== false)).toBe(true);
  });

  test("a wrong option is refused", () => {
    const wrong = [
      {},
      { rate: 2 },
      { rate: -1 },
      { rate: Number.NaN },
      { every: 0 },
      { every: 1.5 },
      { rate: 1, every: 1 },
    ];
    for (const options of wrong) expectCode("ERR_SCOPELOG_OPTION", () => sample(options));
    expectCode("ERR_SCOPELOG_OPTION", () => sample({ rate: 1, by: "id" as never }), "by");
  });
});

describe("rateLimit", () => {
  const at = (...times: number[]): RecordInit[] => times.map((time) => ({ time }));

  test("lets so many pass in a period, and says what it held back", () => {
    const filter = rateLimit({ limit: 2, perMs: 1000 });
    expect(run(filter, at(0, 1, 2, 3, 999, 1000, 1001, 1002, 3000, 3001))).toEqual([
      ...[{}, {}, false, false, false],
      ...[{ suppressed: 3 }, {}, false],
      ...[{ suppressed: 1 }, {}],
    ]);
  });

  test("a clock that is set back does not silence it", () => {
    expect(run(rateLimit({ limit: 1, perMs: 1000 }), at(5000, 5001, 100, 101))).toEqual([
      {},
      false,
      { suppressed: 1 },
      false,
    ]);
  });

  test("counts for each key", () => {
    const filter = rateLimit({ limit: 1, perMs: 1000, by: byId });
    const records = [1, 2, 1, 1, 2].map((id, time) => ({ time, fields: { id } }));
    expect(run(filter, records).map(Boolean)).toEqual([true, true, false, false, false]);
    expect(
      run(filter, [
        { time: 2000, fields: { id: 1 } },
        { time: 2000, fields: { id: 2 } },
      ]),
    ).toEqual([
      { id: 1, suppressed: 2 },
      { id: 2, suppressed: 1 },
    ]);
  });

  test("keeps no more than so many keys, and loses no count", () => {
    const filter = rateLimit({ limit: 1, perMs: 1e9, by: byId });
    let held = 0;
    let told = 0;
    for (let id = 0; id < 3000; id++) {
      for (let again = 0; again < 2; again++) {
        const passed = applyFilter(filter, createRecord({ time: 0, fields: { id } }));
        if (passed === undefined) held++;
        else told += (passed.fields?.["suppressed"] as number | undefined) ?? 0;
      }
    }
    expect(held).toBe(3000);
    expect(told).toBe(2000);
  });

  test("a field of that name keeps its place", () => {
    const filter = rateLimit({ limit: 1, perMs: 10 });
    const init = { fields: { suppressed: "mine" }, bound: { suppressed_: 1 } };
    expect(run(filter, [{ time: 0 }, { time: 1 }, { time: 20, ...init }])[2]).toEqual({
      suppressed: "mine",
      suppressed_: 1,
      suppressed__: 1,
    });
  });

  test("a wrong option is refused", () => {
    for (const options of [
      { limit: 0, perMs: 1 },
      { limit: 1.5, perMs: 1 },
      { limit: 1, perMs: 0 },
      { limit: 1, perMs: Number.NaN },
    ]) {
      expectCode("ERR_SCOPELOG_OPTION", () => rateLimit(options));
    }
    expectCode("ERR_SCOPELOG_OPTION", () => rateLimit({ limit: 1, perMs: 1, by: 5 as never }), "by");
  });
});

describe("dedupe", () => {
  const said = (time: number, message: string, more: RecordInit = {}): RecordInit => ({ time, message, ...more });

  test("holds back what is alike within the window, and tells it after", () => {
    const filter = dedupe({ windowMs: 1000 });
    expect(
      run(filter, [said(0, "a"), said(1, "a"), said(2, "b"), said(999, "a"), said(1000, "a"), said(1001, "a")]),
    ).toEqual([{}, false, {}, false, { repeated: 2 }, false]);
  });

  test("tells of others too, once their window is over", () => {
    const filter = dedupe({ windowMs: 1000 });
    const flood = [said(0, "a"), ...Array.from({ length: 5 }, () => said(1, "a")), said(2, "b"), said(3, "b")];
    expect(run(filter, [...flood, said(500, "c"), said(1500, "c"), said(1600, "c"), said(1700, "d")])).toEqual([
      ...[{}, false, false, false, false, false, {}, false],
      ...[{}, { repeatedEarlier: { a: 5, b: 1 } }, false, {}],
    ]);
  });

  test("level, logger, message and error make the difference", () => {
    const records = [
      said(0, "a"),
      said(0, "a", { levelNumber: 40 }),
      said(0, "a", { logger: "x" }),
      said(0, "a", { error: new Error("e") }),
      said(0, "a", { error: new Error("f") }),
    ];
    expect(run(dedupe({ windowMs: 10 }), [...records, ...records]).map(Boolean)).toEqual([
      ...records.map(() => true),
      ...records.map(() => false),
    ]);
    expect(run(dedupe({ windowMs: 10, by: byId }), ids(1, 1, 2)).map(Boolean)).toEqual([true, false, true]);
  });

  test("long messages are told apart by all of them, and told of in part", () => {
    const long = "x".repeat(5000);
    const filter = dedupe({ windowMs: 1000 });
    expect(run(filter, [said(0, `${long}a`), said(1, `${long}b`), said(2, `${long}a`), said(2000, "other")])).toEqual([
      {},
      {},
      false,
      { repeatedEarlier: { [`${"x".repeat(200)}...`]: 1 } },
    ]);
  });

  test("a clock that is set back does not silence it", () => {
    expect(run(dedupe({ windowMs: 1000 }), [said(5000, "a"), said(5001, "a"), said(100, "a")])).toEqual([
      {},
      false,
      { repeated: 1 },
    ]);
  });

  test("keeps no more than so many windows, and loses no count", () => {
    const filter = dedupe({ windowMs: 1e9 });
    let told = 0;
    for (let index = 0; index < 3000; index++) {
      for (let again = 0; again < 2; again++) {
        const passed = applyFilter(filter, createRecord({ time: 0, message: `m${index}` }));
        const earlier = passed?.fields?.["repeatedEarlier"] as Record<string, number> | undefined;
        for (const count of Object.values(earlier ?? {})) told += count;
      }
    }
    expect(told).toBe(2000);
  });

  test("a wrong option is refused", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => dedupe({ windowMs: 0 }), "windowMs");
    expectCode("ERR_SCOPELOG_OPTION", () => dedupe({ windowMs: 1, by: 5 as never }), "by");
  });
});

test("BoundedMap keeps the latest keys and hands out what makes room", () => {
  const map = new BoundedMap<number>(2);
  expect([map.set("a", 1), map.set("b", 2), map.set("a", 3), map.set("c", 4)]).toEqual([
    undefined,
    undefined,
    undefined,
    3,
  ]);
  expect([map.get("a"), map.get("b"), map.get("c"), map.oldest()]).toEqual([undefined, 2, 4, 2]);
});
