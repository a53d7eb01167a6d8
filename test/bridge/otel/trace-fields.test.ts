import { context, createContextKey, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { AlwaysOffSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { createRecord, createRegistry, jsonFormatter, memoryHandler } from "scopelog";
import { otelHandler, type TraceApi, traceFields } from "scopelog/otel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectCode } from "../../support/errors.ts";

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider());
});
afterAll(() => {
  context.disable();
  trace.disable();
});

/** Runs `fn` in a new span. Returns the span's ids. */
function inSpan(fn: () => void, from = trace.getTracer("test")) {
  return from.startActiveSpan("work", (span) => {
    fn();
    span.end();
    return span.spanContext();
  });
}

/** A registry whose lines go to the real SDK and into a memory. */
function setUp(options: { trace?: TraceApi } = { trace }) {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  const memory = memoryHandler();
  const registry = createRegistry({
    handlers: { otel: otelHandler({ provider, ...options }), memory },
    loggers: { "": { level: "trace", handlers: ["otel", "memory"] } },
  });
  /** The lines by their message, with what is said of the span. */
  const spans = () =>
    Object.fromEntries(exporter.getFinishedLogRecords().map(({ body, spanContext }) => [body, spanContext]));
  return { exporter, memory, registry, spans };
}

describe("traceFields()", () => {
  test("are those of the span that is active when a line is logged", () => {
    const { memory, registry } = setUp();
    const log = registry.getLogger("x").with(traceFields(trace));
    const outer = inSpan(() => {
      log.info("outer");
      const inner = inSpan(() => log.info("inner", { a: 1 }));
      expect(memory.records[1]?.fields).toEqual({
        trace_id: inner.traceId,
        span_id: inner.spanId,
        trace_flags: "01",
        a: 1,
      });
    });
    expect(memory.records[0]?.fields).toEqual({
      trace_id: outer.traceId,
      span_id: outer.spanId,
      trace_flags: "01",
    });
  });

  test("have no value, and take no room in a line, where there is no span", () => {
    const { memory, registry } = setUp();
    registry.getLogger("x").with(traceFields(trace)).info("none", { a: 1 });
    const line = JSON.parse(jsonFormatter().format(memory.records[0] as never));
    expect(Object.keys(line)).toEqual(["time", "level", "logger", "msg", "a"]);
  });

  test("say of a span that is not sampled that it is not", () => {
    const { memory, registry, spans } = setUp();
    const off = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("off");
    inSpan(() => registry.getLogger("x").with(traceFields(trace)).info("a"), off);
    expect(memory.records[0]?.fields).toHaveProperty("trace_flags", "00");
    expect(spans()["a"]?.traceFlags).toBe(0);
  });

  test("are inherited by what is opened inside", () => {
    const { registry, spans } = setUp();
    using outer = registry.getScoped("outer", traceFields(trace));
    const ids = inSpan(() => {
      using inner = outer.scope("inner");
      inner.info("inner");
      outer.run(() => registry.currentLogger().with({ a: 1 }).info("ambient"));
    });
    expect(spans()).toMatchObject({ inner: { spanId: ids.spanId }, ambient: { spanId: ids.spanId } });
  });

  test("take the trace object of the API, and nothing else", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => traceFields(undefined as never), "trace");
    expectCode("ERR_SCOPELOG_OPTION", () => traceFields(context as never), "trace");
  });
});

