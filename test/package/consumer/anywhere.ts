// The doors that ask for no types but those of the language. Compiled only.
import { type Fields, getLogger, type LogRecord, memoryHandler, type ScopedLogger, textFormatter } from "scopelog";
import { asConsole, type ConsoleLevelMethod } from "scopelog/console";
import plugin, { plugin as byName, type Plugin, type Rule } from "scopelog/eslint";
import { type HonoContextLike, honoScope } from "scopelog/hono";
import {
  explainObject,
  explainRetention,
  type RetentionPath,
  type RetentionReport,
  SnapshotError,
} from "scopelog/leaks";
import { fromLogtape, fromScopelog, type LogtapeOutput, logtapeHandler, toLogtape, toScopelog } from "scopelog/logtape";
import { ScopelogService } from "scopelog/nest";
import {
  type MeterLike,
  type OtelLogger,
  observeRegistry,
  otelHandler,
  type TraceApi,
  traceFields,
} from "scopelog/otel";
import { asPino, type PinoInstance, type PinoLike, type PinoScope, pinoHandler } from "scopelog/pino";
import {
  type Captured,
  captureRecords,
  checkNames,
  collectGarbage,
  expectCollected,
  expectNoLiveScopes,
  failOnLiveScopes,
  fakeClock,
  handlerChecks,
  testHandler,
} from "scopelog/testing";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function proves<T extends true>(): void;

declare const record: LogRecord;
declare const log: ScopedLogger;

export function bridges(
  pino: PinoInstance,
  otel: OtelLogger,
  trace: TraceApi,
  output: LogtapeOutput,
  meter: MeterLike,
): void {
  const shaped = asPino(log);
  proves<Equal<typeof shaped, PinoLike>>();
  shaped.info({ a: 1 }, "object first");
  const child = shaped.child({ a: 1 });
  proves<Equal<typeof child, PinoLike>>();
  // A child is a view, unless it asks for a scope.
  using scope = shaped.child({ a: 1 }, { scope: "conn" });
  proves<Equal<typeof scope, PinoScope>>();
  // @ts-expect-error nothing to dispose
  using _view = shaped.child({ a: 1 });
  log.use(pinoHandler(pino));
  log.use(otelHandler({ logger: otel, trace }));
  const bound: Fields = traceFields(trace);
  // @ts-expect-error an emitter of records is needed
  otelHandler({ logger: {} });
  using _metrics = observeRegistry(meter);
  log.use(logtapeHandler(output));
  fromLogtape(log)(toLogtape(record));
  fromScopelog(memoryHandler())(toLogtape(toScopelog(toLogtape(record))));
  const console = asConsole(log);
  const method: ConsoleLevelMethod = "warn";
  console[method]("text %d", 1);
  void bound;
}

export function servers(context: HonoContextLike): void {
  void honoScope({ summary: true, fields: (request) => ({ method: request.method }) })(context, async () => {});
  new ScopelogService({ name: "nest" }).log("message", "Context");
}

export async function tests(hooks: { beforeEach(hook: () => void): void; afterEach(hook: () => void): void }) {
  using captured = captureRecords({ level: "warn" });
  proves<Equal<typeof captured, Captured>>();
  expectNoLiveScopes();
  failOnLiveScopes(hooks);
  using clock = fakeClock(0);
  const collected: number = await expectCollected(() => ({}));
  const done: boolean = await collectGarbage(() => true, { timeoutMs: 10 });
  const results = await testHandler(() => memoryHandler(), {
    skip: [checkNames[0]],
    exit: { module: "a", factory: "b" },
  });
  for (const { name, passed, reason } of results) if (!passed) getLogger().warn(name, { reason });
  for (const check of handlerChecks(() => memoryHandler())) await check.run();
  void [clock, collected, done, textFormatter()];
}

export async function leaks(): Promise<void> {
  const report = await explainRetention("conn#17", { print: false, paths: 2 });
  proves<Equal<typeof report, RetentionReport>>();
  const paths: readonly RetentionPath[] = (await explainObject({})).paths;
  try {
    throw paths;
  } catch (error) {
    if (error instanceof SnapshotError) throw new RangeError(error.message);
  }
}

export const rules: readonly Rule[] = [plugin.rules["require-using"], byName.rules["no-floating-return"]];
export const same: Plugin = plugin;
