/// <reference lib="esnext.disposable" preserve="true" />
export type { By } from "./filter/by.ts";
export { type DedupeOptions, dedupe } from "./filter/dedupe.ts";
export { type RateLimitOptions, rateLimit } from "./filter/rate-limit.ts";
export { type RedactOptions, redact } from "./filter/redact.ts";
export { secretKeys } from "./filter/redact-secret-keys.ts";
export type { Censor } from "./filter/redact-walk.ts";
export { type SampleOptions, sample } from "./filter/sample.ts";
export { type ErrorParts, errorParts } from "./format/error.ts";
export { type JsonFormatterOptions, type JsonProfileName, jsonFormatter } from "./format/json.ts";
export type { JsonLimits } from "./format/json-limits.ts";
export { type LogfmtFormatterOptions, logfmtFormatter } from "./format/logfmt.ts";
export { patternFormatter } from "./format/pattern.ts";
export { type TextFormatterOptions, textFormatter } from "./format/text.ts";
export { callbackHandler } from "./handler/callback-handler.ts";
export {
  type ConsoleHandlerOptions,
  type ConsoleLike,
  type ConsoleMethod,
  consoleHandler,
} from "./handler/console-handler.ts";
export { deliver } from "./handler/deliver.ts";
export type { HandlerOptions } from "./handler/handler-options.ts";
export { type MemoryHandler, type MemoryHandlerOptions, memoryHandler } from "./handler/memory-handler.ts";
export { multiHandler } from "./handler/multi-handler.ts";
export type { EndReason } from "./lifetime/ledger.ts";
export type { Configuration } from "./logger/configuration.ts";
export {
  configure,
  createRegistry,
  currentLogger,
  defaultRegistry,
  getLogger,
  getScoped,
  shutdown,
} from "./logger/default.ts";
export type { LazyMessage, Logger, LoggerLike, LogMethod, ViewOptions } from "./logger/logger.ts";
export type { Registry, RegistryStats, ScopeInfo } from "./logger/registry.ts";
export type { ScopedLogger, ScopeOptions } from "./logger/scoped-logger.ts";
export type { Outcome } from "./logger/summary.ts";
export type { EmitterLike, EndLike, TargetLike } from "./logger/until.ts";
export type { EndEvent, OpenEvent } from "./port/channel.ts";
export { type Code, codes, ScopelogError } from "./port/codes.ts";
export { type Context, type Frame, nullContext } from "./port/context.ts";
export { type Filter, type FilterLike, multiFilter, nullFilter } from "./port/filter.ts";
export { type Formatter, type FormatterLike, nullFormatter } from "./port/formatter.ts";
export { type Handler, nullHandler } from "./port/handler.ts";
export { countDropped } from "./port/tally.ts";
export { nullTransport, type Transport } from "./port/transport.ts";
export type { Problem, ProblemListener } from "./port/trouble.ts";
export type { Fields } from "./record/fields.ts";
export { isLevelName, type LevelName, type LevelSetting, levelName, levelNames, levelNumber } from "./record/level.ts";
export { allFields, copyRecord, createRecord, type LogRecord, type RecordInit } from "./record/log-record.ts";
export type { LogSource } from "./record/log-source.ts";
export type { BudgetConfig, Config, ForgottenConfig, ForgottenReport, LoggerConfig } from "./tree/config.ts";
