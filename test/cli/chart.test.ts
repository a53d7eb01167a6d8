import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columns, progress } from "../../src/cli/chart/cells.ts";
import { roleOfLevel, roles } from "../../src/cli/chart/role.ts";
import { roleCodes } from "../../src/cli/chart/role-codes.ts";
import { niceTop, timeMark, timeStep, valueMarks } from "../../src/cli/chart/scale.ts";
import { highest, most, seriesOf } from "../../src/cli/chart/series.ts";
import { counted, integer } from "../../src/cli/number-text.ts";
import { style } from "../../src/cli/report/page/style.ts";

describe("a series", () => {
  it("has in each part of the time the highest value that held in it", () => {
    const series = seriesOf([
      [10, 3],
      [19, 7],
      [20, 1],
      [95, 2],
      [100, 9],
    ]);
    // The value of a moment holds until the next; the last part has the end in it.
    expect([...highest(series, 100, 10)]).toEqual([0, 7, 7, 1, 1, 1, 1, 1, 1, 9]);
    expect([...highest(series, 100, 1)]).toEqual([9]);
    expect([...highest(seriesOf([]), 100, 3)]).toEqual([0, 0, 0]);
    expect([most(series.values), most([])]).toEqual([9, 0]);
  });

  it("loses no peak, whatever the number of parts", () => {
    const points = fc.array(fc.tuple(fc.nat(1000), fc.nat(50)), { maxLength: 60 });
    const check = fc.property(points, fc.integer({ min: 1, max: 80 }), (some, count) => {
      const series = seriesOf(some.sort(([a], [b]) => a - b));
      expect(most(highest(series, 1000, count))).toBe(most(series.values));
    });
    fc.assert(check, { seed: 9 });
  });
});

describe("a scale", () => {
  it("ends with a good number that is not much more than the most", () => {
    expect([0, 1, 2, 3, 7, 9, 11, 13, 97, 101, 2090, 20_000, 20_001].map(niceTop)).toEqual([
      ...[2, 2, 2, 3, 8, 10, 12, 16, 100, 120, 2400, 20_000, 24_000],
    ]);
    for (let value = 3; value < 200_000; value += 7) {
      const top = niceTop(value);
      expect(top, String(value)).toBeGreaterThanOrEqual(value);
      expect(top, String(value)).toBeLessThanOrEqual(value * 1.5);
      expect(Number.isInteger(top), String(value)).toBe(true);
    }
  });

  it("is marked at its ends, and in the middle where that is whole", () => {
    expect([2, 3, 400].map(valueMarks)).toEqual([
      [0, 1, 2],
      [0, 3],
      [0, 200, 400],
    ]);
  });

  it("has marks of time that people count in", () => {
    expect([0.09, 8, 900, 5000, 90_000, 5_400_000, 9e8].map((span) => timeStep(span, 8))).toEqual([
      ...[0.02, 1, 200, 1000, 15_000, 900_000, 172_800_000],
    ]);
    expect(timeMark(0, 1)).toBe("0");
    expect(timeMark(0.02, 0.02)).toBe("0.02 ms");
    expect(timeMark(1400, 200)).toBe("1.4 s");
    expect(timeMark(45_000, 15_000)).toBe("45 s");
    expect(timeMark(75_000, 15_000)).toBe("1:15");
    expect(timeMark(3_675_000, 15_000)).toBe("1:01:15");
  });
});

describe("cells", () => {
  it("draw a column for each value, and what is not nothing is seen", () => {
    expect(columns([0, 1, 50, 100, 150], 100, 1, true)).toEqual([" ▁▄██"]);
    expect(columns([0, 1, 25, 50, 75, 100], 100, 2, true)).toEqual(["    ▄█", " ▁▄███"]);
    expect(columns([0, 1, 50, 100], 100, 1, false)).toEqual([" .=#"]);
    expect(columns([], 2, 2, true)).toEqual(["", ""]);
  });

  it("show how much is done", () => {
    expect(progress(0.5, 4, true)).toEqual(["██", "░░"]);
    expect(progress(2, 4, false)).toEqual(["####", ""]);
    expect(progress(-1, 2, false)).toEqual(["", ".."]);
  });
});

describe("the colours", () => {
  it("are there for each role, on a terminal and in both themes of a page", () => {
    for (const role of roles) {
      expect(roleCodes[role]).toMatch(/^\d+$/);
      const values = [...style.matchAll(new RegExp(`--${role}: (#[0-9a-f]{6});`, "g"))].map(([, value]) => value);
      // A light one and a dark one, the dark one twice: wanted by the system, or by the user.
      expect(new Set(values).size, role).toBe(2);
    }
  });

  it("are those of findings from warn on", () => {
    expect([0, 30, 39, 40, 49, 50, 60].map(roleOfLevel)).toEqual([
      ...[undefined, undefined, undefined, "forgotten", "forgotten", "error", "error"],
    ]);
  });
});

describe("numbers", () => {
  it("are written as the language's own formatter writes them", () => {
    const check = fc.property(fc.maxSafeInteger(), (value) => {
      expect(integer(value)).toBe(value.toLocaleString("en"));
    });
    fc.assert(check, { seed: 9 });
    expect([integer(1234.6), integer(Number.NaN), integer(-0.2)]).toEqual(["1,235", "?", "0"]);
    expect([counted(1, "line"), counted(0, "line"), counted(1000, "line")]).toEqual([
      "1 line",
      "0 lines",
      "1,000 lines",
    ]);
  });
});
