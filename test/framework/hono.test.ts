import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { streamText } from "hono/streaming";
import { type HonoScopeOptions, honoScope, type LogVariables } from "scopelog/hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { books, world } from "../support/world.ts";
import { abort, flood, get, listening, nothingLive } from "./server.ts";

type App = Hono<{ Variables: LogVariables }>;

function application(routes: (app: App) => void, options: HonoScopeOptions = {}) {
  const surroundings = world();
  const app: App = new Hono();
  app.use(honoScope({ registry: surroundings.registry, ...options }));
  routes(app);
  return { ...surroundings, app };
}

/** An application on Node. */
async function serve(routes: (app: App) => void, options: HonoScopeOptions = {}) {
  const made = application(routes, options);
  const listener = await listening(createAdaptorServer({ fetch: made.app.fetch }) as Server);
  onTestFinished(() => listener[Symbol.asyncDispose]());
  return { ...made, port: listener.port };
}

describe("honoScope in Hono 4, on Node", () => {
  it("gives each request a scope as c.var.log", async () => {
    const { port, registry, root } = await serve((app) => {
      app.get("/users/:id", (c) => {
        c.var.log.info("found", { id: c.req.param("id") });
        return c.text("user");
      });
    });
    expect(await get(port, "/users/7?token=hush", { headers: { "x-request-id": "r1" } })).toEqual({
      status: 200,
      body: "user",
    });
    await nothingLive(registry);
    expect(root.records).toMatchObject([
      {
        message: "found",
        scope: "http#1",
        bound: { requestId: "r1", method: "GET", path: "/users/7" },
        fields: { id: "7" },
      },
    ]);
  });

  it("says of a thrown error what it was answered with", async () => {
    const { port, registry, root } = await serve(
      (app) => {
        app.get("/broken", () => {
          throw new Error("broken");
        });
        app.get("/refused", async () => {
          throw new HTTPException(403, { message: "no" });
        });
      },
      { summary: true },
    );
    for (const path of ["/broken", "/refused", "/unknown"]) await get(port, path);
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
      ["info", undefined, 404],
    ]);
  });

  it("is ambient across awaits, unless told otherwise", async () => {
    for (const ambient of [true, false]) {
      const { port, registry, root } = await serve((app) => {
        app.post("/", async (c) => {
          await c.req.text();
          registry.currentLogger().info("deep");
          return c.text("");
        });
      }, { ambient }); // biome-ignore format: short
      await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x".repeat(100_000) });
      await nothingLive(registry);
      expect(root.records.map(({ scope }) => scope)).toEqual([ambient ? "http#1" : undefined]);
    }
  });

  it("lives to the end of a streamed body, and ends when its client goes away", async () => {
    const { port, registry, root } = await serve((app) => {
      app.get("/stream", (c) =>
        streamText(c, async (stream) => {
          for (let index = 0; index < 3; index++) {
            await stream.sleep(5);
            c.var.log.info("chunk");
            await stream.write("x");
          }
        }),
      );
      app.get("/endless", (c) =>
        streamText(c, async (stream) => {
          while (!stream.aborted) {
            await stream.write("x");
            c.var.log.info("chunk");
            await stream.sleep(5);
          }
        }),
      );
      app.get("/hang", (c) => {
        c.var.log.info("chunk");
        return new Promise(() => {});
      });
    }, { summary: "info" }); // biome-ignore format: short
    expect((await get(port, "/stream")).body).toBe("xxx");
    await nothingLive(registry);
    expect(root.messages).toEqual(["chunk", "chunk", "chunk", "http ended"]);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "ok", status: 200 });
    for (const path of ["/endless", "/hang"]) {
      root.records.length = 0;
      await abort(port, path, () => root.messages.includes("chunk"));
      await nothingLive(registry);
      const ended = root.records.find(({ message }) => message === "http ended");
      expect(ended?.fields, path).toMatchObject({ outcome: "error", aborted: true });
    }
  });

  it("refuses bad options", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => honoScope({ streams: 1 as never }), "options.streams");
    expectCode("ERR_SCOPELOG_OPTION", () => honoScope({ fields: 1 as never }), "options.fields");
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve((app) => app.get("/", (c) => c.text("ok")));
    await flood(port, 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 180_000);
});

describe("honoScope in Hono 4, without a server that tells", () => {
  it("ends with the body", async () => {
    const { app, registry, root } = application((app) => {
      app.get("/text", (c) => c.text("text", 201, { "x-own": "kept" }));
      app.get("/empty", (c) => c.body(null, 204));
      app.get("/stream", (c) => streamText(c, async (stream) => void (await stream.write("x"))));
      app.get("/broken", () => {
        throw new Error("broken");
      });
    }, { summary: true }); // biome-ignore format: short
    const text = await app.request("/text");
    expect(registry.stats().live).toBe(1);
    expect([text.status, text.headers.get("x-own"), text.headers.get("content-type")]).toEqual([
      201,
      "kept",
      "text/plain; charset=UTF-8",
    ]);
    expect(await text.text()).toBe("text");
    await app.request("/empty");
    expect(registry.stats().live).toBe(0);
    expect(await (await app.request("/stream")).text()).toBe("x");
    const broken = await app.request("/broken");
    await broken.body?.cancel();
    await until(() => registry.stats().live === 0);
    expect(
      root.records.map(({ error, fields }) => [(error as Error | undefined)?.message, fields?.["status"]]),
    ).toEqual([
      [undefined, 201],
      [undefined, 204],
      [undefined, 200],
      ["broken", 500],
    ]);
  });

  it("passes on what Hono does not catch", async () => {
    const { app, registry, root } = application((app) => {
      app.get("/", () => {
        throw "no error";
      });
    }, { summary: true }); // biome-ignore format: short
    await expect(async () => app.request("/")).rejects.toBe("no error");
    expect(registry.stats().live).toBe(0);
    expect(root.records).toMatchObject([{ error: "no error", level: "error" }]);
  });
});
