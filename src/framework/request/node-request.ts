import { afterTurn, disposeAfterTurn } from "../../lifetime/after-turn.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import { tellOutcome } from "./outcome.ts";
import { type Pipeline, type Place, pipelineOf, type SocketLike } from "./pipeline.ts";
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
  let place: Place | undefined;
  const close = () => {
    if (place !== undefined) pipeline?.leave(place);
    place = undefined;
    if (!tells) {
      disposeAfterTurn(log);
      return;
    }
    // Asked now: what hears of it next may still end the response, which then counts as finished. A stream of HTTP/2
    // that was reset counts so already.
    const aborted = !(response.writableEnded && response.writableFinished);
    afterTurn(() => {
      tellOutcome(log, response.statusCode, aborted, causeOf());
      log.dispose();
    });
  };
  response.on("close", close);
  let pipeline: Pipeline | undefined;
  // The client may have gone while those before were at work.
  if (response.closed === true || response.destroyed === true) close();
  else if (response.socket === null) {
    pipeline = pipelineOf(response.req?.socket);
    place = pipeline?.enter(close);
  }
}

/** The part of `url` before its query, which may hold secrets. */
export function withoutQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
