import { context, logs, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { createRegistry, type Handler, type Registry } from "scopelog";
import { otelHandler, traceFields } from "scopelog/otel";
import { afterEach, expect, test } from "vitest";
import { collectUntil } from "../../support/gc.ts";

afterEach(() => {
  logs.disable();
  context.disable();
});

/** The real SDK, with a count of what was asked of it. */
function sdk() {
  const exporter = new InMemoryLogRecordExporter();
  const calls: string[] = [];
  class Counting extends SimpleLogRecordProcessor {
    override forceFlush() {
      calls.push("forceFlush");
      return super.forceFlush();
    }
    override shutdown() {
      calls.push("shutdown");
      return super.shutdown();
    }
  }
  const provider = new LoggerProvider({ processors: [new Counting({ exporter })] });
  return { exporter, provider, calls };
}

/** What a provider holds. The SDK does not say; a count of loggers or processors that grows would be seen here. */
function heldBy(provider: LoggerProvider) {
  const { loggers, processors, registeredLogRecordProcessors, _loggerConfigs } = (
    provider as unknown as {
      _sharedState: {
        loggers: Map<string, unknown>;
        processors: unknown[];
        registeredLogRecordProcessors: unknown[];
        _loggerConfigs: Map<string, unknown>;
      };
    }
  )._sharedState;
  return {
    loggers: loggers.size,
    processors: processors.length,
    registered: registeredLogRecordProcessors.length,
    configs: _loggerConfigs.size,
    process: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

test("the end of a scope, of a configuration and of the registry shut nothing down", async () => {
  const { exporter, provider, calls } = sdk();
  const logger = provider.getLogger("mine");
  const registry = createRegistry({});
  const configuration = registry.configure({
    handlers: { otel: otelHandler({ provider, logger }) },
    loggers: { "": { handlers: ["otel"] } },
  });
  {
    using log = registry.getScoped("a", {}, { handlers: [otelHandler({ logger })], propagate: false });
    log.use(otelHandler({ provider }));
    log.info("in");
  }
  {
    await using log = registry.getScoped("a", {}, { handlers: [otelHandler({ provider })], propagate: false });
    log.info("in");
  }
  await configuration[Symbol.asyncDispose]();
  await registry.shutdown();
  expect(new Set(calls)).toEqual(new Set(["forceFlush"]));
  logger.emit({ body: "still there" });
  expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(["in", "in", "in", "still there"]);
});

function forget(registry: Registry, provider: LoggerProvider, count: number): WeakRef<Handler>[] {
  const handlers: WeakRef<Handler>[] = [];
  for (let index = 0; index < count; index++) {
    const handler = otelHandler(
      index % 2 === 0 ? { provider, trace } : { logger: provider.getLogger("one"), provider },
    );
    handlers.push(new WeakRef(handler));
    const log = registry.getScoped("conn", { index, ...traceFields(trace) }, { handlers: [handler], propagate: false });
    log.info("line");
  }
  return handlers;
}

test("forgotten scopes leave nothing behind in the SDK", async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { exporter, provider, calls } = sdk();
  const registry = createRegistry({ forgotten: { report: "silent" } });
  forget(registry, provider, 2);
  const before = heldBy(provider);
  expect(before).toMatchObject({ loggers: 2, processors: 1, registered: 1 });
  const handlers = forget(registry, provider, 500);
  await collectUntil(() => registry.stats().live === 0 && handlers.every((handler) => handler.deref() === undefined));
  expect(registry.stats().collected).toBe(502);
  expect(heldBy(provider)).toEqual(before);
  expect(calls).toEqual([]);
  expect(exporter.getFinishedLogRecords()).toHaveLength(502);
});

test("a provider that is dropped is not kept by the loggers that were asked for", async () => {
  const make = (): WeakRef<object>[] => {
    const { provider } = sdk();
    const handler = otelHandler({ provider });
    const registry = createRegistry({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    registry.getLogger("x").info("a");
    return [new WeakRef(provider), new WeakRef(handler)];
  };
  const refs = make();
  await collectUntil(() => refs.every((ref) => ref.deref() === undefined));
});

test("what a line holds goes with it: the SDK keeps no scope", async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 3_600_000 })],
  });
  const registry = createRegistry({
    handlers: { otel: otelHandler({ provider }) },
    loggers: { "": { handlers: ["otel"] } },
  });
  const log = (): WeakRef<object> => {
    const peer = { address: "192.0.2.1" };
    using scope = registry.getScoped("conn", { peer });
    scope.info("waits in the queue");
    return new WeakRef(peer);
  };
  const peer = log();
  await collectUntil(() => peer.deref() === undefined);
  await provider.forceFlush();
  expect(exporter.getFinishedLogRecords()[0]?.attributes).toMatchObject({ peer: { address: "192.0.2.1" } });
  await provider.shutdown();
});
