// The doors that ask for the types of Node, which they bring in by themselves: nothing here mentions them. Compiled only.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { defaultRegistry, type Logger, type ScopedLogger } from "scopelog";
import { type FastifyLike, fastifyScope } from "scopelog/fastify";
import {
  koaScope,
  openRequestScope,
  scopeErrors,
  scopeMiddleware,
  scopeOf,
  scopeResponse,
  withFetchScope,
  withScope,
} from "scopelog/http";
import {
  asWritable,
  describeScopes,
  dumpScopesOnSignal,
  type FileHandler,
  fileHandler,
  flushOnSignals,
  flushSync,
  reopenOnSignal,
  rotatingFileHandler,
  streamHandler,
} from "scopelog/node";
import { type FacilityName, facilityNames, type SyslogHandler, syslogHandler, syslogTransports } from "scopelog/syslog";
import { type ScopelogTransport, scopelogTransport, type WinstonInstance, winstonHandler } from "scopelog/winston";
import { type SocketLike, scopeOfSocket, withSocketScope } from "scopelog/ws";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function proves<T extends true>(): void;

declare const log: ScopedLogger;

export async function files(): Promise<void> {
  const file = log.use(fileHandler({ path: "app.log", mkdir: true, queue: { maxBytes: 10_000 } }));
  proves<Equal<typeof file, FileHandler>>();
  file.reopen();
  using _byUrl = fileHandler(new URL("file:///tmp/app.log"));
  await using rotating = rotatingFileHandler({ path: "app.log", maxBytes: 1000 });
  await rotating.flush();
  log.use(streamHandler(process.stdout));
  log.use(streamHandler({ stream: process.stderr, level: "error" }));
  // @ts-expect-error neither a path nor a descriptor
  fileHandler(true);
  // @ts-expect-error nothing that can be written to
  streamHandler({});
  asWritable(log, { level: "warn" }).write("line\n");
  using _flush = flushOnSignals({ signals: ["SIGTERM"] });
  using _dump = dumpScopesOnSignal({ signal: "SIGUSR2" });
  using _reopen = reopenOnSignal("SIGHUP", [file]);
  // @ts-expect-error no such signal
  reopenOnSignal("SIGNAL");
  flushSync();
  const text: string = describeScopes(defaultRegistry());
  void text;
}

export function syslog(): void {
  const handler = log.use(
    syslogHandler({ transport: "tls", host: "127.0.0.1", tls: { ca: "pem" }, facility: "local0" }),
  );
  proves<Equal<typeof handler, SyslogHandler>>();
  const facility: FacilityName | undefined = facilityNames[0];
  for (const { destination } of syslogTransports()) log.info(destination, { facility });
  // @ts-expect-error no such transport
  syslogHandler({ transport: "pigeon" });
}

export function servers(fastify: FastifyLike, socket: SocketLike, request: IncomingMessage): void {
  createServer(
    withScope(
      (request, response, log) => {
        proves<Equal<typeof log, ScopedLogger>>();
        request.log.info("asked", { url: request.url });
        response.end();
      },
      { summary: true, name: "http", fields: ({ headers }) => ({ agent: headers["user-agent"] }) },
    ),
  );
  const middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void = scopeMiddleware();
  const errors = scopeErrors();
  const koa = koaScope();
  const found: ScopedLogger | undefined = scopeOf(request) ?? scopeOfSocket(socket);
  const fetchHandler = withFetchScope((request: Request, log) => {
    log.debug(request.url);
    return scopeResponse(log.fork(), new Response("hello"));
  });
  const connection = withSocketScope((socket: SocketLike, _request, log) =>
    log.info("open", { state: socket.readyState }),
  );
  fastifyScope(fastify, {}, () => {});
  void [middleware, errors, koa, found, fetchHandler, connection, openRequestScope];
}

export function winston(instance: WinstonInstance, logger: Logger): void {
  log.use(winstonHandler(instance, { limit: 10 }));
  const transport: ScopelogTransport = scopelogTransport(logger);
  transport.end();
}