describe("a line that is written later", () => {
  /** Lines that are held in one span, and set free in another. */
  function held(registry: ReturnType<typeof setUp>["registry"], fields: Record<string, unknown>) {
    using log = registry.getScoped("job", fields, { buffer: { until: "error" } });
    const first = inSpan(() => log.debug("first"));
    const second = inSpan(() => log.debug("second"));
    log.debug("outside");
    const last = inSpan(() => log.error("last"));
    return { first, second, last };
  }

  test("is in the span in which it was logged", () => {
    const { exporter, registry, spans } = setUp();
    const { first, second, last } = held(registry, traceFields(trace));
    expect(spans()).toMatchObject({
      first: { traceId: first.traceId, spanId: first.spanId, traceFlags: 1 },
      second: { traceId: second.traceId, spanId: second.spanId },
      last: { traceId: last.traceId, spanId: last.spanId },
    });
    expect(new Set([first.spanId, second.spanId, last.spanId]).size).toBe(3);
    // The ids are where OpenTelemetry has them, and not a second time among the attributes.
    for (const { attributes } of exporter.getFinishedLogRecords()) {
      expect(attributes).toEqual({ "scopelog.logger": "job", "scopelog.scope": "job#1" });
    }
  });

  test("is in no span if it was logged in none", () => {
    const { registry, spans } = setUp();
    held(registry, traceFields(trace));
    expect(Object.keys(spans())).toEqual(["first", "second", "outside", "last"]);
    expect(spans()["outside"]).toBeUndefined();
  });

  test("is in the span that is active then, without the fields or without the option", () => {
    const bare = setUp();
    const { last } = held(bare.registry, {});
    expect(bare.spans()["first"]?.spanId).toBe(last.spanId);
    const untraced = setUp({});
    const ids = held(untraced.registry, traceFields(trace));
    expect(untraced.spans()["first"]?.spanId).toBe(ids.last.spanId);
    // What was known at the time is not lost: it is in the attributes.
    expect(untraced.exporter.getFinishedLogRecords()[0]?.attributes).toMatchObject({
      trace_id: ids.first.traceId,
      span_id: ids.first.spanId,
      trace_flags: "01",
    });
  });
});

describe("the context", () => {
  test("of a line that is written at once is the active one, with all that is in it", () => {
    const seen: unknown[] = [];
    const key = createContextKey("tenant");
    const processor: LogRecordProcessor = {
      onEmit: (_, at) => seen.push([at?.getValue(key), propagation.getBaggage(at as never)?.getEntry("user")?.value]),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const handler = otelHandler({ provider: new LoggerProvider({ processors: [processor] }), trace });
    const registry = createRegistry({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
    const log = registry.getLogger("x").with(traceFields(trace));
    const baggage = propagation.createBaggage({ user: { value: "u1" } });
    const around = propagation.setBaggage(context.active().setValue(key, "t1"), baggage);
    context.with(around, () => inSpan(() => log.info("a")));
    expect(seen).toEqual([["t1", "u1"]]);
  });

  test("made for a held line is one that the API can work with", () => {
    const contexts: ReturnType<typeof context.active>[] = [];
    const handler = otelHandler({
      logger: { emit: ({ context: made }) => contexts.push(made as (typeof contexts)[number]) },
      trace,
    });
    const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
    const fields = { trace_id: ids.traceId, span_id: ids.spanId, trace_flags: "01" };
    handler.handle(createRecord({ fields }));
    const [made] = contexts as [ReturnType<typeof context.active>];
    expect(trace.getSpanContext(made)).toEqual(ids);
    const key = createContextKey("k");
    const more = made.setValue(key, 1);
    expect([made.getValue(key), more.getValue(key), more.deleteValue(key).getValue(key)]).toEqual([
      undefined,
      1,
      undefined,
    ]);
    expect(trace.getSpanContext(more)).toEqual(ids);
    expect(trace.getSpanContext(trace.deleteSpan(more))).toBeUndefined();
  });

  test.each([
    ["upper case", "0AF7651916CD43DD8448EB211C80319C", "b7ad6b7169203331"],
    ["zeros", "0".repeat(32), "b7ad6b7169203331"],
    ["no span id", "0af7651916cd43dd8448eb211c80319c", undefined],
    ["numbers", 1, 2],
  ])("is not made of ids that are none: %s", (_, trace_id, span_id) => {
    const { exporter, registry } = setUp();
    registry.getLogger("x").info("a", { trace_id, span_id });
    const [line] = exporter.getFinishedLogRecords();
    expect(line?.spanContext).toBeUndefined();
    expect(line?.attributes).toMatchObject({ trace_id });
  });
});
