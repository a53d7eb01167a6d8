import { isLevelName, type LevelName, levelName, levelNames, levelNumber } from "scopelog";
import { describe, expect, test } from "vitest";
import { isLevelSetting, OFF } from "../../src/record/level.ts";

describe("levels", () => {
  test("have the numbers of pino and bunyan, with gaps of ten", () => {
    expect(levelNames.map(levelNumber)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(levelNames).toEqual(["trace", "debug", "info", "warn", "error", "fatal"]);
    expect(levelNumber("off")).toBe(Number.POSITIVE_INFINITY);
    expect(OFF).toBe(Number.POSITIVE_INFINITY);
  });

  test("go both ways", () => {
    for (const name of levelNames) expect(levelName(levelNumber(name))).toBe(name);
  });

  test.each<[number, LevelName]>([
    [Number.NEGATIVE_INFINITY, "trace"],
    [-5, "trace"],
    [0, "trace"],
    [9.9, "trace"],
    [10, "trace"],
    [19, "trace"],
    [29.99, "debug"],
    [35, "info"],
    [49, "warn"],
    [59, "error"],
    [60, "fatal"],
    [1e9, "fatal"],
    [Number.POSITIVE_INFINITY, "fatal"],
    [Number.NaN, "trace"],
  ])("%d in between is %s", (number, name) => {
    expect(levelName(number)).toBe(name);
  });

  test.each(["off", "INFO", "", "__proto__", "constructor", "toString", 30, null, undefined, {}, Symbol("info")])(
    "%s is no level's name",
    (value) => {
      expect(isLevelName(value)).toBe(false);
      expect(isLevelSetting(value)).toBe(value === "off");
    },
  );

  test("every name is a name and a setting", () => {
    for (const name of levelNames) expect([isLevelName(name), isLevelSetting(name)]).toEqual([true, true]);
  });
});
