import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { until } from "../support/gc.ts";
import { root } from "../support/repo.ts";
import { runtimeOf } from "./runtimes.ts";
import { abort, get } from "./server.ts";

type Line = Record<string, unknown> & { msg: string };

/** A server of `examples/servers`, as compiled by `npm run build:examples`. */
async function example(name: string, runtime: string = process.execPath) {
  const script = `${root}.build/examples/servers/${name}.js`;
  if (!existsSync(script)) throw new Error(`${script} is not there: npm run build && npm run build:examples`);
  const flags = runtime.endsWith("deno") ? ["run", "--allow-all"] : [];
  const child: ChildProcess = spawn(runtime, [...flags, script], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const lines: Line[] = [];
  const others: string[] = [];
  const take = (text: string) => {
    if (text.startsWith("{")) lines.push(JSON.parse(text));
    else others.push(text);
  };
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", take);
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", take);
  const exited = once(child, "exit");
  const has = (message: string) => lines.some(({ msg }) => msg === message);
  await Promise.race([
    until(() => has("listening"), `${name} listens`, 60_000),
    exited.then(() => {
      throw new Error(`${name} ended: ${others.join("\n")}`);
    }),
  ]);
  return {
    lines,
    others,
    port: lines.find(({ msg }) => msg === "listening")?.["port"] as number,
    /** Asks it to end, and returns what it said at last. */
    async stop(): Promise<{ code: number | null; last: Line | undefined }> {
      child.kill("SIGTERM");
      const [code] = (await exited) as [number | null];
      return { code, last: lines.at(-1) };
    },
    [Symbol.dispose]() {
      child.kill("SIGKILL");
    },
  };
}

const paths = { good: "/orders/7", bad: "/orders/broken", events: "/events", order: "order 7\n" };
const trpcPaths = {
  good: "/order?input=%227%22",
  bad: "/order?input=%22broken%22",
  events: "/events",
  order: '{"result":{"data":"order 7\\n"}}',
};

const servers: [name: string, runtime: string | undefined, at: typeof paths][] = [
  ["http", process.execPath, paths],
  ["express", process.execPath, paths],
  ["koa", process.execPath, paths],
  ["fastify", process.execPath, paths],
  ["hono", process.execPath, paths],
  ["nest", process.execPath, paths],
  ["trpc", process.execPath, trpcPaths],
  ["fetch", runtimeOf("bun"), paths],
  ["fetch", runtimeOf("deno"), paths],
];

describe("the example servers", () => {
  for (const [name, runtime, at] of servers) {
    const title = name === "fetch" ? `${name} on ${runtime?.split("/").at(-1)}` : name;
    it.skipIf(runtime === undefined)(`${title}: a line a request, and all of them if it goes wrong`, async () => {
      using server = await example(name, runtime);
      const { port, lines } = server;
      const ofRequest = (id: string) => lines.filter(({ requestId, reqId }) => (requestId ?? reqId) === id);
      const ended = (id: string) => ofRequest(id).find(({ msg }) => msg.endsWith(" ended"));
      const ask = (path: string, id: string) => get(port, path, { headers: { "x-request-id": id } });

      expect(await ask(at.good, "good")).toEqual({ status: 200, body: at.order });
      await until(() => ended("good") !== undefined, "the end of a good request");
      expect(ended("good")).toMatchObject({ level: "info", outcome: "ok", status: 200, method: "GET" });
      expect(ofRequest("good").filter(({ level }) => level === "debug")).toEqual([]);

      expect((await ask(at.bad, "bad")).status).toBe(500);
      await until(() => ended("bad") !== undefined, "the end of a bad request");
      expect(ended("bad")).toMatchObject({ level: "error", outcome: "error", status: 500 });
      expect(ended("bad")?.["err"]).toMatchObject({ message: "the order is broken" });
      expect(ofRequest("bad").map(({ msg }) => msg)).toContain("looking for an order");

      let chunks = 0;
      const seen = () => chunks++ > 20;
      await abort(port, at.events, seen, { headers: { "x-request-id": "gone", accept: "text/event-stream" } });
      await until(() => ended("gone") !== undefined, "the end of a request whose client is gone");
      expect(ended("gone")).toMatchObject({ level: "error", outcome: "error", aborted: true });
      expect(ofRequest("gone").map(({ msg }) => msg)).toContain("sending events");

      const { code, last } = await server.stop();
      expect(last).toMatchObject({ msg: "stopped", live: 0 });
      expect([code, server.others]).toEqual([0, []]);
    });
  }

  it("ws: a line a connection, and all of them if it goes wrong", async () => {
    using server = await example("ws");
    const { port, lines } = server;
    const connection = async (id: string, message: string, act: (socket: WebSocket) => unknown) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, { headers: { "x-request-id": id } });
      await once(socket, "open");
      socket.send(message);
      await act(socket);
      const ended = () => lines.find(({ msg, requestId }) => msg === "ws ended" && requestId === id);
      await until(() => ended() !== undefined, "the end of a connection");
      return { ended: ended(), all: lines.filter(({ requestId }) => requestId === id) };
    };
    const good = await connection("good", "7", async (socket) => {
      expect(String((await once(socket, "message"))[0])).toBe("order 7\n");
      socket.close();
    });
    expect(good.ended).toMatchObject({ level: "info", outcome: "ok", code: 1005, path: "/chat" });
    expect(good.all).toHaveLength(1);
    const bad = await connection("bad", "broken", (socket) => once(socket, "close"));
    expect(bad.ended).toMatchObject({ level: "error", outcome: "error", err: { message: "the order is broken" } });
    expect(bad.all.map(({ msg }) => msg)).toEqual(["looking for an order", "ws ended"]);
    const gone = await connection("gone", "7", (socket) => (socket as unknown as { terminate(): void }).terminate());
    expect(gone.ended).toMatchObject({ level: "error", outcome: "error", code: 1006, aborted: true });
    const { code, last } = await server.stop();
    expect(last).toMatchObject({ msg: "stopped", live: 0 });
    expect([code, server.others]).toEqual([0, []]);
  });
});
