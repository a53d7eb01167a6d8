import { recordFields } from "../../format/record-fields.ts";
import { checkOptions, type HandlerOptions } from "../../handler/handler-options.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { FilterLike } from "../../port/filter.ts";
import type { Handler } from "../../port/handler.ts";
import type { LevelSetting } from "../../record/level.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { anyValue } from "./any-value.ts";
import { addException, readableError } from "./exception.ts";
import { contextOf, fieldOf, spanKeys, spanOf } from "./logged-span.ts";
import { currentProvider, loggerNamed } from "./named-loggers.ts";
import type { OtelLogger, OtelLoggerProvider, OtelLogRecord } from "./otel-logger.ts";
import { severityNumber } from "./severity.ts";
import type { TraceApi } from "./trace-api.ts";
import { checkTrace } from "./trace-fields.ts";

/** Where `otelHandler` sends lines, and how. `logger` or `provider` is needed. */
export interface OtelHandlerOptions extends HandlerOptions {
  /** Takes every line. Without it, each of our loggers has one of `provider`, by its name. */
  readonly logger?: OtelLogger;
  /**
   * Gives a logger for each name (the first thousand of them), and is flushed by `flush()`: a `LoggerProvider`, or `logs`
   * of the API, which stands for the one that is, or will be, registered.
   */
  readonly provider?: OtelLoggerProvider;
  /**
   * `trace` of `@opentelemetry/api`. With it, the fields of `traceFields()` become the trace context of the line, rather
   * than attributes, and a line that was held is in the span in which it was logged. Without it, or without the fields, a
   * line is in the span that is active when it is written.
   */
  readonly trace?: TraceApi;
  /** The event name of a line, if it is an event. Default: the field `event.name`. */
  readonly eventName?: (record: LogRecord) => string | undefined;
}

/**
 * Hands every line to the logs API of OpenTelemetry. The SDK behind it queues, exports and drops. Nothing is asked of a
 * line that the logger says it will not take. What is given here is borrowed: closing the handler shuts nothing down.
 *
 * | in the line | in OpenTelemetry |
 * |---|---|
 * | time | `timestamp` |
 * | level | `severityNumber` (trace 1, debug 5, info 9, warn 13, error 17, fatal 21), `severityText` |
 * | message | `body` |
 * | fields | `attributes`, structured values as they are |
 * | logger, scope, late | attributes `scopelog.logger`, `scopelog.scope`, `scopelog.late`; logger also as the name of the instrumentation scope if `provider` is given without `logger` |
 * | error | `exception`, and attributes `exception.type`, `exception.message`, `exception.stacktrace`; `scopelog.error` if it has more parts |
 * | field `event.name` | `eventName` |
 * | fields `trace_id`, `span_id`, `trace_flags` | trace context, if `trace` is given |
 *
 * A field whose name one of these attributes has already gets a `_` at its end.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_FILTER`
 */
export function otelHandler(options: OtelHandlerOptions): Handler {
  const given: OtelHandlerOptions = Object(options);
  checkKeys("otelHandler", given, ["logger", "provider", "trace", "eventName", "level", "filter"]);
  const { logger, provider, trace, eventName } = given;
  if (logger !== undefined && typeof logger?.emit !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "logger must be an OpenTelemetry logger: it has no emit() method");
  }
  if (provider !== undefined && typeof provider?.getLogger !== "function") {
    throw new ScopelogError(
      "ERR_SCOPELOG_OPTION",
      "provider must be an OpenTelemetry LoggerProvider: it has no getLogger() method",
    );
  }
  if (logger === undefined && provider === undefined) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "otelHandler() needs the option logger or provider");
  }
  if (trace !== undefined) checkTrace(trace, "the option trace");
  if (eventName !== undefined && typeof eventName !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "eventName must be a function");
  }
  return new OtelHandler(options);
}

class OtelHandler implements Handler {
  readonly level: LevelSetting | undefined;
  readonly filter: FilterLike | undefined;
  readonly #logger: OtelLogger | undefined;
  readonly #provider: OtelLoggerProvider | undefined;
  readonly #trace: TraceApi | undefined;
  readonly #eventName: ((record: LogRecord) => string | undefined) | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: OtelHandlerOptions) {
    const { level, filter } = checkOptions(options);
    this.level = level;
    this.filter = filter;
    this.#logger = options.logger;
    this.#provider = options.provider;
    this.#trace = options.trace;
    this.#eventName = options.eventName;
  }

  handle(record: LogRecord): void {
    const logger = this.#logger ?? loggerNamed(record.source.logger, this.#provider as OtelLoggerProvider);
    const trace = this.#trace;
    const span = trace === undefined ? undefined : spanOf(record);
    const context = span === undefined ? undefined : contextOf(span, trace as TraceApi);
    const eventName = this.#eventName === undefined ? fieldOf(record, eventKey) : this.#eventName(record);
    const severity = severityNumber(record.levelNumber);
    // A member that is there but undefined would hide the active context from the SDK.
    const line: OtelLogRecord = { severityNumber: severity };
    if (context !== undefined) line.context = context;
    if (isName(eventName)) line.eventName = eventName;
    if (logger.enabled?.(line) === false) return;
    line.timestamp = hrTime(record.time);
    line.severityText = record.level;
    line.body = record.message;
    const error = readableError(record.error);
    if (error !== undefined) line.exception = error;
    const skipped = span === undefined ? undefined : spanKeys;
    line.attributes = attributesOf(record, skipped, this.#eventName === undefined && isName(eventName));
    logger.emit(line);
  }

  /** Has the provider send what it queues. The SDK ignores a flush during another, so each waits for the one before. */
  flush(): Promise<void> {
    const provider = this.#provider;
    if (provider === undefined) return Promise.resolve();
    const flushed = this.#flushing.then(() => flushProvider(provider));
    this.#flushing = flushed.catch(() => {});
    return flushed;
  }
}

/** The field that names an event; as an attribute it is deprecated in favour of the event name. */
const eventKey = "event.name";

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

// What is ours comes first: an SDK that has a limit drops what comes last.
function attributesOf(
  record: LogRecord,
  span: ReadonlySet<string> | undefined,
  named: boolean,
): Record<string, unknown> {
  const { source, error, late } = record;
  const attributes: Record<string, unknown> = {};
  if (error !== undefined) addException(error, attributes);
  if (source.logger !== "") attributes["scopelog.logger"] = source.logger;
  if (source.scope !== undefined) attributes["scopelog.scope"] = source.scope;
  if (late) attributes["scopelog.late"] = true;
  for (const [key, value] of recordFields(record)) {
    if (value === undefined || span?.has(key) || (named && key === eventKey)) continue;
    // An SDK takes no empty name, and `__proto__` would be no attribute but the prototype.
    let name = key === "" || key === "__proto__" ? `${key}_` : key;
    while (Object.hasOwn(attributes, name)) name += "_";
    attributes[name] = anyValue(value, key);
  }
  return attributes;
}

// The form that every version takes for what it is: a small number of milliseconds could be a `performance.now()`.
function hrTime(time: number): [seconds: number, nanoseconds: number] {
  const seconds = Math.floor(time / 1000);
  return [seconds, Math.round((time - seconds * 1000) * 1e6)];
}

async function flushProvider(provider: OtelLoggerProvider): Promise<void> {
  await currentProvider(provider).forceFlush?.();
}
