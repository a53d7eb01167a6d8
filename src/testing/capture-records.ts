import { memoryHandler } from "../handler/memory-handler.ts";
import { defaultRegistry } from "../logger/default.ts";
import type { Registry } from "../logger/registry.ts";
import { checkKeys } from "../port/check-object.ts";
import type { LevelSetting } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";

/** What to capture. */
export interface CaptureOptions {
  /** Whose lines. Default: the default registry, and with it everything that was logged through `getLogger` and `getScoped`. */
  registry?: Registry;
  /** The lowest level that is captured. Default: `"trace"`. */
  level?: LevelSetting;
}

/** Captured lines; end it to go back to the configuration before. */
export interface Captured extends Disposable, AsyncDisposable {
  readonly registry: Registry;
  /** The lines so far, in order. The same array for the whole life: it grows with every line. */
  readonly records: LogRecord[];
  /** The messages of the lines so far. */
  readonly messages: readonly string[];
  /** Forgets the lines so far. */
  clear(): void;
}

/**
 * Captures what is logged, until its end: `using captured = captureRecords()`. It puts a configuration in force, in
 * place of the one before, in which every line goes to memory and nowhere else.
 * @param target a registry, or options
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an option that there is not
 */
export function captureRecords(target: Registry | CaptureOptions = {}): Captured {
  const options: CaptureOptions = isRegistry(target) ? { registry: target } : target;
  checkKeys("captureRecords", options, ["registry", "level"]);
  const { registry = defaultRegistry(), level = "trace" } = options;
  const records: LogRecord[] = [];
  const configuration = registry.configure({
    loggers: { "": { level, handlers: ["captured"] } },
    handlers: { captured: memoryHandler(records) },
  });
  return {
    registry,
    records,
    get messages() {
      return records.map(({ message }) => message);
    },
    clear() {
      records.length = 0;
    },
    [Symbol.dispose]: () => configuration[Symbol.dispose](),
    [Symbol.asyncDispose]: () => configuration.close(),
  };
}

function isRegistry(target: Registry | CaptureOptions): target is Registry {
  return typeof (target as Partial<Registry>).getScoped === "function";
}
