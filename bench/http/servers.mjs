// One server of the comparison, in a process of its own: `servers.mjs <name>`. It tells its port, and on each message the
// CPU time it has used. Every server answers "hello" and, unless it logs nothing, writes the same: a line of the handler
// with a field, and what its logger says of a request by itself, to a file, at its fastest documented setting.
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "node:http";
import Fastify from "fastify";
import pino from "pino";
import pinoHttp from "pino-http";
import { configure, getLogger, jsonFormatter } from "scopelog";
import { fastifyScope } from "scopelog/fastify";
import { withScope } from "scopelog/http";
import { fileHandler } from "scopelog/node";
import { asPino } from "scopelog/pino";

const path = "/dev/null";

function scopelog() {
  configure({
    loggers: { "": { level: "info", handlers: ["file"] } },
    handlers: { file: fileHandler({ path, formatter: jsonFormatter() }) },
  });
  return getLogger("web");
}

const destination = () => pino.destination({ dest: path, minLength: 4096, sync: true });

function httpWith(options) {
  const logger = scopelog();
  return createServer(
    withScope(
      (_request, response, log) => {
        log.info("at work", { answer: 42 });
        response.end("hello");
      },
      { logger, summary: "info", ...options },
    ),
  );
}

/** What programs do that want their logger wherever a request leads. */
const ambient = new AsyncLocalStorage();

function pinoHttpServer(ambientToo) {
  // What it writes of a request by default, its headers, would be most of its work: the same as ours is asked for.
  const middleware = pinoHttp({
    logger: pino(destination()),
    serializers: {
      req: ({ id, method, url }) => ({ id, method, url }),
      res: ({ statusCode }) => ({ statusCode }),
    },
  });
  const handle = (request, response) => {
    request.log.info({ answer: 42 }, "at work");
    response.end("hello");
  };
  return createServer((request, response) => {
    middleware(request, response);
    if (ambientToo) ambient.run(request.log, () => handle(request, response));
    else handle(request, response);
  });
}

async function fastifyWith(options, plugin, hook) {
  const app = Fastify(options);
  if (plugin !== undefined) await app.register(fastifyScope, plugin);
  if (hook !== undefined) app.addHook("onRequest", hook);
  app.get("/", (request, reply) => {
    request.log.info({ answer: 42 }, "at work");
    reply.send("hello");
  });
  await app.ready();
  return app.server;
}

export const servers = {
  "http, no logging": () => createServer((_request, response) => response.end("hello")),
  "http, pino-http": () => pinoHttpServer(false),
  "http, pino-http, ambient": () => pinoHttpServer(true),
  "http, pino-http as it comes": () => {
    const middleware = pinoHttp({ logger: pino(destination()) });
    return createServer((request, response) => {
      middleware(request, response);
      request.log.info({ answer: 42 }, "at work");
      response.end("hello");
    });
  },
  "http, scopelog, ambient": () => httpWith({}),
  "http, scopelog": () => httpWith({ ambient: false }),
  "fastify, no logging": async () => {
    const app = Fastify();
    app.get("/", (_request, reply) => {
      reply.send("hello");
    });
    await app.ready();
    return app.server;
  },
  "fastify, pino": () => fastifyWith({ loggerInstance: pino(destination()) }),
  "fastify, pino, ambient": () =>
    fastifyWith({ loggerInstance: pino(destination()) }, undefined, (request, _reply, done) =>
      ambient.run(request.log, done),
    ),
  "fastify, asPino": () => fastifyWith({ loggerInstance: asPino(scopelog()) }),
  "fastify, scopelog, ambient": () => fastifyWith({ loggerInstance: asPino(scopelog()) }, {}),
  "fastify, scopelog": () => fastifyWith({ loggerInstance: asPino(scopelog()) }, { ambient: false }),
};

export const names = Object.keys(servers);

/** The server with pino that `name` is compared with. */
export const peerOf = (name) => (name.startsWith("http") ? "http, pino-http" : "fastify, pino");

if (process.send !== undefined) {
  const server = await servers[process.argv[2]]();
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
  process.on("disconnect", () => process.exit());
  process.on("message", () => process.send({ cpu: process.cpuUsage() }));
}
