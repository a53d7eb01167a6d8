import type { Fields } from "../record/fields.ts";
import { type LevelName, levelName, levelNames } from "../record/level.ts";

/** How a scope ended, as far as it was told: a block's exception is invisible to `dispose`. */
export type Outcome = "ok" | "error" | "unknown";

/** Counts what the record at the end of a scope tells. */
export class Summary {
  /** The level of the record; undefined for error after a `fail`, else info. */
  readonly level: number | undefined;
  readonly #start = now();
  readonly #lines = new Map<LevelName, number>();

  constructor(level: number | undefined) {
    this.level = level;
  }

  /** Counts one line. */
  count(level: number): void {
    const name = levelName(level);
    this.#lines.set(name, (this.#lines.get(name) ?? 0) + 1);
  }

  /** The fields of the record: `durationMs`, `outcome`, `lines` by level, `dropped` if any were. */
  fields(outcome: Outcome, dropped: number, more: Fields | undefined): Fields {
    const lines = levelNames.filter((name) => this.#lines.has(name)).map((name) => [name, this.#lines.get(name)]);
    return {
      ...more,
      durationMs: Math.round((now() - this.#start) * 1000) / 1000,
      outcome,
      lines: Object.fromEntries(lines),
      ...(dropped > 0 ? { dropped } : {}),
    };
  }
}

// The monotonic clock: a duration must not be negative because the time of day was set.
function now(): number {
  return globalThis.performance?.now() ?? Date.now();
}
