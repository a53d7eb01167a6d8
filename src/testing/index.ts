/// <reference lib="esnext.disposable" preserve="true" />
export { type Captured, type CaptureOptions, captureRecords } from "./capture-records.ts";
export { type CollectOptions, collectGarbage } from "./collect-garbage.ts";
export { type HandlerCheck, handlerChecks } from "./conformance/handler-checks.ts";
export {
  type CheckName,
  type CheckResult,
  checkNames,
  type ExitModule,
  type FarLine,
  type HandlerFactory,
  type TestHandlerOptions,
} from "./conformance/options.ts";
export { testHandler } from "./conformance/test-handler.ts";
export { type ExpectCollectedOptions, type Explain, expectCollected } from "./expect-collected.ts";
export { ExpectationError } from "./expectation-error.ts";
export { failOnLiveScopes, type TestHooks } from "./fail-on-live-scopes.ts";
export { type FakeClock, fakeClock } from "./fake-clock.ts";
export { expectNoLiveScopes } from "./live-scopes.ts";
