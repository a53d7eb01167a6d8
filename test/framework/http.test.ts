import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { currentLogger, type ScopedLogger } from "scopelog";
import { openRequestScope, type RequestScopeOptions, scopeOf, withScope } from "scopelog/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, type World, world } from "../support/world.ts";
import { abort, flood, get, type Listening, listening, nothingLive } from "./server.ts";

type Handler = Parameters<typeof withScope<IncomingMessage, import("node:http").ServerResponse>>[0];

/** A server of `handler` in a world of its own. */
async function serve(handler: Handler, options: RequestScopeOptions<IncomingMessage> = {}, config = {}) {
  const surroundings = world(config);
  const server: Server = createServer(withScope(handler, { registry: surroundings.registry, ...options }));
  const listener: Listening = await listening(server);
  onTestFinished(() => listener[Symbol.asyncDispose]());
  return { ...surroundings, root: surroundings.root, server, port: listener.port };
}

const endings = (surroundings: World, name = "http") =>
  surroundings.root.records.filter(({ message }) => message === `${name} ended`);

describe("withScope", () => {
  it("gives each request a scope of its own, as request.log and as third argument", async () => {
    const seen: ScopedLogger[] = [];
    const { port, registry, root } = await serve((request, response, log) => {
      expect(request.log).toBe(log);
      expect(scopeOf(request)).toBe(log);
      seen.push(log);
      log.info("at work", { step: 1 });
      response.end("done");
    });
    expect(await get(port, "/a/b?token=secret")).toEqual({ status: 200, body: "done" });
    await get(port, "/");
    await nothingLive(registry);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2);
    const [first] = root.records;
    expect(first?.scope).toBe("http#1");
    expect(first?.bound).toEqual({
      requestId: expect.stringMatching(/^[0-9a-z]+-[0-9a-z]+$/),
      method: "GET",
      path: "/a/b",
    });
    expect(root.records[1]?.bound["requestId"]).not.toBe(first?.bound["requestId"]);
    expect(books(registry)).toMatchObject({ opened: 2, disposed: 2, late: 0 });
  });

  it("takes over a well-formed x-request-id, and makes one in place of any other", async () => {
    const { port, root, registry } = await serve((_request, response, log) => {
      log.info("got it");
      response.end();
    });
    const sent = ["abc", "A9_.:+/=-", "x".repeat(128), "x".repeat(129), "with space", 'quote"', "", "ümlaut", "a,b"];
    for (const id of sent)
      await get(port, "/", { headers: { "x-request-id": Buffer.from(id, "utf8").toString("latin1") } });
    await get(port, "/", { headers: { "x-request-id": ["one", "two"] } });
    await nothingLive(registry);
    const ids = root.records.map(({ bound }) => bound["requestId"] as string);
    expect(ids.slice(0, 3)).toEqual(sent.slice(0, 3));
    for (const id of ids.slice(3)) expect(id).toMatch(/^[0-9a-z]{2,14}-[0-9a-z]+$/);
    expect(new Set(ids).size).toBe(10);
  });

  it("has the fields of a valid traceparent, and none of another", async () => {
    const { port, root } = await serve((_request, response, log) => {
      log.info("traced");
      response.end();
    });
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const span = "b7ad6b7169203331";
    const good = { trace_id: trace, span_id: span, trace_flags: "01" };
    const cases: [string, object | undefined][] = [
      [`00-${trace}-${span}-01`, good],
      [`cc-${trace}-${span}-01-what-comes-later`, good],
      [`cc-${trace}-${span}-01`, good],
      [`00-${trace}-${span}-01-more`, undefined],
      [`ff-${trace}-${span}-01`, undefined],
      [`00-${"0".repeat(32)}-${span}-01`, undefined],
      [`00-${trace}-${"0".repeat(16)}-01`, undefined],
      [`00-${trace.toUpperCase()}-${span}-01`, undefined],
      [`00-${trace}-${span}`, undefined],
      ["nonsense", undefined],
    ];
    for (const [traceparent] of cases) await get(port, "/", { headers: { traceparent } });
    for (const [index, [traceparent, fields]] of cases.entries()) {
      const { requestId, method, path, ...others } = root.records[index]?.bound ?? {};
      expect(others, traceparent).toEqual(fields ?? {});
    }
  });

  it("logs nothing of headers, cookies, query and body by itself", async () => {
    const { port, root } = await serve(
      (request, response, log) => {
        log.info("line");
        request.resume().on("end", () => response.end());
      },
      { summary: true },
    );
    const headers = {
      cookie: "sid=hush",
      authorization: "Bearer hush",
      "x-custom": "hush",
      "content-type": "text/plain",
    };
    await get(port, "/path?key=hush", { headers, method: "POST" });
    await until(() => root.records.length === 2);
    expect(JSON.stringify(root.records)).not.toContain("hush");
  });

  it("ends at close: after the response, and not when the handler returns", async () => {
    let log: ScopedLogger | undefined;
    let finish = () => {};
    const { port, registry } = await serve((_request, response, one) => {
      log = one;
      response.write("first");
      finish = () => response.end("last");
    });
    const answer = get(port);
    await until(() => log !== undefined);
    expect(log?.disposed).toBe(false);
    expect(registry.stats().live).toBe(1);
    finish();
    expect((await answer).body).toBe("firstlast");
    await nothingLive(registry);
    expect(log?.disposed).toBe(true);
  });

  it("leaves the program a last line, in its listeners and after its pipelines", async () => {
    const { port, registry, root } = await serve(async (_request, response, log) => {
      response.on("close", () => log.info("closed"));
      log.info("begun");
      try {
        await pipeline(new Readable({ read() {} }), response);
      } catch (error) {
        log.info("given up", error);
      }
    });
    await abort(port, "/", () => root.messages.includes("begun"));
    await nothingLive(registry);
    expect(root.records.map(({ message, late }) => [message, late])).toEqual([
      ["begun", false],
      ["closed", false],
      ["given up", false],
    ]);
    expect(registry.stats().late).toBe(0);
  });

  it("ends a request that the client aborts before, while and instead of the answer", async () => {
    const surroundings = await serve(
      (request, response, log) => {
        log.info("begun");
        if (request.url === "/streamed") response.write("some");
      },
      { summary: true },
    );
    const { port, registry, root } = surroundings;
    await abort(port, "/silent", () => root.messages.includes("begun"));
    await nothingLive(registry);
    root.records.length = 0;
    await abort(port, "/streamed", () => root.messages.includes("begun"));
    await nothingLive(registry);
    const ended = only(endings(surroundings));
    expect(ended.level).toBe("error");
    expect(ended.fields).toMatchObject({ outcome: "error", aborted: true, status: 200 });
    expect(books(registry)).toMatchObject({ opened: 2, disposed: 2, collected: 0 });
  });

  it("tells the outcome by the status, and believes a handler that failed", async () => {
    const surroundings = await serve(
      (request, response, log) => {
        const { status, failed } = Object.fromEntries(new URL(request.url ?? "", "http://x").searchParams);
        if (failed === "yes") log.fail(new Error("half of it"), { half: true });
        response.statusCode = Number(status);
        response.end();
      },
      { summary: "info" },
    );
    const { port } = surroundings;
    for (const query of ["status=200", "status=404", "status=500", "status=503", "status=200&failed=yes"]) {
      await get(port, `/?${query}`);
    }
    await until(() => endings(surroundings).length === 5);
    const told = endings(surroundings);
    expect(told.map(({ fields }) => fields?.["outcome"])).toEqual(["ok", "ok", "error", "error", "error"]);
    expect(told.map(({ fields }) => fields?.["status"])).toEqual([200, 404, 500, 503, 200]);
    expect(told.at(-1)?.error).toMatchObject({ message: "half of it" });
    expect(told.at(-1)?.fields).toMatchObject({ half: true });
    expect(told[0]?.fields).not.toHaveProperty("aborted");
  });

  it("fails the scope by what the handler throws or rejects with, and lets it go on", async () => {
    const caught: unknown[] = [];
    const logs: ScopedLogger[] = [];
    const surroundings = world();
    const { registry, root } = surroundings;
    const sync = new Error("sync");
    const late = new Error("late");
    const scoped = withScope<IncomingMessage, import("node:http").ServerResponse>(
      (request, response, log) => {
        logs.push(log);
        response.on("close", () => {});
        log.debug("a detail");
        if (request.url === "/sync") throw sync;
        return Promise.reject(late);
      },
      { registry, summary: true, buffer: { until: "error" } },
    );
    const server = createServer(async (request, response) => {
      try {
        await scoped(request, response);
      } catch (error) {
        caught.push(error);
        registry.getLogger("outside").error("caught", error);
        response.statusCode = 500;
        response.end();
      }
    });
    await using listener = await listening(server);
    await get(listener.port, "/sync");
    await get(listener.port, "/late");
    await nothingLive(registry);
    expect(caught).toEqual([sync, late]);
    expect(logs.map(({ outcome }) => outcome)).toEqual(["error", "error"]);
    expect(root.messages).toEqual(["a detail", "caught", "http ended", "a detail", "caught", "http ended"]);
    // The error remembers where it came from.
    expect(root.records[1]?.fields?.["requestId"]).toBe(logs[0]?.fields["requestId"]);
    expect(root.records[2]?.error).toBe(sync);
  });

  it("is ambient, unless told otherwise", async () => {
    for (const ambient of [true, false]) {
      const { port, root, registry } = await serve(
        async (_request, response) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          registry.currentLogger().info("deep inside");
          response.end();
        },
        { ambient },
      );
      await get(port);
      expect(only(root.records).scope).toBe(ambient ? "http#1" : undefined);
    }
    expect(currentLogger().name).toBe("");
  });

  it("opens the scope as the options say", async () => {
    const closed: string[] = [];
    const parent = recorder("parent");
    const surroundings = await serve(
      (_request, response, log) => {
        log.trace("fine");
        log.info("coarse");
        response.end();
      },
      {
        name: "web",
        level: "info",
        fields: ({ method }) => ({ verb: method?.toLowerCase() }),
        requestId: ({ headers }) => `from-${headers["host"]?.length}`,
        handlers: () => [recorder("own", { diary: closed })],
      },
    );
    const { port, root, registry } = surroundings;
    await get(port, "/x");
    await nothingLive(registry);
    const line = only(root.records);
    expect(line.scope).toBe("web#1");
    expect(line.bound).toEqual({ requestId: "from-15", method: "GET", path: "/x", verb: "get" });
    expect(closed).toEqual(["own.dispose"]);
    expect(parent.records).toEqual([]);
  });

  it("opens the scope inside the logger it is given", async () => {
    const surroundings = world();
    const logger = surroundings.registry.getLogger("app").with({ version: 3 });
    const server = createServer(
      withScope(
        (_request, response, log) => {
          log.info("line");
          response.end();
        },
        { logger, requestId: false },
      ),
    );
    await using listener = await listening(server);
    await get(listener.port);
    const line = only(surroundings.root.records);
    expect(line.logger).toBe("app.http");
    expect(line.bound).toEqual({ version: 3, method: "GET", path: "/" });
  });

  it("serves the request when an option throws, and tells it", async () => {
    const broken = () => {
      throw new Error("broken");
    };
    const { port, root, problems } = await serve(
      (_request, response, log) => {
        log.info("still here");
        response.end("served");
      },
      { fields: broken, requestId: broken, handlers: broken },
    );
    expect((await get(port)).body).toBe("served");
    expect(only(root.records).bound).toEqual({ method: "GET", path: "/" });
    expect(problems.map(({ code, message }) => [code, /option (\w+)/.exec(message)?.[1]])).toEqual([
      ["SCOPELOG_WARN_IGNORED", "requestId"],
      ["SCOPELOG_WARN_IGNORED", "fields"],
      ["SCOPELOG_WARN_IGNORED", "handlers"],
    ]);
  });

  it("refuses bad options where they are given", () => {
    const handler = () => {};
    expectCode("ERR_SCOPELOG_NAME", () => withScope(handler, { name: "" }), "options.name");
    expectCode("ERR_SCOPELOG_LEVEL", () => withScope(handler, { level: "loud" as never }), "options.level");
    expectCode("ERR_SCOPELOG_LEVEL", () => withScope(handler, { summary: "loud" as never }), "options.summary");
    for (const option of ["registry", "logger", "fields", "requestId", "handlers", "ambient"]) {
      expectCode("ERR_SCOPELOG_OPTION", () => withScope(handler, { [option]: 17 }), `options.${option}`);
    }
    const { registry } = world();
    expectCode("ERR_SCOPELOG_OPTION", () => withScope(handler, { registry, logger: registry.getLogger() }), "registry");
  });

  it("finds the scope again that a request has", async () => {
    const { port, registry } = await serve((request, response, log) => {
      expect(openRequestScope(request, response)).toBe(log);
      response.end();
    });
    expect((await get(port)).status).toBe(200);
    await nothingLive(registry);
    expect(registry.stats().opened).toBe(1);
  });

  it("ends at once for a response that was closed before", async () => {
    const { registry } = world();
    let log: ScopedLogger | undefined;
    const server = createServer((request, response) => {
      response.on("close", () => {
        log = openRequestScope(request, response, { registry });
      });
    });
    await using listener = await listening(server);
    await abort(listener.port, "/", () => server.listenerCount("request") === 1 && connections(server) > 0);
    await until(() => log !== undefined);
    await nothingLive(registry);
    expect(log?.disposed).toBe(true);
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { port, registry } = await serve((_request, response, log) => {
      log.info("one of many");
      response.end("ok");
    });
    await flood(port, 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0, collected: 0 });
  }, 180_000);

  it("leaves nothing of 2,000 requests whose clients go away", async () => {
    const { port, registry } = await serve((_request, response, log) => {
      log.info("begun");
      response.write("x");
    });
    for (let round = 0; round < 20; round++) {
      const opened = registry.stats().opened;
      const sockets = Array.from({ length: 100 }, () =>
        connect(port, "127.0.0.1")
          .on("error", () => {})
          .setNoDelay()
          .resume(),
      );
      for (const socket of sockets) socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      await until(() => registry.stats().opened === opened + 100);
      for (const [index, socket] of sockets.entries()) index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy();
    }
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 2000, disposed: 2000 });
  });

  it("leaves nothing of pipelined requests whose connection is lost, and no mark on the connection", async () => {
    const { port, registry, server } = await serve((request, response) => {
      if (request.url === "/ok") response.end("ok");
    });
    const marks: symbol[] = [];
    server.on("connection", (socket) => {
      // A mark that some sockets have and others not costs all code that is optimised for sockets.
      socket.on("close", () => marks.push(...Object.getOwnPropertySymbols(socket)));
    });
    for (const ahead of ["/ok", "/hang"]) {
      const socket = connect(port, "127.0.0.1").on("error", () => {});
      const text = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
      const { opened } = registry.stats();
      socket.write(text(ahead) + text("/hang").repeat(20) + text("/ok"));
      await until(() => registry.stats().opened === opened + 22);
      expect(registry.stats().live).toBeGreaterThan(20);
      socket.destroy();
      await nothingLive(registry);
    }
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.filter((mark) => mark.description?.includes("scopelog"))).toEqual([]);
    expect(books(registry)).toMatchObject({ opened: 44, disposed: 44, late: 0 });
  });

  it("tells of a pipelined request nothing that is of the one before it", async () => {
    const { port, registry, root } = await serve(
      (request, response) => {
        if (request.url === "/slow") setTimeout(() => response.end("slow"), 20);
        else response.end("fast");
      },
      { summary: true },
    );
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    onTestFinished(() => void socket.destroy());
    const trace = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";
    // The second is answered first and waits; what comes of its end comes from inside the first.
    socket.write(`GET /slow HTTP/1.1\r\nhost: x\r\n${trace}\r\nGET /fast HTTP/1.1\r\nhost: x\r\n\r\n`);
    await until(() => registry.stats().opened === 2);
    await nothingLive(registry);
    const [slow, fast] = root.records;
    expect(slow?.bound).toMatchObject({ path: "/slow", trace_id: "0af7651916cd43dd8448eb211c80319c" });
    expect(fast?.bound).toMatchObject({ path: "/fast" });
    expect({ ...fast?.bound, ...fast?.fields }).not.toHaveProperty("trace_id");
  });

  it("serves node:http2 too", async () => {
    const surroundings = world();
    const { registry, root } = surroundings;
    const server = createHttp2Server(
      withScope(
        (request, response, log) => {
          log.info("h2");
          if (request.url === "/hang") response.write("x");
          else response.end("done");
        },
        { registry, summary: true },
      ),
    );
    server.listen(0, "127.0.0.1");
    await until(() => server.listening);
    const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const request = client.request({ ":path": "/p?q", "x-request-id": "two" });
    for await (const _chunk of request);
    await nothingLive(registry);
    expect(root.records[0]?.bound).toEqual({ requestId: "two", method: "GET", path: "/p" });
    expect(root.records[1]?.fields).toMatchObject({ outcome: "ok", status: 200 });
    const hanging = client.request({ ":path": "/hang" });
    hanging.on("error", () => {});
    await until(() => registry.stats().live === 1);
    hanging.close(8);
    await nothingLive(registry);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "error", aborted: true });
  });
});

function connections(server: Server): number {
  return (server as unknown as { _connections: number })._connections;
}
