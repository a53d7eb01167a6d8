import type { LevelName } from "../../record/level.ts";

/** The names of LogTape's levels: ours, with `warning` for `warn`. */
export type LogtapeLevel = "trace" | "debug" | "info" | "warning" | "error" | "fatal";

/** A record of LogTape 2. */
export interface LogtapeRecord {
  readonly category: readonly string[];
  readonly level: LogtapeLevel;
  /** The parts of the message: texts, and between them what was put into the placeholders. */
  readonly message: readonly unknown[];
  /** The message as it was written, with its placeholders. */
  readonly rawMessage: string | TemplateStringsArray;
  /** When it was logged, in milliseconds since 1970-01-01 UTC. */
  readonly timestamp: number;
  readonly properties: Record<string, unknown>;
  /** Where it was logged, if LogTape was told to find out. */
  readonly sourceLocation?: { readonly file: string; readonly line: number; readonly column: number };
}

/**
 * An output of LogTape: a function that takes its records, such as `getConsoleSink()` returns. It may be disposable,
 * and `drain`, if it has that, waits until what it took is out.
 */
export interface LogtapeOutput extends Partial<Disposable>, Partial<AsyncDisposable> {
  (record: LogtapeRecord): void;
  drain?(): Promise<void>;
}

/** LogTape's name of a level. */
export function toLogtapeLevel(level: LevelName): LogtapeLevel {
  return level === "warn" ? "warning" : level;
}

/** Our name of a level of LogTape; info for what is none. */
export function fromLogtapeLevel(level: unknown): LevelName {
  switch (level) {
    case "trace":
    case "debug":
    case "error":
    case "fatal":
      return level;
    case "warning":
      return "warn";
    default:
      return "info";
  }
}
