// Koa 3: ctx.log is the request's own logger.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import Koa from "koa";
import type { ScopedLogger } from "scopelog";
import { koaScope } from "scopelog/http";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const app = new Koa();
app.silent = true;
app.use(koaScope(perRequest));

app.use(async (ctx: { path: string; body: unknown; log: ScopedLogger }) => {
  if (ctx.path === "/events") {
    ctx.log.debug("sending events");
    ctx.body = Readable.from(events());
  } else ctx.body = await findOrder(ctx.path.split("/")[2] ?? "");
});

const server = createServer(app.callback());
server.listen(port, "127.0.0.1", () => {
  started(server.address(), () => server.close().closeAllConnections());
});
