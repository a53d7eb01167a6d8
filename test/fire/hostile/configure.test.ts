import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import {
  callbackHandler,
  codes,
  consoleHandler,
  createRegistry,
  dedupe,
  jsonFormatter,
  logfmtFormatter,
  memoryHandler,
  multiFilter,
  multiHandler,
  nullHandler,
  type Problem,
  patternFormatter,
  rateLimit,
  redact,
  ScopelogError,
  sample,
  textFormatter,
} from "scopelog";
import { asConsole } from "scopelog/console";
import { logtapeHandler } from "scopelog/logtape";
import { asWritable, fileHandler, rotatingFileHandler, streamHandler } from "scopelog/node";
import { otelHandler } from "scopelog/otel";
import { asPino, pinoHandler } from "scopelog/pino";
import { syslogHandler } from "scopelog/syslog";
import { scopelogTransport, winstonHandler } from "scopelog/winston";
import { afterAll, describe, expect, test } from "vitest";
import { isError } from "../../../src/record/fields.ts";
import { readEnvironment } from "../../../src/tree/env.ts";
import { noteFigure } from "../support/figure.ts";
import { seed, sizeOf } from "../support/size.ts";
import { allHostile, cheapHostile, type Hostile, hostileText, hostileValue } from "./support/values.ts";

const figures = { configurations: 0, refused: 0, options: 0, environments: 0 };
const folder = mkdtempSync(join(tmpdir(), "scopelog-hostile-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  noteFigure("hostile input", "configurations tried", figures.configurations);
  noteFigure("hostile input", "configurations refused", figures.refused);
  noteFigure("hostile input", "options of factories tried", figures.options);
  noteFigure("hostile input", "environments read", figures.environments);
});

/** Whether something hostile threw when it was read: what it throws is its own, and may reach who gave it. */
function isOwn(error: unknown): boolean {
  if (!isError(error)) return true;
  return (
    error.name === "Trapped" ||
    /^(get|keys|prototype|no\nway|toJSON|stack|message|code|cause|thrown|rejected)$|proxy that has been revoked/.test(
      error.message,
    )
  );
}

/**
 * Calls `act`; whether it refused with an error of this library. Anything else that it throws is a failure.
 * @param readable whether a value that throws when it is read may throw at who gave it
 */
function refused(what: string, act: () => unknown, readable = true): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (!readable && isOwn(error)) return true;
    if (error instanceof ScopelogError && codes.includes(error.code) && error.code.startsWith("ERR_")) return true;
    throw new Error(`${what}: ${String((error as Error | undefined)?.stack ?? error)}`);
  }
}

