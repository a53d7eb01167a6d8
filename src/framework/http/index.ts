/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />
export type { RequestScopeOptions } from "../request/options.ts";
export type { ResponseLike, StreamLike } from "../request/stream.ts";
export { type FetchRequestLike, type FetchScopeOptions, withFetchScope } from "./fetch.ts";
export { type KoaContextLike, koaScope } from "./koa.ts";
export { scopeErrors, scopeMiddleware } from "./middleware.ts";
export { openRequestScope, type RequestLike, type ServerResponseLike, scopeOf } from "./request-scope.ts";
export { scopeResponse, scopeStream } from "./scope-stream.ts";
export { type WithLog, withScope } from "./with-scope.ts";
