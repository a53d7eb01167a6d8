/// <reference lib="esnext.disposable" preserve="true" />
export { type HonoContextLike, type HonoScopeOptions, honoScope, type LogVariables } from "./hono-scope.ts";
