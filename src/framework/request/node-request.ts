import type { SocketLike } from "./pipeline.ts";
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

/** The part of `url` before its query, which may hold secrets. */
export function withoutQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