/** A copy of `value` where what is at `path` is made by `make`. */
function replaced(value: unknown, path: readonly string[], make: () => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return make();
  // A copy of an endless array has no place in memory.
  if (Array.isArray(value) && value.length > 1000) return value;
  const object = value as Record<string, unknown>;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...object };
  Object.defineProperty(copy, key, {
    value: replaced(object?.[key], rest, make),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

function validConfig() {
  return {
    loggers: {
      "": { level: "info", handlers: ["h"], propagate: true, filters: [() => true] },
      "net.conn": { level: "debug", handlers: ["h"] },
    },
    handlers: { h: nullHandler(), other: nullHandler() },
    fields: { service: "s" },
    context: { current: () => undefined, run: (_: unknown, fn: () => unknown) => fn() },
    forgotten: { report: "silent", origin: "off" },
    budget: { transports: 1000, bufferBytes: 1e7, scopes: 1000 },
    env: false,
    onError: () => undefined,
  };
}

const places: readonly (readonly string[])[] = [
  [],
  ...[
    "loggers",
    "handlers",
    "fields",
    "context",
    "forgotten",
    "budget",
    "env",
    "onError",
    "__proto__",
    "unknown",
    "constructor",
  ].map((key) => [key]),
  ...["", "net.conn", "__proto__", "constructor", "toString", "a..b", ".", "x\ny"].map((key) => ["loggers", key]),
  ...["level", "handlers", "propagate", "filters", "__proto__", "more"].map((key) => ["loggers", "", key]),
  ["loggers", "", "handlers", "0"],
  ["loggers", "", "filters", "0"],
  ...["h", "other", "__proto__", "new"].map((key) => ["handlers", key]),
  ["handlers", "h", "handle"],
  ...["current", "run"].map((key) => ["context", key]),
  ...["report", "origin", "__proto__"].map((key) => ["forgotten", key]),
  ...["transports", "bufferBytes", "scopes", "more"].map((key) => ["budget", key]),
];

// An asynchronous filter or context is a promise that nobody has asked for.
const fair = cheapHostile.filter(({ what }) => what !== "an asynchronous function");

describe("configure", () => {
  const kept = memoryHandler();
  const registry = createRegistry({
    onError: () => undefined,
    forgotten: { report: "silent" },
    handlers: { kept },
    loggers: { "": { level: "warn", handlers: ["kept"] }, "net.conn": { level: "trace" } },
  });

  /** Tries a configuration: it is in force until it is ended, or nothing has changed. */
  function attempt(what: string, make: () => unknown): void {
    let config: unknown;
    try {
      config = make();
    } catch {
      // What is hostile in one place cannot be copied to change another.
      return;
    }
    figures.configurations++;
    let ends: (() => void) | undefined;
    const isRefused = refused(what, () => {
      const configuration = registry.configure(config as never);
      ends = () => configuration[Symbol.dispose]();
    });
    if (isRefused) figures.refused++;
    try {
      // Whatever is in force, a log call does not throw.
      for (const name of ["", "net.conn", "__proto__", "app"]) registry.getLogger(name).error("in force", { a: 1 });
      registry.setLevel("app", "debug");
      registry.setLevel("app", undefined);
    } catch (error) {
      throw new Error(`${what}, in force: ${(error as Error).stack}`);
    }
    ends?.();
    kept.clear();
    registry.getLogger("app").info("too fine");
    registry.getLogger("net.conn").trace("kept");
    registry.getLogger("app").error("kept");
    const lines = kept.records.map(({ message, bound, fields }) => [message, { ...bound, ...fields }]);
    if (JSON.stringify(lines) !== '[["kept",{}],["kept",{}]]')
      throw new Error(`${what}: afterwards ${JSON.stringify(lines)}`);
    // A handler that was refused with its configuration has no owner.
    const handlers =
      isRefused && what.startsWith("budget") ? Object.values(Object((config as { handlers?: unknown }).handlers)) : [];
    if (handlers.length > 0) {
      registry.configure({ handlers: { again: handlers[0] as never } })[Symbol.dispose]();
    }
  }

  test("every hostile value, in every place", () => {
    const values: readonly Hostile[] = [
      ...fair,
      ...allHostile.filter(({ what }) => what === "very deep data" || what === "a very long array"),
    ];
    for (const path of places) {
      for (const { what, make } of values)
        attempt(`${path.join(".")}: ${what}`, () => replaced(validConfig(), path, make));
      attempt(`${path.join(".")}: a getter that throws`, () => {
        const config = validConfig();
        const [last] = path.slice(-1);
        if (last === undefined) return config;
        const parent = path.slice(0, -1).reduce<unknown>((object, key) => Object(object)[key], config) as object;
        return Object.defineProperty(parent, last, { enumerable: true, configurable: true, get() { throw new Error("hostile"); } }) === config ? config : config; // biome-ignore format: it is one thing
      });
    }
  });

  test("at random, in several places", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(...places.slice(1)),
            hostileValue.filter(({ what }) => !what.includes("asynchronous")),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        hostileText,
        hostileValue,
        (changes, name, { make }) => {
          attempt("at random", () => {
            let config: unknown = validConfig();
            for (const [path, value] of changes) config = replaced(config, path, value.make);
            return replaced(config, ["loggers", name], () => ({ level: make() }));
          });
        },
      ),
      { seed, numRuns: sizeOf(200, 10_000) },
    );
  });

  test("a value that is another each time it is read was read once", () => {
    const valid = validConfig();
    for (const path of places) {
      const [last] = path.slice(-1);
      if (last === undefined || ["__proto__", "unknown", "more"].includes(last)) continue;
      for (const { what, make } of fair) {
        attempt(`${path.join(".")}: ${what} at the second look`, () => {
          const config = validConfig();
          const parent = path.slice(0, -1).reduce<unknown>((object, key) => Object(object)[key], config) as object;
          const good = path.reduce<unknown>((object, key) => Object(object)[key], valid);
          let looks = 0;
          Object.defineProperty(parent, last, {
            enumerable: true,
            configurable: true,
            get: () => (looks++ === 0 ? good : make()),
          });
          return config;
        });
      }
    }
  });

  test("a configuration that is changed after it was given stays as it was given", () => {
    const memory = memoryHandler();
    const config = {
      handlers: { memory } as Record<string, unknown>,
      loggers: { "": { level: "info", handlers: ["memory"] } as Record<string, unknown> } as Record<string, unknown>,
    };
    using _configuration = registry.configure(config as never);
    (config.loggers[""] as Record<string, unknown>)["handlers"] = ["none"];
    (config.loggers[""] as Record<string, unknown>)["level"] = Symbol("x");
    config.handlers["memory"] = undefined;
    config.loggers["app"] = null;
    registry.setLevel("other", "debug");
    registry.getLogger("app").info("as it was");
    registry.setLevel("other", undefined);
    expect(memory.records.map(({ message }) => message)).toEqual(["as it was"]);
  });
});

