import { setImmediate as turn } from "node:timers/promises";
import { createRegistry, type ScopedLogger } from "scopelog";
import { scopeResponse, scopeStream, withFetchScope } from "scopelog/http";
import { describe, expect, it } from "vitest";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { only } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";
import type { Told } from "./fixtures/fetch-routes.ts";
import { running, runtimeOf } from "./runtimes.ts";
import { abort, flood, get } from "./server.ts";

const request = (path = "/", init: RequestInit = {}) => new Request(`http://example.org${path}`, init);
const encode = (text: string) => new TextEncoder().encode(text);

/** A stream whose chunks, end and failure are given from outside, and what its reader said. */
function source() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const cancelled: unknown[] = [];
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (one) => {
        controller = one;
      },
      pull: () => void pulls++,
      cancel: (reason) => void cancelled.push(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, controller, cancelled, pulls: () => pulls };
}

describe("withFetchScope", () => {
  it("gives each request a scope, as second argument, before what the server gives", async () => {
    const { registry, root } = world();
    const handler = withFetchScope(
      (one: Request, log, server: string, number: number) => {
        log.info("at work", { server, number });
        return new Response(one.url);
      },
      { registry },
    );
    const response = await handler(request("/a/b?c=hush", { headers: { "x-request-id": "r1" } }), "server", 7);
    expect(await response.text()).toBe("http://example.org/a/b?c=hush");
    expect(only(root.records)).toMatchObject({
      scope: "http#1",
      bound: { requestId: "r1", method: "GET", path: "/a/b" },
      fields: { server: "server", number: 7 },
    });
    await until(() => registry.stats().live === 0);
  });

  it("reads the path of any address", async () => {
    const { registry, root } = world();
    const handler = withFetchScope((_: { url: string; method: string; headers: Headers }, log) => {
      log.info("m");
      return undefined;
    }, { registry }); // biome-ignore format: short
    const urls = ["http://x", "http://x/", "http://x?q", "https://x:1/a?b/c", "/only/path?q", "http://x/a//b"];
    for (const url of urls) handler({ url, method: "GET", headers: new Headers() });
    expect(root.records.map(({ bound }) => bound["path"])).toEqual(["/", "/", "/", "/a", "/only/path", "/a//b"]);
  });

  it("ends at once without a body, and for HEAD", async () => {
    const { registry, root } = world();
    const handler = withFetchScope(
      (one: Request) =>
        new Response(one.method === "HEAD" ? "text" : null, { status: one.method === "HEAD" ? 200 : 204 }),
      { registry, summary: true },
    );
    await handler(request());
    await handler(request("/", { method: "HEAD" }));
    expect(root.records.map(({ fields }) => [fields?.["outcome"], fields?.["status"]])).toEqual([
      ["ok", 204],
      ["ok", 200],
    ]);
    expect(registry.stats().live).toBe(0);
  });

  it("lives to the end of the body, whose response is else the same", async () => {
    const { registry, root } = world();
    const { stream, controller, pulls } = source();
    let log!: ScopedLogger;
    const handler = withFetchScope(
      (_: Request, one) => {
        log = one;
        const headers = new Headers({ "x-own": "kept" });
        headers.append("set-cookie", "a=1");
        headers.append("set-cookie", "b=2");
        return new Response(stream, { status: 201, statusText: "Made", headers });
      },
      { registry, summary: true },
    );
    const response = await handler(request());
    expect([response.status, response.statusText, response.headers.get("x-own")]).toEqual([201, "Made", "kept"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    await turn();
    expect([pulls(), log.disposed]).toEqual([0, false]);
    const text = response.text();
    controller.enqueue(encode("one"));
    await turn();
    log.info("between");
    expect(log.disposed).toBe(false);
    controller.enqueue(encode("two"));
    controller.close();
    expect(await text).toBe("onetwo");
    expect(log.disposed).toBe(true);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "ok", status: 201 });
    expect(books(registry).late).toBe(0);
  });

  it("ends when the body is cancelled, and when it fails", async () => {
    const { registry, root } = world();
    const sources = [source(), source()];
    const handler = withFetchScope((_: Request) => new Response(sources.shift()?.stream), { registry, summary: true });
    const [first, second] = [...sources];
    const cancelled = await handler(request());
    await cancelled.body?.cancel("gone");
    expect(first?.cancelled).toEqual(["gone"]);
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "error", aborted: true });
    const failed = await handler(request());
    const text = failed.text();
    second?.controller.error(new Error("the source broke"));
    await expect(text).rejects.toThrow("the source broke");
    expect(root.records.at(-1)).toMatchObject({ error: { message: "the source broke" }, fields: { outcome: "error" } });
    expect(books(registry)).toMatchObject({ live: 0, disposed: 2 });
  });

  it("fails by what is thrown or rejected, and passes it on", async () => {
    const { registry, root } = world();
    const thrown = new Error("thrown");
    const handler = withFetchScope(
      (one: Request): Promise<Response> => {
        if (one.url.endsWith("/sync")) throw thrown;
        return Promise.reject(thrown);
      },
      { registry, summary: true },
    );
    expect(() => handler(request("/sync"))).toThrow(thrown);
    await expect(handler(request("/async"))).rejects.toBe(thrown);
    expect(root.records.map(({ error, level }) => [error, level])).toEqual([
      [thrown, "error"],
      [thrown, "error"],
    ]);
    expect(registry.stats().live).toBe(0);
    registry.getLogger().error("outside", thrown);
    expect(root.records.at(-1)?.fields).toMatchObject({ path: "/sync" });
  });

  it("is ambient in the handler and in its stream", async () => {
    for (const ambient of [true, false]) {
      const { registry, root } = world();
      const handler = withFetchScope(
        async (_: Request) => {
          await turn();
          registry.currentLogger().info("handler");
          const body = new ReadableStream({
            async pull(controller) {
              await turn();
              registry.currentLogger().info("stream");
              controller.close();
            },
          }, { highWaterMark: 0 }); // biome-ignore format: short
          return new Response(body);
        },
        { registry, ambient },
      );
      await (await handler(request())).text();
      expect(root.messages).toEqual(["handler", "stream"]);
      const scope = ambient ? "http#1" : undefined;
      expect(root.records.map((record) => record.scope)).toEqual([scope, scope]);
    }
  });

  it("passes responses on as they are, and does not wait, if told so", async () => {
    const { registry } = world();
    const responses = [new Response("a"), new Response("b")];
    const [first, second] = responses;
    const asked: unknown[] = [];
    const streams = (response: Response) => {
      asked.push(response);
      return false;
    };
    expect(await withFetchScope((_: Request) => responses.shift(), { registry, streams: false })(request())).toBe(
      first,
    );
    expect(await withFetchScope((_: Request) => responses.shift(), { registry, streams })(request())).toBe(second);
    expect(asked).toEqual([second]);
    expect(registry.stats().live).toBe(0);
  });

  it("ends with the promise of a server that tells", async () => {
    const { registry } = world();
    const response = new Response("text");
    let complete = () => {};
    const completed = new Promise<void>((resolve) => {
      complete = resolve;
    });
    const handler = withFetchScope((_: Request, _log, _info: object) => response, { registry });
    expect(await handler(request(), { completed })).toBe(response);
    expect(registry.stats().live).toBe(1);
    complete();
    await turn();
    expect(registry.stats().live).toBe(0);
  });

  it("ends the scope if an option throws at the end", async () => {
    const { registry } = world();
    const streams = () => {
      throw new Error("broken");
    };
    const sync = withFetchScope((_: Request) => new Response("a"), { registry, streams });
    const async = withFetchScope(async (_: Request) => new Response("a"), { registry, streams });
    expect(() => sync(request())).toThrow("broken");
    await expect(async(request())).rejects.toThrow("broken");
    expect(registry.stats().live).toBe(0);
  });

  it("refuses bad options", () => {
    expectCode(
      "ERR_SCOPELOG_OPTION",
      () => withFetchScope(() => undefined, { streams: 1 as never }),
      "options.streams",
    );
    expectCode("ERR_SCOPELOG_OPTION", () => withFetchScope(() => undefined, { fields: 1 as never }), "options.fields");
  });

  it("leaves nothing of 10,000 requests", async () => {
    const { registry } = world();
    const handler = withFetchScope(async (_: Request) => new Response("ok"), { registry });
    for (let round = 0; round < 100; round++) {
      const responses = await Promise.all(Array.from({ length: 100 }, () => handler(request())));
      await Promise.all(responses.map((response, index) => (index % 2 ? response.text() : response.body?.cancel())));
    }
    expect(books(registry)).toMatchObject({ opened: 10_000, live: 0, disposed: 10_000 });
  }, 180_000);
});

