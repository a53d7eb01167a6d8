import { afterTurn } from "../../lifetime/after-turn.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { tellOutcome } from "./outcome.ts";
import type { RequestReader } from "./scope-opener.ts";

/** The part of a `node:http` or `node:http2` request that is used here. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: object;
}

/** The part of a `node:http` or `node:http2` response that is used here. */
export interface ServerResponseLike {
  readonly statusCode: number;
  /** Whether the program has ended it. */
  readonly writableEnded: boolean;
  /** Whether all of it is out. */
  readonly writableFinished: boolean;
  /** Whether it is over, one way or the other. */
  readonly closed?: boolean;
  readonly destroyed?: boolean;
  /** The connection; null while it serves an earlier request. */
  readonly socket?: object | null;
  readonly req?: { readonly socket?: SocketLike | null };
  on(event: "close", listener: () => void): unknown;
}

interface SocketLike {
  on(event: "close", listener: () => void): unknown;
}

export const nodeReader: RequestReader<RequestLike> = {
  header: (request, name) => (request.headers as Readonly<Record<string, unknown>>)[name],
  method: ({ method }) => method,
  path: ({ url }) => (url === undefined ? undefined : withoutQuery(url)),
};

/**
 * Ends `log` with the response: after `close`, which also comes if the client goes away before the end, and not at
 * `finish`, which then never comes.
 * @param tells whether anything comes of how it went
 * @param causeOf what was thrown on the way, if anything
 */
export function endWithResponse(
  log: ScopedLogger,
  response: ServerResponseLike,
  tells: boolean,
  causeOf: () => unknown,
): void {
  let queue: (() => void)[] | undefined;
  const close = () => {
    // Asked now: what hears of it next may still end the response, which then counts as finished. A stream of HTTP/2
    // that was reset counts so already.
    const aborted = !(response.writableEnded && response.writableFinished);
    // Responses leave a connection in the order of their requests: mostly it is the first.
    if (queue?.[0] === close) queue.shift();
    else if (queue?.includes(close)) queue.splice(queue.indexOf(close), 1);
    afterTurn(() => {
      if (tells) tellOutcome(log, response.statusCode, aborted, causeOf());
      log.dispose();
    });
  };
  response.on("close", close);
  // The client may have gone while those before were at work.
  if (response.closed === true || response.destroyed === true) close();
  // Of a pipelined request that waits for others: if the connection is lost first, its response never hears of it.
  else if (response.socket === null) queue = queueOf(response.req?.socket);
  queue?.push(close);
}

const queueKey = Symbol("scopelog.queue");

/**
 * What is to be closed with `socket`, by one listener for all. An array: a `Set` that lives as long as a connection links
 * each of its tables to the next, which keeps requests that are over through every collection of the young.
 */
function queueOf(
  socket: (SocketLike & { [queueKey]?: (() => void)[] }) | null | undefined,
): (() => void)[] | undefined {
  if (socket === null || socket === undefined) return undefined;
  if (socket[queueKey] === undefined) {
    const queue: (() => void)[] = [];
    socket[queueKey] = queue;
    socket.on("close", () => {
      for (const close of [...queue]) close();
    });
  }
  return socket[queueKey];
}

/** The part of `url` before its query, which may hold secrets. */
export function withoutQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
