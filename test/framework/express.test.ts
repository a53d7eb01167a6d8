import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import express from "express";
import type { ScopedLogger } from "scopelog";
import { scopeErrors, scopeMiddleware, scopeOf } from "scopelog/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/gc.ts";
import { books, world } from "../support/world.ts";
import { abort, flood, get, listening, nothingLive } from "./server.ts";

type Options = NonNullable<Parameters<typeof scopeMiddleware>[0]>;
type Req = IncomingMessage & { log: ScopedLogger };
type Res = ServerResponse & { send(text: string): void; status(code: number): Res };
type Next = (error?: unknown) => void;

/** An Express application in a world of its own. */
async function serve(routes: (app: ReturnType<typeof express>) => void, options: Options = {}) {
  const surroundings = world();
  const app = express();
  app.use(scopeMiddleware({ registry: surroundings.registry, ...options }));
  routes(app);
  app.use(scopeErrors());
  app.use((error: Error & { status?: number }, _req: Req, res: Res, _next: Next) => {
    surroundings.registry.getLogger("outside").error("caught", error);
    if (!res.headersSent) res.status(error.status ?? 500).send("sorry");
  });
  const listener = await listening(createServer(app));
  onTestFinished(() => listener[Symbol.asyncDispose]());
  return { ...surroundings, port: listener.port };
}

describe("scopeMiddleware in Express 5", () => {
  it("gives each request a scope as req.log", async () => {
    const { port, registry, root } = await serve((app) => {
      app.get("/users/:id", (req: Req, res: Res) => {
        expect(scopeOf(req)).toBe(req.log);
        req.log.info("found", { found: true });
        res.send("user");
      });
    });
    expect(await get(port, "/users/7?token=hush", { headers: { "x-request-id": "r1" } })).toEqual({
      status: 200,
      body: "user",
    });
    await nothingLive(registry);
    expect(root.records.map(({ message, bound, scope }) => ({ message, bound, scope }))).toEqual([
      { message: "found", bound: { requestId: "r1", method: "GET", path: "/users/7" }, scope: "http#1" },
    ]);
  });

  it("acts once if it is mounted twice", async () => {
    const { port, registry } = await serve((app) => {
      app.use(scopeMiddleware());
      app.get("/", (_req: Req, res: Res) => res.send(""));
    });
    await get(port);
    await nothingLive(registry);
    expect(registry.stats().opened).toBe(1);
  });

  it("says of a thrown error what it was answered with", async () => {
    const { port, registry, root } = await serve(
      (app) => {
        app.get("/sync", () => {
          throw new Error("sync");
        });
        app.get("/async", async () => {
          throw new Error("async");
        });
        app.get("/refused", async () => {
          throw Object.assign(new Error("refused"), { status: 403 });
        });
      },
      { summary: true },
    );
    for (const path of ["/sync", "/async", "/refused", "/unknown"]) await get(port, path);
    await nothingLive(registry);
    const ended = root.records.filter(({ message }) => message === "http ended");
    expect(
      ended.map(({ level, error, fields }) => [level, (error as Error | undefined)?.message, fields?.["status"]]),
    ).toEqual([
      ["error", "sync", 500],
      ["error", "async", 500],
      ["info", undefined, 403],
      ["info", undefined, 404],
    ]);
    // The error remembers its request, whoever logs it.
    const caught = root.records.filter(({ message }) => message === "caught");
    expect(caught.map(({ fields }) => fields?.["path"])).toEqual(["/sync", "/async", "/refused"]);
  });

  it("is ambient across awaits", async () => {
    for (const ambient of [true, false]) {
      const { port, registry, root } = await serve(
        (app) => {
          app.use(express.json());
          app.use((_req: Req, _res: Res, next: Next) => setTimeout(next, 1));
          app.post("/", async (_req: Req, res: Res) => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            registry.currentLogger().info("deep");
            res.send("");
          });
        },
        { ambient },
      );
      await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ x: "y".repeat(50_000) }),
      });
      await nothingLive(registry);
      expect(root.records.map(({ scope }) => scope)).toEqual([ambient ? "http#1" : undefined]);
    }
  });

  it("ends an aborted request and a streamed one", async () => {
    const { port, registry, root } = await serve(
      (app) => {
        app.get("/hang", (req: Req) => req.log.info("begun"));
        app.get("/stream", (req: Req, res: Res) => {
          res.write("some");
          req.log.info("begun");
        });
      },
      { summary: "info" },
    );
    for (const path of ["/hang", "/stream"]) {
      root.records.length = 0;
      await abort(port, path, () => root.messages.includes("begun"));
      await nothingLive(registry);
      expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "error", aborted: true });
    }
  });

  it("opens a scope for a client that has gone already, and ends it", async () => {
    const surroundings = world();
    const { registry } = surroundings;
    const app = express();
    let gone = false;
    app.use((req: Req, res: Res, next: Next) => {
      res.on("close", () => {
        gone = true;
        setImmediate(next);
      });
      req.resume();
    });
    app.use(scopeMiddleware({ registry }));
    await using listener = await listening(createServer(app));
    let asked = false;
    app.use(() => {});
    const server = abort(listener.port, "/", () => asked);
    asked = true;
    await server;
    await until(() => gone && registry.stats().opened === 1);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ disposed: 1 });
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve((app) => app.get("/", (_req: Req, res: Res) => res.send("ok")));
    await flood(port, 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 180_000);
});
