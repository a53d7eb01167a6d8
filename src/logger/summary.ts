import { monotonicNow } from "../lifetime/clock.ts";
import { carefulCopy, type Fields } from "../record/fields.ts";
import { levelIndex, levelNames } from "../record/level.ts";

/** How a scope ended, as far as it was told: a block's exception is invisible to `dispose`. */
export type Outcome = "ok" | "error" | "unknown";

/** Counts what the record at the end of a scope tells. */
export class Summary {
  /** The level of the record; undefined for error after a `fail`, else info. */
  readonly level: number | undefined;
  readonly #start = monotonicNow();
  /** Lines by level, as in `levelNames`. Numbers in an array: a Map would cost more than the rest of the summary. */
  readonly #lines = [0, 0, 0, 0, 0, 0];

  constructor(level: number | undefined) {
    this.level = level;
  }

  /** Counts one line. */
  count(level: number): void {
    const index = levelIndex(level);
    this.#lines[index] = (this.#lines[index] as number) + 1;
  }

  /** The fields of the record: `durationMs`, `outcome`, `lines` by level, `dropped` if any were. */
  fields(outcome: Outcome, dropped: number, more: Fields | undefined): Fields {
    const lines: Record<string, number> = {};
    // No iterators: on Node 20 they would be most of the cost of the record.
    for (let index = 0; index < levelNames.length; index++) {
      const count = this.#lines[index] as number;
      if (count > 0) lines[levelNames[index] as string] = count;
    }
    const fields = more === undefined ? {} : carefulCopy(more);
    fields["durationMs"] = Math.round((monotonicNow() - this.#start) * 1000) / 1000;
    fields["outcome"] = outcome;
    fields["lines"] = lines;
    if (dropped > 0) fields["dropped"] = dropped;
    return fields;
  }
}
