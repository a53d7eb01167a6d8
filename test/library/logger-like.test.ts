import { PassThrough } from "node:stream";
import { getLogger as getLogTape } from "@logtape/logtape";
import bunyan from "bunyan";
import pino from "pino";
import { createRegistry, type Logger, type LoggerLike, memoryHandler, type ScopedLogger } from "scopelog";
import { expect, expectTypeOf, test } from "vitest";
import { createLogger, format, transports } from "winston";

/** What a library does with a logger that it is given. */
function work(logger: LoggerLike): void {
  logger.debug("connecting");
  logger.info("connected", { peer: "10.0.0.1" });
  logger.warn("slow", { ms: 1200 });
  logger.error("refused", { peer: "10.0.0.2" });
  logger.error("lost", new Error("reset"), { peer: "10.0.0.1" });
}

test("loggers and scopes from here take all of it", () => {
  const records = memoryHandler();
  const registry = createRegistry({
    handlers: { records },
    loggers: { "": { handlers: ["records"], level: "debug" } },
  });
  const shown = [
    ["debug", "connecting", undefined, undefined],
    ["info", "connected", { peer: "10.0.0.1" }, undefined],
    ["warn", "slow", { ms: 1200 }, undefined],
    ["error", "refused", { peer: "10.0.0.2" }, undefined],
    ["error", "lost", { peer: "10.0.0.1" }, "reset"],
  ];
  using scope = registry.getScoped("conn");
  for (const logger of [registry.getLogger("lib"), scope, scope.with({})]) {
    records.clear();
    work(logger);
    expect(
      records.records.map(({ level, message, fields, error }) => [level, message, fields, (error as Error)?.message]),
    ).toEqual(shown);
  }
});

test("console takes all of it", () => {
  const calls: unknown[][] = [];
  const original = { ...console };
  const methods = ["debug", "info", "warn", "error"] as const;
  for (const method of methods) console[method] = (...args: unknown[]) => void calls.push([method, ...args]);
  try {
    work(console);
  } finally {
    for (const method of methods) console[method] = original[method];
  }
  expect(calls).toEqual([
    ["debug", "connecting"],
    ["info", "connected", { peer: "10.0.0.1" }],
    ["warn", "slow", { ms: 1200 }],
    ["error", "refused", { peer: "10.0.0.2" }],
    ["error", "lost", new Error("reset"), { peer: "10.0.0.1" }],
  ]);
});

test("winston takes messages and fields", () => {
  const stream = new PassThrough({ encoding: "utf8" });
  work(createLogger({ level: "debug", format: format.json(), transports: [new transports.Stream({ stream })] }));
  const lines = String(stream.read()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line)).slice(0, 4)).toEqual([
    { level: "debug", message: "connecting" },
    { level: "info", message: "connected", peer: "10.0.0.1" },
    { level: "warn", message: "slow", ms: 1200 },
    { level: "error", message: "refused", peer: "10.0.0.2" },
  ]);
});

test("pino satisfies the type and loses what follows the message, unless it is turned round", () => {
  const lines: Record<string, unknown>[] = [];
  const bare = pino({ base: null, level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  work(bare);
  expect(lines.map(({ msg, peer, ms, err }) => [msg, peer, ms, err])).toEqual(
    ["connecting", "connected", "slow", "refused", "lost"].map((msg) => [msg, undefined, undefined, undefined]),
  );

  lines.length = 0;
  work({
    debug: (message, fields) => bare.debug(fields, message),
    info: (message, fields) => bare.info(fields, message),
    warn: (message, fields) => bare.warn(fields, message),
    error: (message, error, fields) =>
      bare.error(error instanceof Error ? { ...fields, err: error } : (error as object), message),
  });
  expect(lines.map(({ msg, peer, ms, err }) => [msg, peer, ms, (err as Error | undefined)?.message])).toEqual([
    ["connecting", undefined, undefined, undefined],
    ["connected", "10.0.0.1", undefined, undefined],
    ["slow", undefined, 1200, undefined],
    ["refused", "10.0.0.2", undefined, undefined],
    ["lost", "10.0.0.1", undefined, "reset"],
  ]);
});

test("what satisfies the type, and what does not", () => {
  expectTypeOf<Logger>().toExtend<LoggerLike>();
  expectTypeOf<ScopedLogger>().toExtend<LoggerLike>();
  expectTypeOf(console).toExtend<LoggerLike>();
  expectTypeOf(pino()).toExtend<LoggerLike>();
  expectTypeOf(createLogger()).toExtend<LoggerLike>();
  expectTypeOf(getLogTape("lib")).toExtend<LoggerLike>();
  expectTypeOf(bunyan.createLogger({ name: "x" })).toExtend<LoggerLike>();
  expectTypeOf<{ log(message: string): void }>().not.toExtend<LoggerLike>();
  expectTypeOf<{ debug(): void; info(count: number): void; warn(): void; error(): void }>().not.toExtend<LoggerLike>();
  expectTypeOf<LoggerLike>().not.toExtend<Logger>();
});
