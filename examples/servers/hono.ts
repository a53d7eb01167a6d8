// Hono 4 on Node: c.var.log is the request's own logger. On Bun and Deno the middleware is the same.
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamText } from "hono/streaming";
import { honoScope, type LogVariables } from "scopelog/hono";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const app = new Hono<{ Variables: LogVariables }>();
app.use(honoScope(perRequest));

app.get("/orders/:id", async (c) => c.text(await findOrder(c.req.param("id"))));

app.get("/events", (c) =>
  streamText(c, async (stream) => {
    c.var.log.debug("sending events");
    for await (const event of events()) {
      if (stream.aborted) break;
      await stream.write(event);
    }
  }),
);

app.onError((_error, c) => c.text("sorry\n", 500));

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(port, "127.0.0.1", () => {
  started(server.address(), () => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
});