describe("scopeStream and scopeResponse", () => {
  it("move the end from the block to the end of the stream", async () => {
    const registry = createRegistry();
    const { stream, controller } = source();
    const make = () => {
      using log = registry.getScoped("download");
      return { log, response: scopeResponse(log, new Response(stream, { status: 202 })) };
    };
    const { log, response } = make();
    expect([log.disposed, response.status]).toEqual([false, 202]);
    controller.enqueue(encode("text"));
    controller.close();
    expect(await response.text()).toBe("text");
    await turn();
    expect(log.disposed).toBe(true);
  });

  it("leave the scope to its block without a body", () => {
    const registry = createRegistry();
    const response = new Response(null);
    const make = () => {
      using log = registry.getScoped("download");
      expect(scopeResponse(log, response)).toBe(response);
      return log;
    };
    expect(make().disposed).toBe(true);
  });

  it("fail the scope by a failure, and end it by a cancel", async () => {
    const registry = createRegistry();
    const [failing, cancelled] = [source(), source()];
    const [first, second] = [registry.getScoped("a"), registry.getScoped("b")];
    const reader = scopeStream(first, failing.stream).getReader();
    failing.controller.error(new Error("broken"));
    await expect(reader.read()).rejects.toThrow("broken");
    await scopeStream(second, cancelled.stream).cancel("enough");
    await turn();
    expect([first.disposed, first.outcome]).toEqual([true, "error"]);
    expect([second.disposed, second.outcome]).toEqual([true, "unknown"]);
    expect(cancelled.cancelled).toEqual(["enough"]);
  });

  it("hold the other holders of a scope not up", async () => {
    const registry = createRegistry();
    const { stream, controller } = source();
    const log = registry.getScoped("a");
    const fork = log.fork();
    const watched = scopeStream(log, stream);
    controller.close();
    for await (const _chunk of watched);
    await turn();
    expect([log.disposed, fork.disposed]).toEqual([true, false]);
    fork.dispose();
    expect(registry.stats().live).toBe(0);
  });

  it("refuse a stream that is locked", () => {
    const log = createRegistry().getScoped("a");
    const { stream } = source();
    stream.getReader();
    expect(() => scopeStream(log, stream)).toThrow(TypeError);
    log[Symbol.dispose]();
    expect(log.disposed).toBe(true);
  });
});

