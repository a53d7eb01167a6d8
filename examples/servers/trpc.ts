// tRPC 11: ctx.log is the logger of the request, which a batch of calls shares.
import { createServer } from "node:http";
import { initTRPC } from "@trpc/server";
import { type CreateHTTPContextOptions, createHTTPHandler } from "@trpc/server/adapters/standalone";
import type { ScopedLogger } from "scopelog";
import { openRequestScope } from "scopelog/http";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const trpc = initTRPC.context<{ log: ScopedLogger }>().create();

// Inside run(), what is called knows the request as well.
const procedure = trpc.procedure.use(({ ctx, next }) => ctx.log.run(() => next()));

const router = trpc.router({
  order: procedure.input((id) => String(id)).query(({ input }) => findOrder(input)),
  events: procedure.subscription(({ ctx, signal }) => {
    ctx.log.debug("sending events");
    return until(events(), signal);
  }),
});

/** What `source` yields, until `signal` aborts. */
async function* until<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  for await (const value of source) {
    if (signal?.aborted) return;
    yield value;
  }
}

const server = createServer(
  createHTTPHandler({
    router,
    createContext: ({ req, res }: CreateHTTPContextOptions) => ({ log: openRequestScope(req, res, perRequest) }),
    onError: ({ error, ctx }) => {
      if (error.code === "INTERNAL_SERVER_ERROR") ctx?.log.fail(error.cause);
    },
  }),
);

server.listen(port, "127.0.0.1", () => {
  started(server.address(), () => server.close().closeAllConnections());
});
