import { deepStrictEqual } from "node:assert";
import { DiagLogLevel, diag, metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createRegistry, type Problem, type Registry } from "scopelog";
import { countLosses, otelHandler } from "scopelog/otel";
import { expect, test } from "vitest";
import { expectCode } from "../../support/errors.ts";
import { until } from "../../support/gc.ts";
import { Collector, type SendOptions, sdkTowards } from "./collector.ts";
import { arrivingFields, generated, sentFields } from "./generated-records.ts";

/** A registry that logs to a collector, through the real SDK. */
function towards(collector: Collector, options?: SendOptions) {
  const provider = sdkTowards(collector.url, options);
  const problems: Problem[] = [];
  const registry = createRegistry({
    handlers: { otel: otelHandler({ provider }) },
    loggers: { "": { level: "trace", handlers: ["otel"] } },
    onError: (problem) => problems.push(problem),
  });
  const before = registry.stats().dropped;
  const dropped = () => registry.stats().dropped - before;
  return { provider, registry, problems, dropped };
}

function log(registry: Registry, name: string, count: number): string[] {
  const messages = Array.from({ length: count }, (_, index) => `${name} ${index}`);
  for (const message of messages) registry.getLogger("conn").info(message);
  return messages;
}

test("200 generated records arrive at a collector by OTLP/HTTP, field for field", async () => {
  await using collector = await new Collector().open();
  const { provider, registry, dropped } = towards(collector);
  const records = generated(200, 20150);
  for (const { level, message, error, bound, own } of records) {
    using scope = registry.getScoped("conn", sentFields(bound));
    if (error === undefined) scope[level](message, sentFields(own));
    else scope[level](message, error, sentFields(own));
  }
  await registry.shutdown();
  await provider.shutdown();
  expect(dropped()).toBe(0);
  expect(collector.lines).toHaveLength(200);
  for (const [index, line] of collector.lines.entries()) {
    const { level, message, error, ...fields } = records[index] as (typeof records)[number];
    deepStrictEqual(
      { body: line.body, severityText: line.severityText, logger: line.logger, dropped: line.dropped },
      { body: message, severityText: level, logger: "conn", dropped: 0 },
    );
    deepStrictEqual(line.attributes, {
      ...(error && { "exception.type": "RangeError", "exception.stacktrace": error.stack }),
      ...(error?.message && { "exception.message": error.message }),
      "scopelog.logger": "conn",
      "scopelog.scope": `conn#${index + 1}`,
      ...arrivingFields({ level, message, error, ...fields }),
    });
  }
});

test("flush() resolves when the lines are with the collector", async () => {
  await using collector = await new Collector().open();
  const provider = sdkTowards(collector.url);
  const handler = otelHandler({ provider });
  const registry = createRegistry({ handlers: { handler }, loggers: { "": { handlers: ["handler"] } } });
  const first = log(registry, "first", 700);
  // The second one comes while the first is under way: the SDK alone would answer it at once.
  const flushes = [handler.flush?.()];
  const second = log(registry, "second", 10);
  flushes.push(handler.flush?.());
  await flushes[1];
  expect(collector.bodies).toEqual([...first, ...second]);
  await provider.shutdown();
});

test("a collector that is restarted gets every line", async () => {
  await using collector = await new Collector().open();
  const { provider, registry, dropped } = towards(collector);
  const sent = log(registry, "before", 50);
  await until(() => collector.lines.length === 50, "the first lines arrive");
  await collector.close();
  let tries = 0;
  const count = (message: string) => {
    if (message.startsWith("Scheduling export retry")) tries++;
  };
  diag.setLogger({ verbose: count, debug() {}, info() {}, warn() {}, error() {} }, DiagLogLevel.ALL);
  sent.push(...log(registry, "while it is away", 50));
  await until(() => tries > 0, "the collector is found to be away");
  sent.push(...log(registry, "still away", 50));
  await collector.open();
  sent.push(...log(registry, "after", 50));
  await until(() => collector.lines.length >= 200, "all lines arrive");
  expect(collector.bodies).toEqual(sent);
  expect(dropped()).toBe(0);
  diag.disable();
  await provider.shutdown();
});

