/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />
export type { RequestScopeOptions } from "../request/options.ts";
export { type SocketLike, scopeOfSocket, withSocketScope } from "./with-socket-scope.ts";
