export { ScopelogService, type ScopelogServiceOptions } from "./scopelog-service.ts";
