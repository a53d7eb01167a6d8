import "reflect-metadata";
import type { Server } from "node:http";
import { Controller, ForbiddenException, Get, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { scopeMiddleware } from "scopelog/http";
import { ScopelogService } from "scopelog/nest";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { expectCode } from "../support/errors.ts";
import { only } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";
import { abort, flood, get, nothingLive } from "./server.ts";

const nestLogger = new Logger("AppController");

// The decorators of Nest are called as the functions they are: those of the language's own kind it does not take.
class AppController {
  greet() {
    nestLogger.log("greeting", { to: "Ada" });
    return "hello";
  }
  async refuse() {
    throw new ForbiddenException("no");
  }
  async fail() {
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw new Error("broken");
  }
  hang() {
    nestLogger.log("begun");
    return new Promise(() => {});
  }
}
class AppModule {}

for (const path of ["greet", "refuse", "fail", "hang"] as const) {
  Get(path)(AppController.prototype, path, Object.getOwnPropertyDescriptor(AppController.prototype, path) as never);
}
Controller()(AppController);
Module({ controllers: [AppController] })(AppModule);

async function serve(options: object = {}) {
  const surroundings = world();
  const { registry } = surroundings;
  const app = await NestFactory.create(AppModule, { logger: new ScopelogService({ registry }) });
  app.use(scopeMiddleware({ registry, ...options }));
  await app.listen(0, "127.0.0.1");
  onTestFinished(async () => {
    (app.getHttpServer() as Server).closeAllConnections();
    await app.close();
  });
  const { port } = (app.getHttpServer() as Server).address() as { port: number };
  return { ...surroundings, app, port };
}

afterEach(() => {
  Logger.overrideLogger(undefined as never);
});

describe("ScopelogService in Nest 12", () => {
  it("takes what Nest says at its start", async () => {
    const { root } = await serve();
    const mapped = root.records.find(({ message }) => message.startsWith("Mapped {/greet, GET}"));
    expect(mapped).toMatchObject({ logger: "nest", level: "info", fields: { context: "RouterExplorer" } });
    expect(root.messages).toContain("Nest application successfully started");
  });

  it("writes what is logged in a request in its scope", async () => {
    const { port, registry, root } = await serve();
    root.records.length = 0;
    expect((await get(port, "/greet?q=hush", { headers: { "x-request-id": "r1" } })).body).toBe("hello");
    await nothingLive(registry);
    expect(only(root.records)).toMatchObject({
      message: "greeting",
      scope: "http#1",
      bound: { requestId: "r1", path: "/greet" },
      fields: { to: "Ada", context: "AppController" },
    });
  });

  it("has the error of a request in its scope, and tells how it went", async () => {
    const { port, registry, root } = await serve({ summary: true });
    root.records.length = 0;
    expect((await get(port, "/fail")).status).toBe(500);
    expect((await get(port, "/refuse")).status).toBe(403);
    await nothingLive(registry);
    expect(
      root.records.map(({ message, level, scope, fields }) => [message, level, scope, fields?.["outcome"]]),
    ).toEqual([
      ["broken", "error", "http#1", undefined],
      ["http ended", "error", "http#1", "error"],
      ["http ended", "info", "http#2", "ok"],
    ]);
    expect(root.records[0]).toMatchObject({ error: { message: "broken" }, fields: { context: "ExceptionsHandler" } });
    expect(root.records[1]?.error).toBe(root.records[0]?.error);
  });

  it("ends an aborted request", async () => {
    const { port, registry, root } = await serve();
    await abort(port, "/hang", () => root.messages.includes("begun"));
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 1, disposed: 1 });
  });

  it("takes the messages that were held back before it was there", async () => {
    const { registry, root } = world();
    const app = await NestFactory.create(AppModule, { bufferLogs: true });
    expect(root.records).toEqual([]);
    app.useLogger(new ScopelogService({ registry, name: "app" }));
    await app.init();
    expect(root.records.length).toBeGreaterThan(0);
    expect(new Set(root.records.map(({ logger }) => logger))).toEqual(new Set(["app"]));
    await app.close();
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve();
    await flood(port, 10_000, "/greet");
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 240_000);
});

