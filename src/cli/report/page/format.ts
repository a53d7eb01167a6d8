/** What the page is told in JSON; the rest are columns of numbers, and texts. Times are from `start` on, in ms. */
export interface ReportHead {
  readonly title: string;
  /** The names of the inputs. */
  readonly source: string;
  /** What was bad in the input or left out, a sentence each. */
  readonly notes: readonly string[];
  /** The first time, in milliseconds since 1970-01-01 UTC. */
  readonly start: number;
  readonly span: number;
  /** All lines, also those that are not kept. */
  readonly records: number;
  /** Lines of scopes beyond the limit. */
  readonly unlisted: number;
  readonly origins: readonly string[];
  /** The names of the scopes; of groups the field, of loggers their own. */
  readonly names: readonly string[];
  readonly forgotten: readonly { readonly name: string; readonly origin: string | null; readonly count: number }[];
  readonly gauges: readonly {
    readonly name: string;
    readonly points: readonly (readonly [time: number, value: number])[];
  }[];
  readonly columns: readonly Column[];
  /** Bytes of the ids of the scopes, each with a separator after it. */
  readonly ids: number;
}

export interface Column {
  readonly name: string;
  readonly kind: "f64" | "u32" | "i32" | "u8";
  readonly length: number;
}

/** What a scope may be, as bits of a column. */
export const flags = { forgotten: 1, late: 2, inferred: 4, group: 8, logger: 16 } as const;

/** The outcomes, by their number in a column. */
export const outcomes = ["", "ok", "error", "unknown"] as const;
