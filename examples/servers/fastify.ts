// Fastify 5: request.log is a pino-shaped logger of the request's own scope, request.scope the scope itself. Fastify's
// own two lines a request go the same way.
import { Readable } from "node:stream";
import Fastify from "fastify";
import { getLogger } from "scopelog";
import { fastifyScope } from "scopelog/fastify";
import { asPino } from "scopelog/pino";
import { events, findOrder, perRequest, port, started } from "./setup.js";

const app = Fastify({ loggerInstance: asPino(getLogger("shop")), forceCloseConnections: true });
await app.register(fastifyScope, perRequest);

app.get<{ Params: { id: string } }>("/orders/:id", (request) => {
  request.log.debug({ id: request.params.id }, "order %s is wanted", request.params.id);
  return findOrder(request.params.id);
});

app.get("/events", (request, reply) => {
  request.scope.debug("sending events");
  return reply.send(Readable.from(events()));
});

await app.listen({ port, host: "127.0.0.1" });
started(app.server.address(), () => app.close());
