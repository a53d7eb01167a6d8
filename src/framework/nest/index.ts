/// <reference lib="esnext.disposable" preserve="true" />
export { ScopelogService, type ScopelogServiceOptions } from "./scopelog-service.ts";