describe("ScopelogService, call by call", () => {
  const stack = "TypeError: it broke\n    at work (/app/work.js:1:2)\n    at main (/app/main.js:3:4)";
  const thrown = new RangeError("thrown");
  class SomeClass {}

  function lines(act: (log: ScopelogService) => void) {
    const { registry, root } = world();
    act(new ScopelogService({ registry }));
    return root.records.map(({ level, message, fields, error }) => ({
      level,
      message,
      fields,
      ...(error === undefined ? {} : { error: error instanceof Error ? `${error.name}: ${error.message}` : error }),
    }));
  }

  it("has all levels", () => {
    const told = lines((log) => {
      for (const level of ["verbose", "debug", "log", "warn", "error", "fatal"] as const) log[level](level, "Ctx");
    });
    expect(told.map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ["trace", "verbose", { context: "Ctx" }],
      ["debug", "debug", { context: "Ctx" }],
      ["info", "log", { context: "Ctx" }],
      ["warn", "warn", { context: "Ctx" }],
      ["error", "error", { context: "Ctx" }],
      ["fatal", "fatal", { context: "Ctx" }],
    ]);
  });

  const cases: [name: string, act: (log: ScopelogService) => void, expected: object[]][] = [
    ["a message alone", (log) => log.log("m"), [{ message: "m", fields: {} }]],
    ["objects as parameters", (log) => log.log("m", { a: 1 }, { b: 2 }, "Ctx"), [{ message: "m", fields: { a: 1, b: 2, context: "Ctx" } }]],
    ["several messages", (log) => log.warn("m", 17, [1], "Ctx"), [{ message: "m", fields: { context: "Ctx" } }, { message: "17" }, { message: "1" }]],
    ["an object as message", (log) => log.log({ message: "inner", a: 1 }, "Ctx"), [{ message: "inner", fields: { a: 1, context: "Ctx" } }]],
    ["an object without message", (log) => log.log({ a: 1 }), [{ message: "", fields: { a: 1 } }]],
    ["a class as message", (log) => log.log(SomeClass), [{ message: "SomeClass" }]],
    ["a lazy message", (log) => log.log(() => "made"), [{ message: "made" }]],
    ["a lazy message that throws", (log) => log.log(() => { throw thrown; }), [{ message: "[threw: thrown]" }]],
    ["an error as message", (log) => log.error(thrown, undefined, "Ctx"), [{ message: "thrown", error: "RangeError: thrown", fields: { context: "Ctx" } }]],
    ["an error beside", (log) => log.error("m", thrown, "Ctx"), [{ message: "m", error: "RangeError: thrown", fields: { context: "Ctx" } }]],
    ["an error at another level", (log) => log.warn("m", thrown), [{ message: "m", error: "RangeError: thrown" }]],
    ["a stack", (log) => log.error("m", stack), [{ message: "m", error: "TypeError: it broke", fields: {} }]],
    ["a stack and a context", (log) => log.error("m", stack, "Ctx"), [{ message: "m", error: "TypeError: it broke", fields: { context: "Ctx" } }]],
    ["a stack behind the context", (log) => log.fatal("m", "Ctx", stack), [{ message: "m", error: "TypeError: it broke", fields: { context: "Ctx" } }]],
    ["a text for a stack", (log) => log.error("m", "somewhere", "Ctx"), [{ message: "m", error: "Error: ", fields: { context: "Ctx" } }]],
    ["no stack", (log) => log.error("m", undefined, "Ctx"), [{ message: "m", fields: { context: "Ctx" } }]],
    ["a context alone", (log) => log.error("m", "Ctx"), [{ message: "m", fields: { context: "Ctx" } }]],
  ]; // biome-ignore format: one a line
  for (const [name, act, expected] of cases) {
    it(name, () => {
      const told = lines(act);
      expect(told).toMatchObject(expected);
      expect(told).toHaveLength(expected.length);
      expect(told.map(({ error }) => error)).toEqual((expected as { error?: string }[]).map(({ error }) => error));
    });
  }

  it("keeps the stack that it was given", () => {
    const { registry, root } = world();
    new ScopelogService({ registry }).error("m", stack);
    expect(only(root.records).error).toMatchObject({ stack });
  });

  it("lets only the levels through that Nest asks for", () => {
    const told = lines((log) => {
      log.setLogLevels(["error", "log"]);
      log.warn("not this");
      log.log("this");
      log.error("this too");
    });
    expect(told.map(({ message }) => message)).toEqual(["this", "this too"]);
  });

  it("refuses bad options", () => {
    expectCode("ERR_SCOPELOG_NAME", () => new ScopelogService({ name: 1 as never }), "name");
    expectCode("ERR_SCOPELOG_OPTION", () => new ScopelogService({ registry: 1 as never }), "options.registry");
  });
});
