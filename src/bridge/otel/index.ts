export { type MeterLike, observeRegistry } from "./observe-registry.ts";
