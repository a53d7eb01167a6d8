// Express 5: req.log is the request's own logger.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import express from "express";
import { scopeErrors, scopeMiddleware, type WithLog } from "scopelog/http";
import { events, findOrder, perRequest, port, started } from "./setup.js";

type Request = IncomingMessage & WithLog & { params: { id: string } };
type Response = ServerResponse & { send(text: string): void };

const app = express();
app.use(scopeMiddleware(perRequest));

app.get("/orders/:id", async (req: Request, res: Response) => {
  res.send(await findOrder(req.params.id));
});

app.get("/events", (req: Request, res: Response) => {
  req.log.debug("sending events");
  Readable.from(events())
    .on("error", () => {})
    .pipe(res);
});

// What a handler throws is the error of the line at the end.
app.use(scopeErrors());
app.use((_error: unknown, _req: Request, res: Response, _next: unknown) => {
  res.statusCode = 500;
  res.send("sorry\n");
});

const server = createServer(app);
server.listen(port, "127.0.0.1", () => {
  started(server.address(), () => server.close().closeAllConnections());
});
