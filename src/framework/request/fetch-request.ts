import { withoutQuery } from "./node-request.ts";
import type { RequestReader } from "./scope-opener.ts";

/** The part of a fetch `Request` that is used here. */
export interface FetchRequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly signal?: { readonly aborted: boolean };
}

export const fetchReader: RequestReader<FetchRequestLike> = {
  header: (request, name) => request.headers.get(name) ?? undefined,
  method: ({ method }) => method,
  path: ({ url }) => withoutQuery(withoutOrigin(url)),
};

// `https://host/path`; URL would parse and check what the server has parsed and checked.
function withoutOrigin(url: string): string {
  const host = url.indexOf("//");
  const path = host < 0 ? 0 : url.indexOf("/", host + 2);
  return path < 0 ? "/" : url.slice(path);
}
