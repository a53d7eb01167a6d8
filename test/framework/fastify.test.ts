import { connect } from "node:net";
import { Readable } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyServerOptions } from "fastify";
import type { ScopedLogger } from "scopelog";
import { type FastifyScopeOptions, fastifyScope } from "scopelog/fastify";
import { asPino } from "scopelog/pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { books, type World, world } from "../support/world.ts";
import { abort, flood, get, nothingLive } from "./server.ts";

/** A Fastify whose lines go to a world of its own, with the plugin and `routes`. */
async function serve(
  routes: (app: FastifyInstance, surroundings: World) => void,
  options: FastifyScopeOptions = {},
  fastifyOptions: FastifyServerOptions = {},
) {
  const surroundings = world();
  const loggerInstance = asPino(surroundings.registry.getLogger("web"));
  const app = Fastify({ loggerInstance, ...fastifyOptions }) as unknown as FastifyInstance;
  await app.register(fastifyScope, options);
  routes(app, surroundings);
  await app.listen({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  // What is said of the start is not what is asked about.
  surroundings.root.records.length = 0;
  const { port } = app.server.address() as { port: number };
  return { ...surroundings, app, port };
}

describe("fastifyScope", () => {
  it("gives each request a scope, through which request.log and reply.log write in pino's shape", async () => {
    const { port, registry, root } = await serve((app) => {
      app.get("/a", async (request, reply) => {
        request.log.info({ a: 1 }, "worked %s", "well");
        reply.log.warn("from the reply");
        request.scope.info("from the scope", { b: 2 });
        return "done";
      });
    });
    expect(await get(port, "/a?key=secret", { headers: { "x-request-id": "given" } })).toEqual({
      status: 200,
      body: "done",
    });
    await nothingLive(registry);
    expect(root.messages).toEqual([
      "incoming request",
      "worked well",
      "from the reply",
      "from the scope",
      "request completed",
    ]);
    for (const { scope, bound, late } of root.records) {
      expect(scope).toBe("web.http#1");
      expect(bound).toEqual({ reqId: "given" });
      expect(late).toBe(false);
    }
    expect(root.records[0]?.fields).toEqual({
      req: expect.objectContaining({ method: "GET", url: "/a?key=secret", remoteAddress: "127.0.0.1" }),
    });
    expect(root.records[1]?.fields).toEqual({ a: 1 });
    expect(root.records[4]?.fields).toEqual({ res: { statusCode: 200 }, responseTime: expect.any(Number) });
    expect(books(registry)).toMatchObject({ opened: 1, disposed: 1 });
  });

  it("makes an id of its own, or leaves that to Fastify", async () => {
    const own = await serve((app) => app.get("/", async (request) => request.id));
    expect((await get(own.port)).body).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
    expect((await get(own.port, "/", { headers: { "x-request-id": "bad id" } })).body).not.toBe("bad id");
    const left = await serve((app) => app.get("/", async (request) => request.id), { requestId: false });
    expect((await get(left.port)).body).toBe("req-1");
    const made = await serve((app) => app.get("/", async (request) => request.id), { requestId: () => "mine" });
    expect((await get(made.port)).body).toBe("mine");
  });

  it("ends a request that the client aborts, before and while it is answered", async () => {
    const { port, registry, root } = await serve(
      (app) => {
        app.get("/hang", (request) => {
          request.log.info("begun");
        });
        app.get("/stream", (request, reply) => {
          request.log.info("begun");
          reply.send(new Readable({ read() {} }).setEncoding("utf8"));
          reply.raw.write("x");
        });
      },
      { summary: true },
    );
    for (const path of ["/hang", "/stream"]) {
      root.records.length = 0;
      await abort(port, path, () => root.messages.includes("begun"));
      await nothingLive(registry);
      expect(root.records.find(({ message }) => message === "web.http ended")?.fields).toMatchObject({
        outcome: "error",
        aborted: true,
      });
    }
    expect(books(registry)).toMatchObject({ opened: 2, disposed: 2, collected: 0 });
  });

  it("leaves nothing of pipelined requests whose connection is lost", async () => {
    const { port, registry } = await serve((app) => app.get("/", () => new Promise(() => {})));
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20));
    await until(() => registry.stats().live === 20);
    socket.destroy();
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 20, disposed: 20 });
  });

  it("lives to the end of a streamed body", async () => {
    const body = new Readable({ read() {} });
    const { port, registry } = await serve((app) => app.get("/", (_request, reply) => reply.send(body)));
    const answer = get(port);
    await until(() => registry.stats().live === 1);
    body.push("one");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.stats().live).toBe(1);
    body.push(null);
    expect((await answer).body).toBe("one");
    await nothingLive(registry);
  });

  it("fails the scope by an error of a handler, and not by a refusal", async () => {
    const failure = new Error("thrown");
    const { port, registry, root } = await serve(
      (app) => {
        app.get("/sync", () => {
          throw failure;
        });
        app.get("/async", async () => {
          throw failure;
        });
        app.get("/refused", async (_request, reply) => {
          reply.code(403);
          throw new Error("no");
        });
        app.post("/parsed", async (request) => request.body);
      },
      { summary: true },
    );
    expect((await get(port, "/sync")).status).toBe(500);
    expect((await get(port, "/async")).status).toBe(500);
    expect((await get(port, "/refused")).status).toBe(403);
    expect((await get(port, "/nowhere")).status).toBe(404);
    expect(
      (await get(port, "/parsed", { method: "POST", headers: { "content-type": "application/json" } })).status,
    ).toBe(400);
    await nothingLive(registry);
    const ended = root.records.filter(({ message }) => message === "web.http ended");
    expect(ended.map(({ fields }) => [fields?.["outcome"], fields?.["status"]])).toEqual([
      ["error", 500],
      ["error", 500],
      ["ok", 403],
      ["ok", 404],
      ["ok", 400],
    ]);
    expect(ended[0]?.error).toBe(failure);
    // Fastify's own line about it: `err` is the error of the record.
    expect(root.records.find(({ message, levelNumber }) => message === "thrown" && levelNumber === 50)?.error).toBe(
      failure,
    );
    expect(books(registry)).toMatchObject({ live: 0, late: 0, collected: 0 });
  });

  it("is ambient in hooks and handlers, after a body too, unless told otherwise", async () => {
    for (const ambient of [true, false]) {
      const { port, registry, root } = await serve(
        (app, { registry }) => {
          app.addHook("preHandler", async () => registry.currentLogger().info("in a hook"));
          app.post("/", async () => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            registry.currentLogger().info("in the handler");
            return "";
          });
        },
        { ambient },
        { disableRequestLogging: true },
      );
      const request = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        body: JSON.stringify({ much: "x".repeat(100_000) }),
        headers: { "content-type": "application/json" },
      });
      expect(request.status).toBe(200);
      await nothingLive(registry);
      expect(root.messages).toEqual(["in a hook", "in the handler"]);
      const scope = ambient ? "web.http#1" : undefined;
      expect(root.records.map((record) => record.scope)).toEqual([scope, scope]);
    }
  });

  it("ends scopes of requests that never come to its hooks", async () => {
    const surroundings = world();
    const { registry } = surroundings;
    const app = Fastify({
      loggerInstance: asPino(registry.getLogger("web")),
      frameworkErrors: (_error, _request, reply: FastifyReply) => reply.code(400).send("bad"),
      return503OnClosing: true,
    });
    app.addHook("onRequest", async (request, reply) => {
      if (request.url === "/early") await reply.code(401).send("early");
    });
    await app.register(fastifyScope, {});
    let release = () => {};
    app.get("/slow", () => new Promise((resolve) => (release = () => resolve("slow"))));
    app.get("/early", async () => "never");
    app.get("/:id", async () => "never");
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as { port: number };
    expect((await get(port, "/early")).status).toBe(401);
    expect((await get(port, "/%E0%A4%A")).status).toBe(400);
    expect((await app.inject("/%E0%A4%A")).statusCode).toBe(400);
    expect((await app.inject("/early")).statusCode).toBe(401);
    await nothingLive(registry);
    // Fastify asks nobody for the logger of an address that it cannot read.
    expect(registry.stats().opened).toBe(2);
    // While the server closes, a request on a connection that is still there is refused.
    const { Agent } = await import("node:http");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const slow = get(port, "/slow", { agent });
    await until(() => registry.stats().live === 1);
    const refused = get(port, "/early", { agent });
    const closed = app.close();
    release();
    await slow;
    await refused.catch(() => {});
    agent.destroy();
    await closed;
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ collected: 0, late: 0 });
  });

  it("works with inject, and with the levels and serializers of routes", async () => {
    const { app, registry, root } = await serve((app) => {
      app.get("/quiet", { logLevel: "warn" }, async (request) => {
        request.log.info("not this");
        request.log.warn("but this");
        return "";
      });
      app.get("/named", { logSerializers: { user: ({ name }: { name: string }) => name } }, async (request) => {
        request.log.info({ user: { name: "Ada", password: "hush" } }, "hello");
        return "";
      });
    });
    await app.inject("/quiet");
    expect(root.messages).toEqual(["but this"]);
    root.records.length = 0;
    await app.inject("/named");
    expect(root.records.find(({ message }) => message === "hello")?.fields).toEqual({ user: "Ada" });
    await nothingLive(registry);
    expect(registry.stats().opened).toBe(2);
  });

  it("opens the scope as the options say, and closes what it owns", async () => {
    const diary: string[] = [];
    const { port, registry, root } = await serve((app) => app.get("/", async () => ""), {
      name: "call",
      fields: (request) => ({ host: request.headers.host?.split(":")[0] }),
      handlers: () => [recorder("own", { diary })],
    });
    await get(port);
    await nothingLive(registry);
    expect(diary).toEqual(["own.dispose"]);
    expect(root.records[0]).toMatchObject({ logger: "web.call", bound: { host: "127.0.0.1" } });
  });

  it("leaves Fastify's own logger as it is, and gives the scope beside it", async () => {
    const surroundings = world();
    const { registry, root } = surroundings;
    const lines: string[] = [];
    const app = Fastify({ logger: { stream: { write: (line: string) => lines.push(line) } } });
    await app.register(fastifyScope, { registry });
    let log: ScopedLogger | undefined;
    app.get("/", async (request) => {
      log = request.scope;
      log.info("ours");
      request.log.info("theirs");
      return "";
    });
    await app.inject("/");
    await nothingLive(registry);
    expect(log?.disposed).toBe(true);
    expect(root.messages).toEqual(["ours"]);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["incoming request", "theirs", "request completed"]);
    expect(JSON.parse(lines[1] as string).reqId).toBe(log?.fields["reqId"]);
    await app.close();
  });

  it("refuses bad options", async () => {
    const app = Fastify();
    expectCode("ERR_SCOPELOG_OPTION", () => fastifyScope(app, { fields: 1 as never }, () => {}), "options.fields");
    expectCode("ERR_SCOPELOG_OPTION", () => fastifyScope(app, { sumary: true } as never, () => {}), "sumary");
    await app.close();
  });

  it("takes what register() takes beside its options", async () => {
    const given = { prefix: "/api", logLevel: "info", logSerializers: {}, name: "req" } as FastifyScopeOptions;
    const { port, root, registry } = await serve((app) => {
      app.get("/a", async (request) => {
        request.log.info("here");
        return "";
      });
    }, given);
    await get(port, "/a");
    await nothingLive(registry);
    expect(root.records.find(({ message }) => message === "here")?.scope).toBe("web.req#1");
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve((app) => app.get("/", async () => "ok"));
    await flood(port, 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 180_000);
});
