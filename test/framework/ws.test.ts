import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { ScopedLogger } from "scopelog";
import { type RequestScopeOptions, scopeOfSocket, withSocketScope } from "scopelog/ws";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { expectCode } from "../support/errors.ts";
import { until } from "../support/gc.ts";
import { only, recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";
import { listening, nothingLive } from "./server.ts";

interface Ws {
  readyState: number;
  on(event: string | symbol, listener: (...args: never[]) => void): unknown;
  send(text: string): void;
  close(code?: number): void;
  terminate(): void;
  emit(event: string, ...args: unknown[]): boolean;
}
type Handler = (socket: Ws, request: IncomingMessage, log: ScopedLogger) => unknown;

async function serve(handler: Handler, options: RequestScopeOptions<IncomingMessage> = {}) {
  const surroundings = world();
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", withSocketScope(handler, { registry: surroundings.registry, ...options }));
  await once(server, "listening");
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { ...surroundings, server, port: (server.address() as AddressInfo).port };
}

async function open(port: number, path = "/", headers: Record<string, string> = {}): Promise<Ws> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  await once(socket, "open");
  return socket;
}

/** A connection that has asked for an upgrade and been granted it, without a WebSocket behind it. */
async function bare(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(
    "GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await once(socket, "data");
  return socket;
}

describe("withSocketScope", () => {
  it("gives each connection a scope, from its opening to its close", async () => {
    let log: ScopedLogger | undefined;
    const { port, registry, root } = await serve(
      (socket, _request, one) => {
        log = one;
        expect(scopeOfSocket(socket)).toBe(one);
        one.info("opened");
        socket.on("message", (data: Buffer) => one.info("message", { text: String(data) }));
        socket.on("close", () => one.info("closed"));
      },
      { summary: true },
    );
    const client = await open(port, "/chat?token=hush", { "x-request-id": "r1" });
    client.send("hello");
    await until(() => root.messages.includes("message"));
    expect(log?.disposed).toBe(false);
    client.close(1000);
    await nothingLive(registry);
    expect(root.records.map(({ message, scope, bound }) => ({ message, scope, bound }))).toEqual(
      ["opened", "message", "closed", "ws ended"].map((message) => ({
        message,
        scope: "ws#1",
        bound: { requestId: "r1", path: "/chat" },
      })),
    );
    expect(root.records.at(-1)?.fields).toMatchObject({ outcome: "ok", code: 1000 });
  });

  it("tells by the close code how it went", async () => {
    const { port, registry, root } = await serve((_socket, request, log) => {
      if (request.url === "/failed") log.fail(new Error("half of it"));
    }, { summary: "info" }); // biome-ignore format: short
    const close = async (path: string, act: (client: Ws) => void) => {
      root.records.length = 0;
      const client = await open(port, path);
      act(client);
      await nothingLive(registry);
      const { outcome, code, aborted } = only(root.records).fields as Record<string, unknown>;
      return [outcome, code, aborted];
    };
    expect(await close("/", (client) => client.close())).toEqual(["ok", 1005, undefined]);
    expect(await close("/", (client) => client.close(1000))).toEqual(["ok", 1000, undefined]);
    expect(await close("/", (client) => client.close(4001))).toEqual(["ok", 4001, undefined]);
    expect(await close("/", (client) => client.close(1011))).toEqual(["error", 1011, undefined]);
    expect(await close("/", (client) => client.terminate())).toEqual(["error", 1006, true]);
    expect(await close("/failed", (client) => client.close(1000))).toEqual(["error", 1000, undefined]);
  });

  it("hears an error of the socket without handling it", async () => {
    const handled: unknown[] = [];
    const { port, registry, root, server } = await serve(
      (socket) => {
        socket.on("error", ((error: unknown) => handled.push(error)) as never);
      },
      { summary: true },
    );
    const client = await bare(port);
    client.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await nothingLive(registry);
    expect(handled).toHaveLength(1);
    expect(only(root.records)).toMatchObject({ level: "error", error: handled[0] });
    // Without a listener of the program's own, it is thrown as before.
    server.removeAllListeners("connection");
    const unhandled: unknown[] = [];
    server.on(
      "connection",
      withSocketScope((socket: Ws) => {
        try {
          socket.emit("error", new Error("unheard"));
        } catch (error) {
          unhandled.push(error);
        }
      }, { registry }),
    ); // biome-ignore format: short
    (await open(port)).close();
    await nothingLive(registry);
    expect(unhandled).toMatchObject([{ message: "unheard" }]);
  });

  it("fails by what the handler throws, and passes it on", async () => {
    const { registry, root } = world();
    const socket = { readyState: 1, on: () => {} };
    const request = { url: "/", headers: {} } as IncomingMessage;
    const broken = new Error("broken");
    const logs: ScopedLogger[] = [];
    const sync = withSocketScope((_s, _r, log) => { logs.push(log); throw broken; }, { registry }); // biome-ignore format: short
    const async = withSocketScope(async (_s, _r, log) => { logs.push(log); throw broken; }, { registry }); // biome-ignore format: short
    expect(() => sync(socket, request)).toThrow(broken);
    await expect(async(socket, request)).rejects.toBe(broken);
    expect(logs.map(({ outcome }) => outcome)).toEqual(["error", "error"]);
    registry.getLogger().error("outside", broken);
    expect(root.records.at(-1)?.fields).toMatchObject({ path: "/" });
    for (const log of logs) log.dispose();
  });

  it("is ambient in the handler", async () => {
    for (const ambient of [true, false]) {
      const { port, registry, root } = await serve(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        registry.currentLogger().info("deep");
      }, { ambient }); // biome-ignore format: short
      const client = await open(port);
      await until(() => root.records.length === 1);
      expect(root.records[0]?.scope).toBe(ambient ? "ws#1" : undefined);
      client.close();
    }
  });

  it("ends for a socket that is closed already", async () => {
    const { registry } = world();
    const socket = { readyState: 3, on: () => {} };
    withSocketScope(() => {}, { registry })(socket, { url: "/", headers: {} } as IncomingMessage);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 1, disposed: 1 });
  });

  it("closes what the scope owns, at the close", async () => {
    const diary: string[] = [];
    const { port, registry } = await serve(() => {}, { handlers: () => [recorder("own", { diary })] });
    const client = await open(port);
    expect(diary).toEqual([]);
    client.terminate();
    await nothingLive(registry);
    expect(diary).toEqual(["own.dispose"]);
  });

  it("serves an upgrade that the program handles itself", async () => {
    const { registry } = world();
    const server = new WebSocketServer({ noServer: true });
    const scoped = withSocketScope((socket: Ws) => socket.close(), { registry });
    const http = createServer();
    http.on("upgrade", (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (one: Ws) => scoped(one, request)),
    );
    await using listener = await listening(http);
    await open(listener.port);
    await nothingLive(registry);
    expect(registry.stats().opened).toBe(1);
  });

  it("refuses bad options", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => withSocketScope(() => {}, { fields: 1 as never }), "options.fields");
  });

  it("leaves nothing of 10,000 connections that are aborted", async () => {
    const { port, registry, server } = await serve((socket, _request, log) => {
      log.info("opened");
      socket.on("error", () => {});
    });
    for (let round = 0; round < 100; round++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => bare(port)));
      for (const [index, socket] of sockets.entries()) index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy();
    }
    await until(() => registry.stats().opened === 10_000);
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0, collected: 0 });
    expect(server.clients.size).toBe(0);
  }, 240_000);
});
