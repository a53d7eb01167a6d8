import { createRegistry, defaultRegistry, getScoped, type ScopedLogger } from "scopelog";
import { afterEach, describe, expect, test, vi } from "vitest";
import { defaultOriginMode, OriginSampler, originOf } from "../../src/logger/origin.ts";

/** The line of this file after the one that calls it. */
function nextLine(): number {
  const frame = new Error().stack?.split("\n")[2] ?? "";
  return Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]) + 1;
}

function originOfScope(registry: ReturnType<typeof createRegistry>, log: ScopedLogger): string | undefined {
  return [...registry.scopes()].find(({ id }) => id === log.id)?.origin;
}

describe("in always mode the place is that of the call", () => {
  const registry = createRegistry({ forgotten: { origin: "always", report: "silent" } });
  const file = "test/logger/origin.test.ts";

  test("of registry.getScoped()", () => {
    const line = nextLine();
    using log = registry.getScoped("conn");
    expect(originOfScope(registry, log)).toMatch(new RegExp(`^/.*${file}:${line}:\\d+$`));
  });

  test("of scope() on a scope, a view and a named logger", () => {
    using outer = registry.getScoped("conn");
    const first = nextLine();
    using one = outer.scope("req");
    const second = nextLine();
    using two = outer.with({ a: 1 }).scope("req");
    const third = nextLine();
    using three = registry.getLogger("x").scope("req");
    for (const [log, line] of [
      [one, first],
      [two, second],
      [three, third],
    ] as const) {
      expect(originOfScope(registry, log)).toMatch(new RegExp(`${file}:${line}:\\d+$`));
    }
  });

  test("of getScoped()", () => {
    using _always = defaultRegistry().configure({ forgotten: { origin: "always", report: "silent" } });
    const line = nextLine();
    using log = getScoped("conn");
    expect(originOfScope(defaultRegistry(), log)).toMatch(new RegExp(`${file}:${line}:\\d+$`));
  });

  test("also for the thousandth, and from within another function of the caller", () => {
    const line = nextLine();
    const open = () => registry.getScoped("conn");
    for (let n = 0; n < 1000; n++) open().dispose();
    using log = open();
    expect(originOfScope(registry, log)).toMatch(new RegExp(`${file}:${line}:\\d+$`));
  });

  test("and a stack limit of the program is left as it was", () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 33;
    try {
      const line = nextLine();
      using log = registry.getScoped("conn");
      expect(originOfScope(registry, log)).toMatch(new RegExp(`:${line}:\\d+$`));
      expect(Error.stackTraceLimit).toBe(33);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});

describe("modes", () => {
  test("off looks at none", () => {
    const registry = createRegistry({ forgotten: { origin: "off", report: "silent" } });
    using log = registry.getScoped("conn");
    expect(originOfScope(registry, log)).toBeUndefined();
  });

  test("sampled looks at the first ones, at one in 1024, and at those of a name under suspicion, within a bound", () => {
    const sampler = new OriginSampler("sampled");
    const looked = (name: string, from: number, to: number) => {
      let count = 0;
      for (let n = from; n < to; n++) if (sampler.wants(name, n)) count++;
      return count;
    };
    expect(looked("conn", 1, 65)).toBe(64);
    expect(looked("conn", 65, 1024)).toBe(0);
    expect(looked("conn", 1024, 11 * 1024)).toBe(10);
    sampler.suspect("conn");
    expect(looked("other", 20_000, 20_400)).toBe(0);
    expect(looked("conn", 20_000, 20_400)).toBe(32);
    for (let n = 0; n < 1000; n++) sampler.suspect(`name ${n}`);
    expect(looked("name 999", 20_000, 20_400)).toBe(32);
  });

  test("always and off are what they say", () => {
    expect([new OriginSampler("always").wants("x", 999), new OriginSampler("off").wants("x", 1)]).toEqual([
      true,
      false,
    ]);
    const off = new OriginSampler("off");
    off.suspect("x");
    expect(off.wants("x", 999)).toBe(false);
  });
});

describe("defaultOriginMode", () => {
  afterEach(() => void vi.unstubAllEnvs());

  test("is off in production only", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(defaultOriginMode()).toBe("off");
    vi.stubEnv("NODE_ENV", "test");
    expect(defaultOriginMode()).toBe("sampled");
  });
});

describe("originOf", () => {
  const at = (frame: string) => {
    const { captureStackTrace } = Error;
    Error.captureStackTrace = (target) => Object.assign(target, { stack: `Error\n${frame}` });
    try {
      return originOf(() => {});
    } finally {
      Error.captureStackTrace = captureStackTrace;
    }
  };

  test.each([
    ["    at open (file:///dir/file.js:1:2)", "/dir/file.js:1:2"],
    ["    at file:///dir/file.js:1:2", "/dir/file.js:1:2"],
    ["    at async open (/dir/file.js:10:20)", "/dir/file.js:10:20"],
    ["    at async file:///dir/file.js:10:20", "/dir/file.js:10:20"],
    ["    at Object.<anonymous> (/dir (copy)/file.js:1:2)", "/dir (copy)/file.js:1:2"],
    ["    at new Conn (C:\\dir\\file.js:1:2)", "C:\\dir\\file.js:1:2"],
    ["open@https://example.org/file.js:1:2", "https://example.org/file.js:1:2"],
    ["    at Array.map (<anonymous>)", undefined],
    ["", undefined],
  ])("reads %j", (frame, place) => {
    expect(at(frame)).toBe(place);
  });

  test("knows nothing where the runtime does not say, and never throws", () => {
    const { captureStackTrace } = Error;
    try {
      Error.captureStackTrace = undefined as never;
      expect(originOf(() => {})).toBeUndefined();
      Error.captureStackTrace = () => {
        throw new Error("no");
      };
      expect(originOf(() => {})).toBeUndefined();
    } finally {
      Error.captureStackTrace = captureStackTrace;
    }
  });
});
