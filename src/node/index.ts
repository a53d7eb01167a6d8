export { type AsWritableOptions, asWritable, type ParsedLine } from "./as-writable.ts";
export { type DumpScopesOptions, describeScopes, dumpScopesOnSignal } from "./dump-on-signal.ts";
export { flushSync } from "./exit-flush.ts";
export { type FileHandler, type FileHandlerOptions, type FileOptions, fileHandler } from "./file-handler.ts";
export { type FlushOnSignalsOptions, flushOnSignals } from "./flush-on-signals.ts";
export type { QueueOptions } from "./queue-options.ts";
export { type Reopenable, reopenOnSignal } from "./reopen-on-signal.ts";
export type { RotationPeriod } from "./rotated-names.ts";
export {
  type RotatingFileHandler,
  type RotatingFileHandlerOptions,
  rotatingFileHandler,
} from "./rotating-file-handler.ts";
export { type StreamHandler, type StreamHandlerOptions, streamHandler } from "./stream-handler.ts";
