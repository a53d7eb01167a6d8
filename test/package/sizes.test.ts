import { expect, test } from "vitest";
import { type Size, sizeOfNames, sizeOfSubPath } from "./support/bundle.ts";
import { pack, subPathsOf } from "./support/packed.ts";

// What a user's bundle grows by, in bytes after brotli, and what it may be at most. Raise one on purpose, with a reason.
// Some 2 % of each are the names of its options: a misspelt one is refused, and told with those that there are.
const programs: Readonly<Record<string, readonly [names: readonly string[], limit: number]>> = {
  "a library: getLogger, getScoped": [["getLogger", "getScoped"], 14_275],
  "a program: and configure, consoleHandler": [["getLogger", "getScoped", "configure", "consoleHandler"], 21_150],
  "the same, and jsonFormatter": [["getLogger", "getScoped", "configure", "consoleHandler", "jsonFormatter"], 21_150],
};
/** Everything that a sub-path exports; of a door, what it adds to the core. */
const doors: Readonly<Record<string, number>> = {
  // Names that come again, numbers and clocks have ways of their own, which save a request a tenth of its logging.
  // Redaction copies all that it shows, hostile data has its guards, and what is ambient tells of ended scopes without
  // leading to one.
  ".": 25_725,
  "./node": 12_300,
  "./syslog": 11_475,
  "./testing": 10_900,
  "./leaks": 11_800,
  "./eslint": 3_600,
  "./testing/setup": 1_400,
  "./http": 2_940,
  "./fastify": 2_380,
  "./hono": 2_570,
  "./nest": 1_100,
  "./ws": 1_800,
  "./pino": 3_400,
  "./otel": 3_450,
  "./winston": 3_500,
  "./logtape": 2_200,
  "./console": 2_600,
};

const packed = pack();
const rows: [name: string, minified: number, brotli: number, limit: number][] = [];

function check(name: string, { minified, brotli, parts }: Size, limit: number): void {
  rows.push([name, minified, brotli, limit]);
  if (process.env["SCOPELOG_SIZES"]) for (const [file, bytes] of parts.slice(0, 40)) console.log(name, bytes, file);
  expect(minified).toBeGreaterThan(100);
  expect(brotli, `${name} has grown; its largest parts are ${parts.slice(0, 5).join(" ")}`).toBeLessThanOrEqual(limit);
}

test.each(Object.entries(programs))("%s", async (name, [names, limit]) => {
  check(name, await sizeOfNames(packed, names), limit);
});

test.each(Object.entries(doors))("%s", async (subPath, limit) => {
  check(subPath, await sizeOfSubPath(packed, subPath), limit);
});

test("every sub-path has a limit, and none is far from what it limits", () => {
  expect(Object.keys(doors).sort()).toEqual(subPathsOf(packed).sort());
  console.log(
    rows
      .map(([name, minified, brotli, limit]) => `${name.padEnd(44)}${minified} B, brotli ${brotli} of ${limit}`)
      .join("\n"),
  );
  // A limit that leaves much room limits nothing.
  expect(rows.filter(([, , brotli, limit]) => brotli < limit * 0.85 - 100)).toEqual([]);
});