test("the environment: any text is taken or told, and never fatal", () => {
  const word = fc.constantFrom("info", "debug", "off", "INFO", "=", ",", "conn=debug", "__proto__=off", "text", "json:ecs", "json:", "1", "true", "FALSE", "a=b=warn", "\u0000", "\u001b[2J", "=info", "constructor=trace"); // biome-ignore format: one line
  const text = fc.oneof(hostileText, fc.array(word, { maxLength: 6 }).map((words) => words.join(",")), fc.array(word, { maxLength: 4 }).map((words) => words.join(""))); // biome-ignore format: one line
  const variables = fc.record(
    { LOG_LEVEL: text, LOG_FORMAT: text, FORCE_COLOR: text, NO_COLOR: text },
    { requiredKeys: [] },
  );
  const before = { ...process.env };
  try {
    fc.assert(
      fc.property(variables, (env) => {
        figures.environments++;
        const read = readEnvironment(env);
        const formats = ["text", "logfmt", "json", "json:native", "json:pino", "json:ecs", "json:gcp", "json:datadog"];
        for (const said of read.ignored) {
          if (/[\n\r\u0000-\u001f]/.test(said) || said.length > 700) throw new Error(`said: ${said}`);
        }
        const format = env.LOG_FORMAT?.trim().toLowerCase();
        if (format !== undefined && format !== "" && !formats.includes(format))
          expect(read.ignored.join()).toContain("LOG_FORMAT");
        const parts = (env.LOG_LEVEL ?? "").split(",").filter((part) => part.trim() !== "");
        const good = parts.filter((part) =>
          /^(?:[\s\S]+=)?\s*(trace|debug|info|warn|error|fatal|off)$/i.test(part.trim()),
        );
        expect(read.ignored.filter((said) => said.startsWith("LOG_LEVEL")).length).toBe(parts.length - good.length);
        // The real one holds no NUL.
        for (const name of ["LOG_LEVEL", "LOG_FORMAT", "FORCE_COLOR", "NO_COLOR"] as const) {
          const value = env[name];
          if (value === undefined || value.includes("\u0000")) delete process.env[name];
          else process.env[name] = value;
        }
        const problems: Problem[] = [];
        const lines: string[] = [];
        const print = (line: string) => lines.push(line);
        const registry = createRegistry({
          env: true,
          onError: (problem) => problems.push(problem),
          handlers: {
            c: consoleHandler({ console: { debug: print, log: print, info: print, warn: print, error: print } }),
          },
          loggers: { "": { level: "trace", handlers: ["c"] } },
        });
        const log = registry.getLogger("conn");
        log.fatal("m\n", { a: "\u001b" });
        expect(lines.length).toBe(log.isEnabled("fatal") ? 1 : 0);
        for (const line of lines) expect(line.includes("\n")).toBe(false);
        for (const { code } of problems) expect(code).toBe("SCOPELOG_WARN_IGNORED");
        registry.configure({})[Symbol.dispose]();
        void registry.shutdown();
      }),
      { seed, numRuns: sizeOf(150, 5000) },
    );
  } finally {
    for (const name of ["LOG_LEVEL", "LOG_FORMAT", "FORCE_COLOR", "NO_COLOR"]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

describe("the options of every factory", () => {
  const registry = createRegistry({ forgotten: { report: "silent" }, budget: { scopes: 1e9 } });
  const logger = registry.getLogger("app");
  const pino = { levels: { labels: {} }, bindings: () => ({}), flush: () => undefined };
  const winston = { levels: { info: 1 }, transports: [], write: () => true, close: () => undefined };
  const file = () => join(folder, "log");
  const common = { level: "info", filter: () => true };
  const formatter = () => "";

  /** By name: what makes it, and arguments that are right. */
  const factories: Readonly<Record<string, [make: (...args: never[]) => unknown, ...right: unknown[]]>> = {
    jsonFormatter: [
      jsonFormatter,
      { profile: "native", limits: { depth: 1, items: 1, string: 1, line: 1 }, base: { a: 1 }, project: "p" },
    ],
    logfmtFormatter: [logfmtFormatter, { stack: true }],
    textFormatter: [textFormatter, { color: true, time: "iso" }],
    patternFormatter: [patternFormatter, "%message"],
    consoleHandler: [consoleHandler, { ...common, formatter, methods: { info: "log" }, console }],
    memoryHandler: [memoryHandler, [], { ...common, limit: 1 }],
    callbackHandler: [callbackHandler, () => undefined, common],
    multiHandler: [multiHandler, [nullHandler()]],
    multiFilter: [multiFilter, [() => true]],
    redact: [redact, { paths: ["a"], keys: ["b", /c/], censor: "x" }],
    sample: [sample, { rate: 1, by: () => "" }],
    "sample every": [sample, { every: 1, by: () => "" }],
    rateLimit: [rateLimit, { limit: 1, perMs: 1, by: () => "" }],
    dedupe: [dedupe, { windowMs: 1, by: () => "" }],
    streamHandler: [streamHandler, new PassThrough(), { ...common, formatter }],
    fileHandler: [fileHandler, { path: file(), ...common, formatter }],
    rotatingFileHandler: [
      rotatingFileHandler,
      { path: file(), ...common, formatter, maxBytes: 1000, maxFiles: 1, gzip: false, utc: true },
    ],
    syslogHandler: [syslogHandler, { transport: "tcp", host: "127.0.0.1", port: 9, facility: "user", appName: "a", procId: "1", msgId: "m", hostname: "h", format: "rfc5424", framing: "lf", structuredData: { "a@1": { b: "c" } }, sdId: "x@1", bom: true, controlCharacters: "keep", maxMessageBytes: 1000, queue: { maxBytes: 1024, overflow: "drop-oldest" }, reconnect: { minMs: 1, maxMs: 2 }, window: 1, idleMs: 0, lingerMs: 0, drainOnExit: false, shared: true, formatter, ...common }], // biome-ignore format: one line
    "syslogHandler tls": [syslogHandler, { transport: "tls", tls: { ca: "x", servername: "y" }, idleMs: 0 }],
    "syslogHandler unix": [syslogHandler, { transport: "unix", path: "/nowhere", idleMs: 0 }],
    asConsole: [asConsole, logger, { levels: { log: "info" } }],
    asPino: [asPino, logger, { serializers: {}, level: "info", msgPrefix: "x" }],
    asWritable: [asWritable, logger, { level: "info" }],
    pinoHandler: [pinoHandler, pino, common],
    winstonHandler: [winstonHandler, winston, { ...common, limit: 1 }],
    scopelogTransport: [scopelogTransport, logger, { level: "info" }],
    logtapeHandler: [logtapeHandler, () => undefined, { ...common, owned: false }],
    otelHandler: [otelHandler, { logger: { emit: () => undefined }, ...common, eventName: () => "x" }],
    createRegistry: [createRegistry, { loggers: {} }],
    getLogger: [(name: string) => registry.getLogger(name), "n"],
    getScoped: [(...args: [string]) => registry.getScoped(...args), "n", { a: 1 }, { handlers: [], level: "info", propagate: true, parent: logger, buffer: { until: "error", limit: 1 }, summary: true }], // biome-ignore format: one line
    with: [(...args: [object]) => logger.with(...(args as [never])), { a: 1 }, { level: "info" }],
    getChild: [(name: string) => logger.getChild(name), "n"],
    setLevel: [(...args: [string, "info"]) => registry.setLevel(...args), "conn.*", "info"],
    level: [(level: "info") => { registry.getLogger("x").level = level; }, "info"], // biome-ignore format: it is short
    until: [(end: AbortSignal) => registry.getScoped("n").until(end), AbortSignal.abort()],
    use: [(handler: never) => registry.getScoped("n").use(handler), nullHandler()],
    addHandler: [(handler: never) => registry.getScoped("n").addHandler(handler), nullHandler()],
    removeHandler: [(handler: never) => registry.getScoped("n").removeHandler(handler), nullHandler()],
  };

  // Files of hostile names are no fault; these are made nowhere but here.
  const isName = (factory: string, path: readonly string[], value: unknown, what: string) => /[fF]ile/.test(factory) && path.at(-1) === "path" && (typeof value === "string" || typeof value === "number" || /url/i.test(what) || ArrayBuffer.isView(value)); // biome-ignore format: one line

  // `fileHandler` takes a name in place of options, and makes the file where the tests run.
  const strange = cheapHostile.find(({ what }) => what === "every strange character")?.make() as string;
  afterAll(() => rmSync(strange, { force: true }));

  // Not those that nobody can look at: endless to copy, without any method, or everything at once.
  const unfair = ["an array with an odd length", "a very long array", "an array without a prototype", "a class", "an asynchronous function", "a proxy that answers with itself"]; // biome-ignore format: one line
  const wrongValues = cheapHostile.filter(({ what }) => !unfair.includes(what));

  for (const [name, [make, ...right]] of Object.entries(factories)) {
    test(`${name}: what is wrong is refused with a code`, () => {
      const paths: string[][] = [];
      const walk = (value: unknown, path: string[], depth: number) => {
        if (path.length > 0) paths.push(path);
        const prototype = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
        if (depth === 0 || (prototype !== Object.prototype && !Array.isArray(value))) return;
        for (const key of [...Object.keys(value as object), ...(Array.isArray(value) ? [] : ["__proto__", "unknown"])])
          walk(Object(value)[key], [...path, key], depth - 1);
      };
      walk(right, [], 3);
      for (const path of paths) {
        for (const { what, make: makeValue } of wrongValues) {
          const value = makeValue();
          if (isName(name, path, value, what)) continue;
          figures.options++;
          const args = replaced(right, path, () => value) as never[];
          refused(
            `${name}(${path.join(".")}: ${what})`,
            () => {
              const made = make(...args) as Partial<Disposable> | undefined;
              // What says that it is everything would also say that it can be closed.
              if (args[0] !== made && typeof made?.[Symbol.dispose] === "function") made[Symbol.dispose]?.();
            },
            false,
          );
        }
      }
      expect(refused(name, () => Object(make(...(right as never[])))[Symbol.dispose]?.())).toBe(false);
    });
  }
});
