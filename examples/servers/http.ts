// node:http: request.log, or the third argument, is the request's own logger. Try it:
// node http.js 8080, then curl 127.0.0.1:8080/orders/7, /orders/broken and /events
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { withScope } from "scopelog/http";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const server = createServer(
  withScope(async (request, response, log) => {
    if (request.url === "/events") {
      log.debug("sending events");
      Readable.from(events())
        .on("error", () => {})
        .pipe(response);
      return;
    }
    try {
      response.end(await findOrder(request.url?.split("/")[2] ?? ""));
    } catch (error) {
      log.fail(error);
      response.writeHead(500).end("sorry\n");
    }
  }, perRequest),
);

server.listen(port, "127.0.0.1", () => {
  started(server.address(), () => server.close().closeAllConnections());
});
