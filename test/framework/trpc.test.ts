import { createServer } from "node:http";
import { initTRPC, TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { type CreateHTTPContextOptions, createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { ScopedLogger } from "scopelog";
import { openRequestScope, withFetchScope } from "scopelog/http";
import { describe, expect, it } from "vitest";
import { until } from "../support/gc.ts";
import { books, type World, world } from "../support/world.ts";
import { abort, flood, get, listening, nothingLive } from "./server.ts";

const trpc = initTRPC.context<{ log: ScopedLogger }>().create();

const router = trpc.router({
  greet: trpc.procedure.query(({ ctx }) => {
    ctx.log.info("greeting");
    return "hello";
  }),
  refuse: trpc.procedure.query(() => {
    throw new TRPCError({ code: "FORBIDDEN" });
  }),
  fail: trpc.procedure.query(() => {
    throw new Error("broken");
  }),
  count: trpc.procedure.query(async function* ({ ctx }) {
    for (let number = 0; ; number++) {
      ctx.log.info("counted", { number });
      yield number;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }),
});

// Only a batch is streamed.
const counting = "/count?batch=1&input=%7B%7D";
const headers = { "trpc-accept": "application/jsonl" };

type Ends = { outcome: unknown; status: unknown; aborted: unknown };
const ends = ({ root }: World): Ends[] =>
  root.records
    .filter(({ message }) => message === "http ended")
    .map(({ fields }) => ({ outcome: fields?.["outcome"], status: fields?.["status"], aborted: fields?.["aborted"] }));

describe("tRPC 11", () => {
  it("has the scope in its context, by openRequestScope", async () => {
    const surroundings = world();
    const { registry, root } = surroundings;
    const options = { registry, summary: true };
    const server = createServer(
      createHTTPHandler({
        router,
        createContext: ({ req, res }: CreateHTTPContextOptions) => ({ log: openRequestScope(req, res, options) }),
        onError: ({ error, ctx }) => {
          if (error.code === "INTERNAL_SERVER_ERROR") ctx?.log.fail(error.cause);
        },
      }),
    );
    await using listener = await listening(server);
    const { port } = listener;
    expect(JSON.parse((await get(port, "/greet")).body)).toEqual({ result: { data: "hello" } });
    expect((await get(port, "/refuse")).status).toBe(403);
    expect((await get(port, "/fail")).status).toBe(500);
    await nothingLive(registry);
    const counted = () => root.messages.filter((message) => message === "counted").length;
    await abort(port, counting, () => counted() > 2, { headers });
    await nothingLive(registry);
    expect(ends(surroundings)).toEqual([
      { outcome: "ok", status: 200, aborted: undefined },
      { outcome: "ok", status: 403, aborted: undefined },
      { outcome: "error", status: 500, aborted: undefined },
      { outcome: "error", status: 200, aborted: true },
    ]);
    expect(root.records.find(({ error }) => error !== undefined)?.error).toMatchObject({ message: "broken" });
    expect(root.records[0]?.bound).toMatchObject({ method: "GET", path: "/greet" });
    expect(books(registry)).toMatchObject({ opened: 4, disposed: 4 });
  });

  it("has the scope in its context, by withFetchScope", async () => {
    const surroundings = world();
    const { registry, root } = surroundings;
    const handler = withFetchScope(
      (request: Request, log) =>
        fetchRequestHandler({ endpoint: "/trpc", req: request, router, createContext: () => ({ log }) }),
      { registry, summary: true },
    );
    const greeting = await handler(new Request("http://x/trpc/greet"));
    expect(await greeting.json()).toEqual({ result: { data: "hello" } });
    await nothingLive(registry);
    expect(root.records[0]).toMatchObject({ scope: "http#1", message: "greeting" });
    const stream = await handler(new Request(`http://x/trpc${counting}`, { headers }));
    const reader = stream.body?.getReader();
    await reader?.read();
    expect(registry.stats().live).toBe(1);
    await until(() => root.messages.includes("counted"));
    await reader?.cancel();
    await nothingLive(registry);
    expect(ends(surroundings).map(({ aborted }) => aborted)).toEqual([undefined, true]);
  });

  it("leaves nothing of 10,000 requests on kept-alive connections", async () => {
    const { registry } = world();
    const options = { registry };
    const createContext = ({ req, res }: CreateHTTPContextOptions) => ({ log: openRequestScope(req, res, options) });
    await using listener = await listening(createServer(createHTTPHandler({ router, createContext })));
    await flood(listener.port, 10_000, "/greet");
    await nothingLive(registry);
    expect(books(registry)).toMatchObject({ opened: 10_000, disposed: 10_000, late: 0 });
  }, 180_000);
});
