import { PassThrough } from "node:stream";
import pino from "pino";
import * as scopelog from "scopelog";
import { asConsole } from "scopelog/console";
import { honoScope } from "scopelog/hono";
import { koaScope, scopeMiddleware, withFetchScope, withScope } from "scopelog/http";
import { explainObject, explainRetention } from "scopelog/leaks";
import { logtapeHandler } from "scopelog/logtape";
import { ScopelogService } from "scopelog/nest";
import * as node from "scopelog/node";
import { observeRegistry, otelHandler } from "scopelog/otel";
import { pinoHandler } from "scopelog/pino";
import { syslogHandler } from "scopelog/syslog";
import { captureRecords, expectCollected, handlerChecks, testHandler } from "scopelog/testing";
import { winstonHandler } from "scopelog/winston";
import { withSocketScope } from "scopelog/ws";
import { describe, expect, test } from "vitest";
import winston from "winston";
import { expectCode } from "../support/errors.ts";
import { world } from "../support/world.ts";

const nothing = () => undefined;
const root = scopelog.getLogger();

// Each with good options, but for what is added.
const takers: Readonly<Record<string, (more: never) => unknown>> = {
  consoleHandler: (more) => scopelog.consoleHandler(more),
  memoryHandler: (more) => scopelog.memoryHandler([], more),
  callbackHandler: (more) => scopelog.callbackHandler(nothing, more),
  jsonFormatter: (more) => scopelog.jsonFormatter(more),
  logfmtFormatter: (more) => scopelog.logfmtFormatter(more),
  textFormatter: (more) => scopelog.textFormatter(more),
  sample: (more: object) => scopelog.sample({ rate: 1, ...more }),
  rateLimit: (more: object) => scopelog.rateLimit({ limit: 1, perMs: 1, ...more }),
  dedupe: (more: object) => scopelog.dedupe({ windowMs: 1, ...more }),
  redact: (more: object) => scopelog.redact({ keys: ["password"], ...more }),
  streamHandler: (more: object) => node.streamHandler({ stream: new PassThrough(), ...more }),
  fileHandler: (more: object) => node.fileHandler({ path: "/dev/null", ...more }),
  rotatingFileHandler: (more: object) => node.rotatingFileHandler({ path: "/nowhere", maxBytes: 1, ...more }),
  "asWritable()": (more) => node.asWritable(root, more),
  serveMonitor: (more) => node.serveMonitor(more),
  flushOnSignals: (more) => node.flushOnSignals(more),
  dumpScopesOnSignal: (more) => node.dumpScopesOnSignal(more),
  syslogHandler: (more) => syslogHandler(more),
  pinoHandler: (more) => pinoHandler(pino({ level: "silent" }), more),
  winstonHandler: (more) => winstonHandler(winston.createLogger({ silent: true }) as never, more),
  logtapeHandler: (more) => logtapeHandler(nothing, more),
  otelHandler: (more: object) => otelHandler({ logger: { emit: nothing }, ...more }),
  asConsole: (more) => asConsole(root, more),
  ScopelogService: (more) => new ScopelogService(more),
  captureRecords: (more) => captureRecords(more),
  testHandler: (more) => handlerChecks(scopelog.nullHandler, more),
  explainRetention: (more) => explainRetention("conn#1", more),
  explainObject: (more) => explainObject({}, more),
};

const requestScopes: typeof takers = {
  withScope: (more) => withScope(nothing, more),
  withFetchScope: (more) => withFetchScope(nothing, more),
  withSocketScope: (more) => withSocketScope(nothing, more),
  scopeMiddleware: (more) => scopeMiddleware(more),
  koaScope: (more) => koaScope(more),
  honoScope: (more) => honoScope(more),
};

describe("an option that there is not is refused where it is given, with those that there are", () => {
  test.each(Object.entries(takers))("%s", (name, take) => {
    expectCode(
      "ERR_SCOPELOG_OPTION",
      () => take({ levle: "info" } as never),
      `${name}: levle is not an option; there are `,
    );
  });

  test.each(Object.entries(requestScopes))("%s", (_, take) => {
    const words = "request scopes: sumary is not an option; there are name, ";
    expectCode("ERR_SCOPELOG_OPTION", () => take({ sumary: true } as never), words);
  });

  test("what is known is not refused", () => {
    for (const take of Object.values(requestScopes)) take({ name: "req", summary: true } as never);
    for (const take of [withFetchScope, honoScope]) {
      (take as (...args: unknown[]) => void)(...(take === honoScope ? [] : [nothing]), { streams: false });
    }
  });
});

test("so is a check to skip that there is not, and where the answer is a promise it rejects", async () => {
  const code = "ERR_SCOPELOG_OPTION";
  const skip = ["exits" as "exit"];
  expectCode(code, () => handlerChecks(scopelog.nullHandler, { skip }), "there is no check exits to skip");
  await expect(testHandler(scopelog.nullHandler, { skip })).rejects.toMatchObject({ code });
  await expect(expectCollected(nothing, { timeout: 5 } as never)).rejects.toMatchObject({ code });
});

test("an option of a scope that there is not is told and ignored: it may be of a newer copy of the package", () => {
  const { registry, told } = world();
  for (const key of ["handler", "handler", "a\u001b[31m"]) {
    registry.getScoped("conn", {}, { [key]: 1 } as never).dispose();
  }
  expect(registry.stats().disposed).toBe(3);
  expect(told).toEqual(["SCOPELOG_WARN_IGNORED", "SCOPELOG_WARN_IGNORED"]);
});

test("what is to handle requests, or to count, is looked at where it is given", () => {
  expectCode("ERR_SCOPELOG_OPTION", () => withScope(5 as never), "withScope() takes a function");
  expectCode("ERR_SCOPELOG_OPTION", () => withFetchScope({} as never), "withFetchScope() takes a function");
  expectCode("ERR_SCOPELOG_OPTION", () => withSocketScope(undefined as never), "withSocketScope() takes a function");
  expectCode(
    "ERR_SCOPELOG_OPTION",
    () => observeRegistry({} as never),
    "observeRegistry() takes an OpenTelemetry Meter",
  );
});
