// Bun and Deno: a fetch handler whose second argument is the request's own logger. The scope lives to the end of the
// body that is sent. Try it: bun fetch.js 8080, or deno run --allow-all fetch.js 8080
import type { ScopedLogger } from "scopelog";
import { withFetchScope } from "scopelog/http";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const handler = withFetchScope(async (request: Request, log: ScopedLogger) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/events") {
    log.debug("sending events");
    const source = events();
    const body = new ReadableStream({
      async pull(controller) {
        controller.enqueue(new TextEncoder().encode((await source.next()).value));
      },
      async cancel() {
        await source.return(undefined);
      },
    });
    return new Response(body);
  }
  try {
    return new Response(await findOrder(pathname.split("/")[2] ?? ""));
  } catch (error) {
    log.fail(error);
    return new Response("sorry\n", { status: 500 });
  }
}, perRequest);

/** What is used of the two runtimes. */
interface Runtimes {
  Bun?: { serve(options: object): { port: number; stop(closeAll: boolean): unknown } };
  Deno?: { serve(options: object, handler: unknown): { addr: { port: number }; shutdown(): Promise<void> } };
}

const { Bun, Deno } = globalThis as Runtimes;
if (Bun !== undefined) {
  const server = Bun.serve({ port, hostname: "127.0.0.1", fetch: handler });
  started(server, () => server.stop(true));
} else if (Deno !== undefined) {
  const server = Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, handler);
  started(server.addr, () => server.shutdown());
}
