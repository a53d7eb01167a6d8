// What every program with OpenTelemetry has somewhere: the SDK, and where it sends to. Logs go by OTLP/HTTP, in batches,
// to OTEL_EXPORTER_OTLP_ENDPOINT or http://localhost:4318.
import { context, logs, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { TracerProvider } from "@opentelemetry/sdk-trace";

const provider = new LoggerProvider({
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
});

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new TracerProvider());
logs.setGlobalLoggerProvider(provider);

/** Sends what is still queued, and ends. The logging does not do that: the provider is not its own. */
export function endTelemetry(): Promise<void> {
  return provider.shutdown();
}
