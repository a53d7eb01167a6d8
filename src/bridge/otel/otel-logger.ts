/** A line as the logs API of OpenTelemetry takes it. */
export interface OtelLogRecord {
  eventName?: string | undefined;
  /** Here: seconds since 1970-01-01 UTC, and nanoseconds. */
  timestamp?: unknown;
  /** 1 to 24. */
  severityNumber?: number | undefined;
  severityText?: string | undefined;
  body?: unknown;
  attributes?: Record<string, unknown> | undefined;
  exception?: unknown;
  context?: unknown;
}

/** The part of an OpenTelemetry `Logger` that is used here: of `@opentelemetry/api` from 1.10, or of `api-logs` 0.2xx. */
export interface OtelLogger {
  emit(record: OtelLogRecord): void;
  /** Whether a line would be taken; every line if there is no such method. */
  enabled?(options?: Pick<OtelLogRecord, "context" | "severityNumber" | "eventName">): boolean;
}

/**
 * The part of an OpenTelemetry `LoggerProvider` that is used here. The `logs` object of the API is one too: it stands for
 * the provider that is, or will be, registered.
 */
export interface OtelLoggerProvider {
  getLogger(name: string): OtelLogger;
  forceFlush?(): Promise<void>;
  getLoggerProvider?(): OtelLoggerProvider;
}
