/// <reference lib="esnext.disposable" preserve="true" />
/// <reference types="node" preserve="true" />
export { type AsWritableOptions, asWritable, type ParsedLine } from "./as-writable.ts";
export { type DumpScopesOptions, describeScopes, dumpScopesOnSignal } from "./dump-on-signal.ts";
export { flushSync } from "./exit-flush.ts";
export { type FileHandler, type FileHandlerOptions, type FileOptions, fileHandler } from "./file-handler.ts";
export { type FlushOnSignalsOptions, flushOnSignals } from "./flush-on-signals.ts";
export { type Monitor, type MonitorOptions, serveMonitor } from "./monitor.ts";
export { listMonitors, type MonitorAddress, monitorFolder } from "./monitor-path.ts";
export type {
  MonitorAnswer,
  MonitoredForgotten,
  MonitoredScope,
  MonitoredTransport,
  MonitorInfo,
  MonitorOrder,
  MonitorRequest,
  MonitorSnapshot,
} from "./monitor-protocol.ts";
export type { QueueOptions } from "./queue-options.ts";
export { type Reopenable, reopenOnSignal } from "./reopen-on-signal.ts";
export type { RotationPeriod } from "./rotated-names.ts";
export {
  type RotatingFileHandler,
  type RotatingFileHandlerOptions,
  rotatingFileHandler,
} from "./rotating-file-handler.ts";
export { type StreamHandler, type StreamHandlerOptions, streamHandler } from "./stream-handler.ts";
