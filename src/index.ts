/// <reference lib="esnext.disposable" preserve="true" />
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
export type { LazyMessage, Logger, LoggerLike, LogMethod } from "./logger/logger.ts";
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
export { nullTransport, type Transport } from "./port/transport.ts";
export type { Problem, ProblemListener } from "./port/trouble.ts";
export type { Fields } from "./record/fields.ts";
export { isLevelName, type LevelName, type LevelSetting, levelName, levelNames, levelNumber } from "./record/level.ts";
export { allFields, copyRecord, createRecord, type LogRecord, type RecordInit } from "./record/log-record.ts";
export type { LogSource } from "./record/log-source.ts";
export type { BudgetConfig, Config, ForgottenConfig, ForgottenReport, LoggerConfig } from "./tree/config.ts";
