// Orders, each in a span and in a scope of its own. The lines go to a collector, in the trace in which they were logged.
// Try it: node receiver.js, and in another shell node main.js
import { setTimeout as sleep } from "node:timers/promises";
import { logs, trace } from "@opentelemetry/api";
import { configure, getScoped, shutdown } from "scopelog";
import { otelHandler, traceFields } from "scopelog/otel";
import { endTelemetry } from "./telemetry.ts";

configure({
  handlers: { otel: otelHandler({ provider: logs, trace }) },
  loggers: { "": { level: "debug", handlers: ["otel"] } },
});

const tracer = trace.getTracer("orders");

async function order(id: string): Promise<void> {
  await tracer.startActiveSpan("order", async (span) => {
    // Fine lines are held, and sent only if the order goes wrong; they keep the span in which they were logged.
    using log = getScoped("order", { id, ...traceFields(trace) }, { buffer: { until: "warn" }, summary: true });
    try {
      await tracer.startActiveSpan("look up", async (inner) => {
        log.debug("looking it up", { shelves: [{ name: "A", free: 3 }, { name: "B" }] });
        await sleep(1);
        inner.end();
      });
      if (id === "broken") throw new Error("the order is broken", { cause: new RangeError("no such shelf") });
      log.ok({ "event.name": "order.done" });
    } catch (error) {
      log.fail(error);
    }
    span.end();
  });
}

await Promise.all(["7", "8", "broken"].map(order));
await shutdown();
await endTelemetry();