function ended(lines: Told["lines"]): unknown[] {
  const fields = lines.find(({ message }) => message === "http ended")?.fields as Record<string, unknown> | undefined;
  return [fields?.["outcome"], fields?.["status"], fields?.["aborted"]];
}

for (const name of ["bun", "deno"] as const) {
  const runtime = runtimeOf(name);
  for (const kind of ["fetch", "hono"]) {
    describe.skipIf(runtime === undefined)(`${kind === "hono" ? "honoScope" : "withFetchScope"} on ${name}`, () => {
      const serve = (options: object = {}) =>
        running(runtime as string, "test/framework/fixtures/fetch-server.ts", [kind, JSON.stringify(options)]);
      const told = async (port: number) => (await (await fetch(`http://127.0.0.1:${port}/told`)).json()) as Told;
      /** What was told since, once no scope is live. */
      const toldAtRest = async (port: number) => {
        const all: Told["lines"] = [];
        for (;;) {
          const one = await told(port);
          all.push(...one.lines);
          if (one.live === 0) return { ...one, lines: all };
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };

      it("serves all kinds of bodies as they are, in a scope each", async () => {
        await using server = await serve();
        const text = await fetch(`http://127.0.0.1:${server.port}/text`);
        expect(await text.text()).toBe("text");
        expect(text.headers.get("content-type")?.toLowerCase()).toBe("text/plain;charset=utf-8");
        expect(text.headers.get("content-length")).toBe("4");
        expect(await (await fetch(`http://127.0.0.1:${server.port}/json`)).json()).toEqual({ a: 1 });
        expect((await fetch(`http://127.0.0.1:${server.port}/empty`)).status).toBe(204);
        const stream = await fetch(`http://127.0.0.1:${server.port}/stream`, { headers: { "x-request-id": "r1" } });
        expect([await stream.text(), stream.headers.get("x-own")]).toEqual(["0;1;2;", "kept"]);
        const { opened, late, lines } = await toldAtRest(server.port);
        expect([opened, late]).toEqual([4, 0]);
        expect(lines.slice(3)).toMatchObject([
          { message: "at work", scope: "http#4", bound: { requestId: "r1", method: "GET", path: "/stream" } },
          ...["chunk", "chunk", "chunk"].map((message) => ({ message, scope: "http#4" })),
        ]);
      });

      it("ends a stream that its client leaves", async () => {
        await using server = await serve();
        const { port } = server;
        let chunks = 0;
        const done = abort(port, "/endless", () => chunks > 2);
        while (chunks <= 2) chunks += (await told(port)).lines.filter(({ message }) => message === "chunk").length;
        await done;
        const { lines, late } = await toldAtRest(port);
        expect(lines.map(({ message }) => message)).toContain("cancelled");
        // The chunk that was being made when the client left.
        expect(late).toBeLessThanOrEqual(1);
      });

      it("tells how it went", async () => {
        await using server = await serve({ summary: true });
        const { port } = server;
        const outcome = async (path: string) => {
          await get(port, path).catch(() => {});
          const { lines } = await toldAtRest(port);
          return ended(lines);
        };
        expect(await outcome("/text")).toEqual(["ok", 200, undefined]);
        expect(await outcome("/stream")).toEqual(["ok", 200, undefined]);
        expect(await outcome("/empty")).toEqual(["ok", 204, undefined]);
        expect(await outcome("/bad")).toEqual(["error", 503, undefined]);
        expect(await outcome("/broken")).toEqual(["error", 200, true]);
        expect(await outcome("/thrown")).toEqual(["error", kind === "hono" ? 500 : undefined, undefined]);
        let chunks = 0;
        const done = abort(port, "/endless", () => chunks > 0);
        while (chunks === 0) chunks = (await told(port)).lines.filter(({ message }) => message === "chunk").length;
        await done;
        const { lines } = await toldAtRest(port);
        expect(ended(lines)).toEqual(["error", 200, true]);
      });

      it("ends a request whose client leaves before it is answered", async () => {
        await using server = await serve();
        let begun = false;
        const done = abort(server.port, "/hang", () => begun);
        while (!begun) begun = (await told(server.port)).lines.length > 0;
        await done;
        expect(await toldAtRest(server.port)).toMatchObject({ live: 0, opened: 1, late: 0 });
      });

      it("leaves nothing of 10,000 requests", async () => {
        await using server = await serve();
        await flood(server.port, 10_000, "/text");
        expect(await toldAtRest(server.port)).toMatchObject({ live: 0, opened: 10_000, late: 0, collected: 0 });
      }, 180_000);
    });
  }
}
