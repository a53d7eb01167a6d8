import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import {
  consoleHandler,
  createRegistry,
  type FormatterLike,
  memoryHandler,
  type Problem,
  type Registry,
  textFormatter,
} from "scopelog";
import { fileHandler, streamHandler } from "scopelog/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { envFormat } from "../../src/format/env-format.ts";
import { readEnvironment } from "../../src/tree/env.ts";

beforeEach(() => {
  for (const name of ["LOG_LEVEL", "LOG_FORMAT", "NO_COLOR", "FORCE_COLOR", "TERM"]) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** A console that keeps its lines, as one handler's and with those it got. */
function kept() {
  const lines: string[] = [];
  const take = (line: string) => void lines.push(line);
  return { lines, console: { debug: take, log: take, info: take, warn: take, error: take } };
}

const root = (...handlers: string[]) => ({ "": { handlers } });

describe("LOG_LEVEL", () => {
  test.each([
    [undefined, {}, []],
    ["", {}, []],
    ["info", { "": "info" }, []],
    ["warn,conn=debug, net.http = OFF ", { "": "warn", conn: "debug", "net.http": "off" }, []],
    [
      "loud,conn=,=debug,a=b=trace,__proto__=warn",
      { "a=b": "trace", ["__proto__"]: "warn" },
      ['"loud"', '"conn="', '"=debug"'],
    ],
  ])("LOG_LEVEL=%s", (value, levels, ignored) => {
    const read = readEnvironment({ LOG_LEVEL: value });
    expect([...read.levels]).toEqual(Object.entries(levels));
    expect(read.ignored).toEqual(ignored.map((part) => `LOG_LEVEL has ${part}, which sets no level.`));
  });

  test("the environment is above the configuration and below setLevel, and nonsense is told", async () => {
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
    await registry.shutdown();
  });

  test("without env the environment says nothing", () => {
    vi.stubEnv("LOG_LEVEL", "trace");
    expect(createRegistry({}).getLogger().level).toBe("info");
  });
});

describe("LOG_FORMAT", () => {
  test.each([
    [undefined, undefined],
    ["", undefined],
    [" ", undefined],
    ["text", "text"],
    ["logfmt", "logfmt"],
    ["json", "json"],
    [" JSON:ECS ", "json:ecs"],
  ])("%j is %s", (value, format) => {
    expect(readEnvironment({ LOG_FORMAT: value })).toMatchObject({ format, ignored: [] });
  });

  test.each(["xml", "json:", "json:bunyan", "text:json", "json,text", "x".repeat(5000)])("%j is ignored", (value) => {
    const { format, ignored } = readEnvironment({ LOG_FORMAT: value });
    expect(format).toBeUndefined();
    expect(ignored).toEqual([
      expect.stringMatching(/^LOG_FORMAT is ".{1,83}", which is none of text, logfmt, json, json:native, /),
    ]);
  });

  const shapes: readonly [string, RegExp][] = [
    ["text", /^\S+Z INFO {2}conn hello n=1$/],
    ["logfmt", /^time=\S+ level=info logger=conn msg=hello n=1$/],
    ["json", /^\{"time":"[^"]+","level":"info","logger":"conn","msg":"hello","n":1\}$/],
    ["json:native", /^\{"time":"[^"]+","level":"info","logger":"conn","msg":"hello","n":1\}$/],
    ["json:pino", /^\{"level":30,"time":\d+,.*"msg":"hello".*"n":1\}$/],
    ["json:ecs", /^\{"@timestamp":"[^"]+","log.level":"info","message":"hello","ecs.version"/],
    ["json:gcp", /^\{"severity":"INFO",/],
    ["json:datadog", /^\{"timestamp":"[^"]+","status":"info",/],
  ];

  test.each(shapes)("%s is that of consoles, streams and files without a formatter", async (format, shape) => {
    const folder = mkdtempSync(join(tmpdir(), "scopelog-env-"));
    try {
      vi.stubEnv("LOG_FORMAT", format);
      const { lines, console } = kept();
      const stream = new PassThrough({ encoding: "utf8" });
      const path = join(folder, "app.log");
      // They are made before the configuration, as they always are.
      const handlers = { console: consoleHandler({ console }), stream: streamHandler(stream), file: fileHandler(path) };
      const registry = createRegistry({ env: true, handlers, loggers: root("console", "stream", "file") });
      registry.getLogger("conn").info("hello", { n: 1 });
      await registry.shutdown();
      for (const text of [lines[0], stream.read()?.trimEnd(), readFileSync(path, "utf8").trimEnd()]) {
        expect(text).toMatch(shape);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a formatter that was given stays", () => {
    vi.stubEnv("LOG_FORMAT", "logfmt");
    const { lines, console } = kept();
    using registry = configured({ console, formatter: (record) => `mine: ${record.message}` });
    registry.getLogger().info("hello");
    expect(lines).toEqual(["mine: hello"]);
  });

  test("is in force as long as the configuration, and as one of several registries wants it", async () => {
    const { lines, console } = kept();
    const handlers = { console: consoleHandler({ console }) };
    const silent = createRegistry({ handlers, loggers: root("console") });
    const logged = () => {
      silent.getLogger().info("hello");
      return lines.pop()?.[0] === "{" ? "json" : "text";
    };
    vi.stubEnv("LOG_FORMAT", "json");
    expect(logged()).toBe("text");
    const first = createRegistry({ env: true });
    expect(logged()).toBe("json");
    const second = createRegistry();
    const outer = second.configure({ env: true });
    const inner = second.configure({});
    expect(logged()).toBe("json");
    await first.shutdown();
    expect(envFormat).toEqual({ current: undefined, readers: 0 });
    expect(logged()).toBe("text");
    inner[Symbol.dispose]();
    expect(logged()).toBe("json");
    // Read anew whenever something is put in force.
    vi.stubEnv("LOG_FORMAT", "nonsense");
    const third = createRegistry({ env: true, onError: () => {} });
    expect(logged()).toBe("text");
    outer[Symbol.dispose]();
    await third.shutdown();
    expect(envFormat).toEqual({ current: undefined, readers: 0 });
  });

  test("nonsense is told, and everything goes on", () => {
    vi.stubEnv("LOG_FORMAT", "xml");
    vi.stubEnv("FORCE_COLOR", "rainbow");
    const problems: Problem[] = [];
    const { lines, console } = kept();
    using registry = configured({ console, onError: (problem) => problems.push(problem) });
    registry.getLogger("conn").info("hello");
    expect(lines).toEqual([expect.stringMatching(/Z INFO {2}conn hello$/)]);
    expect(problems.map(({ code, message }) => [code, message.split(" ")[0]])).toEqual([
      ["SCOPELOG_WARN_IGNORED", "LOG_FORMAT"],
      ["SCOPELOG_WARN_IGNORED", "FORCE_COLOR"],
    ]);
  });
});

describe("NO_COLOR and FORCE_COLOR", () => {
  test.each([
    ["1", true],
    ["3", true],
    ["true", true],
    ["", true],
    ["0", false],
    ["false", false],
    ["rainbow", false],
  ])("FORCE_COLOR=%j in LOG_FORMAT=text: %s", (value, colored) => {
    vi.stubEnv("LOG_FORMAT", "text");
    vi.stubEnv("FORCE_COLOR", value);
    vi.stubEnv("NO_COLOR", "1");
    const { lines, console } = kept();
    using registry = configured({ console, onError: () => {} });
    registry.getLogger().info("hello");
    expect(lines[0]?.includes("\u001b[")).toBe(colored);
  });

  test("a handler for the console obeys them without LOG_FORMAT, too", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    const { lines, console } = kept();
    using registry = configured({ console });
    registry.getLogger().info("hello");
    expect(lines[0]).toContain("\u001b[");
  });

  test("a formatter that was told about colour keeps to it", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    const { lines, console } = kept();
    using registry = configured({ console, formatter: textFormatter({ color: false }) });
    registry.getLogger().info("hello");
    expect(lines[0]).not.toContain("\u001b[");
  });

  test("text in a stream that is no terminal's has no colour", async () => {
    vi.stubEnv("LOG_FORMAT", "text");
    vi.stubEnv("FORCE_COLOR", "1");
    const stream = new PassThrough({ encoding: "utf8" });
    const registry = createRegistry({ env: true, handlers: { s: streamHandler(stream) }, loggers: root("s") });
    registry.getLogger().info("hello");
    await registry.shutdown();
    expect(stream.read()).toMatch(/Z INFO {2}hello\n$/);
  });
});

/** A registry with `env: true` and a handler for `console`; its end takes the configuration back. */
function configured({
  console,
  formatter,
  onError,
}: {
  console: ReturnType<typeof kept>["console"];
  formatter?: FormatterLike;
  onError?: (problem: Problem) => void;
}): Registry & Disposable {
  const registry = createRegistry();
  const handler = consoleHandler(formatter === undefined ? { console } : { console, formatter });
  const configuration = registry.configure({
    env: true,
    handlers: { console: handler },
    loggers: root("console"),
    ...(onError === undefined ? {} : { onError }),
  });
  return Object.assign(registry, { [Symbol.dispose]: () => configuration[Symbol.dispose]() });
}
