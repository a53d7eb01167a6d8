import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createRegistry, memoryHandler } from "scopelog";
import { observeRegistry } from "scopelog/otel";
import { expect, test } from "vitest";

test("a registry's counts are metrics of the real SDK", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const read = async (): Promise<Record<string, number>> => {
    exporter.reset();
    await provider.forceFlush();
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
      .flatMap(({ descriptor, dataPoints }) => dataPoints.map((point) => ({ name: descriptor.name, ...point })));
    return Object.fromEntries(
      points.map(({ name, attributes, value }) => [[name, ...Object.values(attributes)].join(" "), value as number]),
    );
  };
  const registry = createRegistry({ handlers: { memory: memoryHandler() }, loggers: { "": { handlers: ["memory"] } } });
  const ended = registry.getScoped("conn");
  ended.dispose();
  ended.info("late");
  const live = registry.getScoped("conn");
  const observed = observeRegistry(provider.getMeter("test"), registry);

  const values = await read();
  const { transports, leases, dropped, failed } = registry.stats();
  expect(values).toEqual({
    "scopelog.scopes.live": 1,
    "scopelog.scopes.opened": 2,
    "scopelog.scopes.ended disposed": 1,
    "scopelog.scopes.ended collected": 0,
    "scopelog.scopes.ended shutdown": 0,
    "scopelog.lines.late": 1,
    "scopelog.lines.dropped": dropped,
    "scopelog.lines.failed": failed,
    "scopelog.transports.open": transports,
    "scopelog.leases.held": leases,
    "scopelog.buffer.size": 0,
  });

  // Taken back: what happens from now on is not seen.
  observed[Symbol.dispose]();
  live.dispose();
  expect((await read())["scopelog.scopes.live"]).toBe(1);
  await provider.shutdown();
});
