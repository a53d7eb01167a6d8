import { errorMonitor } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterTurn } from "../../lifetime/after-turn.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { nodeReader, type RequestLike } from "../request/node-request.ts";
import { checkFunction, type RequestScopeOptions } from "../request/options.ts";
import { attempt } from "../request/outcome.ts";
import { ScopeOpener } from "../request/scope-opener.ts";

/** The part of a WebSocket of `ws` that is used here. */
export interface SocketLike {
  /** 3 is closed. */
  readonly readyState: number;
  on(event: "close", listener: (code: number) => void): unknown;
  on(event: symbol, listener: (error: unknown) => void): unknown;
}

const closed = 3;

// RFC 6455, section 7.4.1: normal closure, going away, and no status given; from 3000 on the application's own.
const goodCodes: ReadonlySet<number> = new Set([1000, 1001, 1005]);
const firstOwnCode = 3000;
/** The connection was lost without a closing handshake. */
const abnormal = 1006;

const scopeKey = Symbol("scopelog.scope");

/** The scope of a WebSocket that came through `withSocketScope`, if any. */
export function scopeOfSocket(socket: object): ScopedLogger | undefined {
  return (socket as { [scopeKey]?: ScopedLogger })[scopeKey];
}

/**
 * Gives every connection of a `ws` server a scope: `server.on("connection", withSocketScope((socket, request, log) =>
 * ...))`. It ends after the `close` of the WebSocket, however that came about. In the summary is the close `code`; the
 * outcome is error for a code that tells one (RFC 6455, section 7.4.1), for a connection that was lost (`aborted`), after
 * an `error` of the socket, and if `handler` throws, which goes on to where it would have gone.
 *
 * The name is `"ws"` by default; the fields are `requestId`, `path` and those of a `traceparent`, from the request that
 * asked for the upgrade. `handler` runs inside `run()`. The listeners it adds do not: events come from the socket, and
 * not from the handler; let them use `log`, or call `log.run()`.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`, `ERR_SCOPELOG_LEVEL` if an option is not what it
 *   should be
 */
export function withSocketScope<Socket extends SocketLike, Request extends RequestLike = IncomingMessage>(
  handler: (socket: Socket, request: Request, log: ScopedLogger) => unknown,
  options: RequestScopeOptions<Request> = {},
): (socket: Socket, request: Request) => unknown {
  const opener = new ScopeOpener<Request>(nodeReader, { name: "ws", ...options });
  checkFunction("withSocketScope", handler);
  return function (this: unknown, socket, request) {
    const id = opener.requestId(request);
    const fields = { ...(id === undefined ? {} : { requestId: id }), path: nodeReader.path(request) };
    const log = opener.openWith(request, fields);
    (socket as { [scopeKey]?: ScopedLogger })[scopeKey] = log;
    // The monitor hears errors without counting as a listener: an error nobody handles stays one.
    socket.on(errorMonitor, (error) => log.fail(error));
    const over = (code: number): void => {
      if (opener.tells) tellClose(log, code);
      log.dispose();
    };
    const end = (code: number): void => afterTurn(over, code);
    socket.on("close", end);
    if (socket.readyState === closed) end(abnormal);
    return attempt(log, opener.ambient, () => handler.call(this, socket, request, log));
  };
}

function tellClose(log: ScopedLogger, code: number): void {
  if (log.disposed) return;
  const fields = { code, ...(code === abnormal ? { aborted: true } : {}) };
  const good = goodCodes.has(code) || code >= firstOwnCode;
  if (good && log.outcome !== "error") log.ok(fields);
  else log.fail(undefined, fields);
}
