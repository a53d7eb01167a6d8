import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import Koa from "koa";
import type { ScopedLogger } from "scopelog";
import { koaScope } from "scopelog/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/gc.ts";
import { books, world } from "../support/world.ts";
import { abort, flood, get, listening, nothingLive } from "./server.ts";

interface Context {
  req: IncomingMessage;
  res: ServerResponse;
  path: string;
  body: unknown;
  log: ScopedLogger;
  throw(status: number, message: string): never;
}
type Options = NonNullable<Parameters<typeof koaScope>[0]>;

async function serve(handle: (context: Context) => unknown, options: Options = {}) {
  const surroundings = world();
  const app = new Koa();
  app.silent = true;
  app.use(koaScope({ registry: surroundings.registry, ...options }));
  app.use(handle);
  const listener = await listening(createServer(app.callback()));
  onTestFinished(() => listener[Symbol.asyncDispose]());
  return { ...surroundings, port: listener.port };
}

describe("koaScope in Koa 3", () => {
  it("gives each request a scope as ctx.log", async () => {
    const { port, registry, root } = await serve((ctx) => {
      ctx.log.info("at work");
      ctx.body = "done";
    });
    expect((await get(port, "/p?q=1")).body).toBe("done");
    await nothingLive(registry);
    expect(root.records[0]?.bound).toMatchObject({ method: "GET", path: "/p" });
  });

  it("says of a thrown error what it was answered with", async () => {
    const { port, registry, root } = await serve(
      async (ctx) => {
        if (ctx.path === "/refused") ctx.throw(403, "no");
        throw new Error("broken");
      },
      { summary: true },
    );
    expect((await get(port, "/broken")).status).toBe(500);
    expect((await get(port, "/refused")).status).toBe(403);
    await nothingLive(registry);
    expect(
      root.records.map(({ level, error, fields }) => [
        level,
        (error as Error | undefined)?.message,
        fields?.["status"],
      ]),
    ).toEqual([
      ["error", "broken", 500],
      ["info", undefined, 403],
    ]);
  });

  it("is ambient across awaits, unless told otherwise", async () => {
    for (const ambient of [true, false]) {
      const { port, registry, root } = await serve(
        async (ctx) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          registry.currentLogger().info("deep");
          ctx.body = "";
        },
        { ambient },
      );
      await get(port);
      await nothingLive(registry);
      expect(root.records.map(({ scope }) => scope)).toEqual([ambient ? "http#1" : undefined]);
    }
  });

  it("lives to the end of a streamed body, and ends when its client goes away", async () => {
    const bodies: Readable[] = [];
    const { port, registry, root } = await serve(
      (ctx) => {
        const body = new Readable({ read() {} });
        body.push("one");
        bodies.push(body);
        ctx.body = body;
        ctx.log.info("begun");
      },
      { summary: "info" },
    );
    const answer = get(port);
    await until(() => bodies.length === 1);
    expect(registry.stats().live).toBe(1);
    bodies[0]?.push(null);
    expect((await answer).body).toBe("one");
    await nothingLive(registry);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "ok", status: 200 });
    root.records.length = 0;
    await abort(port, "/", () => root.messages.includes("begun"));
    await nothingLive(registry);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "error", aborted: true });
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve((ctx) => {
      ctx.body = "ok";
    });
    await flood(port, 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 180_000);
});