test("a collector that stays away, or refuses, costs lines that are counted and told", async () => {
  await using collector = await new Collector().open();
  const { provider, registry, problems, dropped } = towards(collector, { timeoutMillis: 300 });
  log(registry, "before", 20);
  await until(() => collector.lines.length === 20, "the first lines arrive");
  await collector.close();
  log(registry, "lost", 30);
  await until(() => dropped() === 30, "the lost lines are counted");
  expect(problems[0]?.code).toBe("SCOPELOG_WARN_DROPPED");
  expect(problems[0]?.message).toMatch(/^The OpenTelemetry SDK gave up \d+ lines?: \w+\.$/);
  await collector.open();
  collector.mode = "refuses";
  log(registry, "refused", 40);
  await until(() => dropped() === 70, "the refused lines are counted");
  collector.mode = "takes";
  const last = log(registry, "after", 10);
  await until(() => collector.lines.length === 30, "the last lines arrive");
  expect(collector.bodies.slice(20)).toEqual(last);
  expect(dropped()).toBe(70);
  await provider.shutdown();
});

test("a collector that hangs holds neither the program nor more lines than the queue", async () => {
  await using collector = await new Collector().open();
  collector.mode = "hangs";
  const options = { timeoutMillis: 500, maxQueueSize: 100, maxExportBatchSize: 50 };
  const { provider, registry, problems, dropped } = towards(collector, options);
  // All of it is logged before anything else has its turn: that nothing waits shows in that it comes to an end.
  log(registry, "flood", 5000);
  // One batch is under way at most, and the queue is full.
  expect(dropped()).toBeGreaterThanOrEqual(5000 - 100 - 50);
  expect(dropped()).toBeLessThanOrEqual(5000 - 100);
  expect(problems[0]?.message).toBe("The OpenTelemetry SDK gave up 1 line: queue_full.");
  await until(() => collector.requests > 0, "the collector is asked");
  // What it was given and never answered counts as lost as well, when the exporter gives up.
  await until(() => dropped() === 5000, "all lines are counted");
  expect(collector.lines).toEqual([]);
  collector.mode = "takes";
  const last = log(registry, "after", 20);
  await until(() => collector.lines.length === 20, "lines arrive again");
  expect(collector.bodies).toEqual(last);
  expect(dropped()).toBe(5000);
  await provider.shutdown();
});

test("the program ends, though the collector hangs", async () => {
  await using collector = await new Collector().open();
  collector.mode = "hangs";
  const { provider, registry, dropped } = towards(collector, { timeoutMillis: 300 });
  log(registry, "lost", 10);
  await registry.shutdown();
  await provider.shutdown();
  expect(dropped()).toBe(10);
});

test("countLosses() hands on every metric of the SDK", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const registry = createRegistry({ onError() {} });
  const before = registry.stats().dropped;
  const meter = countLosses(provider).getMeter("m");
  const counter = meter.createCounter("otel.sdk.processor.log.processed");
  counter.add(3);
  counter.add(2, { "error.type": "queue_full" });
  meter.createCounter("other").add(7, { "error.type": "x" });
  meter.createObservableGauge("gauge").addCallback((result) => result.observe(1));
  await provider.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .flatMap(({ descriptor, dataPoints }) => dataPoints.map(({ value }) => [descriptor.name, value]));
  expect(points).toEqual([
    ["otel.sdk.processor.log.processed", 3],
    ["otel.sdk.processor.log.processed", 2],
    ["other", 7],
    ["gauge", 1],
  ]);
  expect(registry.stats().dropped - before).toBe(2);
  await provider.shutdown();
  expectCode("ERR_SCOPELOG_OPTION", () => countLosses(metrics.getMeter("m") as never), "MeterProvider");
});
