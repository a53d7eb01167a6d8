import { createRegistry, memoryHandler, type Problem } from "scopelog";
import { afterEach, expect, test, vi } from "vitest";
import { readLevels } from "../../src/tree/env.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, {}, []],
  ["", {}, []],
  ["info", { "": "info" }, []],
  ["warn,conn=debug, net.http = OFF ", { "": "warn", conn: "debug", "net.http": "off" }, []],
  [
    "loud,conn=,=debug,a=b=trace,__proto__=warn",
    { "a=b": "trace", ["__proto__"]: "warn" },
    ["loud", "conn=", "=debug"],
  ],
])("LOG_LEVEL=%s", (value, levels, ignored) => {
  const read = readLevels({ LOG_LEVEL: value });
  expect([...read.levels]).toEqual(Object.entries(levels));
  expect(read.ignored).toEqual(ignored);
});

test("the environment is above the configuration and below setLevel, and nonsense is told", () => {
  vi.stubEnv("LOG_LEVEL", "warn,conn=debug,conn.quiet=silly");
  const problems: Problem[] = [];
  const memory = memoryHandler();
  const registry = createRegistry({
    env: true,
    handlers: { memory },
    loggers: { "": { level: "info", handlers: ["memory"] }, conn: { level: "error" } },
    onError: (problem) => problems.push(problem),
  });
  expect(registry.getLogger().level).toBe("warn");
  expect(registry.getLogger("conn.a").level).toBe("debug");
  expect(problems).toMatchObject([
    { code: "SCOPELOG_WARN_IGNORED", message: expect.stringContaining("conn.quiet=silly") },
  ]);
  registry.setLevel("conn", "fatal");
  expect(registry.getLogger("conn.a").level).toBe("fatal");
  registry.setLevel("conn", undefined);
  expect(registry.getLogger("conn.a").level).toBe("debug");
});

test("without env the environment says nothing", () => {
  vi.stubEnv("LOG_LEVEL", "trace");
  expect(createRegistry({}).getLogger().level).toBe("info");
});
