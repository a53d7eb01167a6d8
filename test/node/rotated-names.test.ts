import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { periodEnd, periodStamp } from "../../src/node/rotated-names.ts";

const zone = process.env["TZ"];
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

// Summer time that begins at midnight, of half an hour, at odd minutes; no summer time; odd offsets.
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Asia/Kathmandu",
];

describe.each(zones)("in %s", (name) => {
  test.each(["day", "hour"] as const)("a %s ends when its stamp does", (period) => {
    process.env["TZ"] = name;
    const times = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(times, fc.boolean(), (time, utc) => {
        const [stamp, end] = [periodStamp(time, period, utc), periodEnd(time, period, utc)];
        expect(end).toBeGreaterThan(time);
        expect(periodStamp(end - 1, period, utc)).toBe(stamp);
        expect(periodStamp(end, period, utc) > stamp).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
