import type { Field } from "../../format/record-fields.ts";

/** What a row stands for. */
export type RowKind =
  /** A scope with an id. */
  | "scope"
  /** The lines that have one value of a field, such as a request id, where the writer has no scopes. */
  | "group"
  /** The other lines of one logger. */
  | "logger";

const none: readonly Field[] = Object.freeze([]);

/** All that is known of one scope. */
export class ScopeRow {
  readonly id: string;
  readonly kind: RowKind;
  /** The order in which the rows were first seen. */
  readonly number: number;
  /** Which run of its process it is of, as far as the ids tell. */
  readonly run: number;
  /** The time of its opening: as the summary tells, else of the first line. */
  start: number;
  /** The time of its last line that is not late. */
  last: number;
  /** The time of its end, as the summary tells; NaN if there is none. */
  end = Number.NaN;
  outcome: "ok" | "error" | "unknown" | undefined = undefined;
  lines = 0;
  /** How many lines are kept. */
  kept = 0;
  errors = 0;
  /** The gravest level. */
  level = 0;
  late = false;
  /** Lines that its buffer gave up. */
  dropped = 0;
  parent: ScopeRow | undefined = undefined;
  /** The parent is a conclusion, see `inferParent`: the lines do not tell it. */
  inferred = false;
  forgotten = false;
  origin: string | undefined = undefined;
  /** The fields that all lines so far have in common, of plain values; let go with the end. */
  common: readonly Field[] = none;

  constructor(id: string, kind: RowKind, number: number, run: number, time: number) {
    this.id = id;
    this.kind = kind;
    this.number = number;
    this.run = run;
    this.start = time;
    this.last = time;
  }

  /** Its name, by which one looks for others like it; of a group the field. */
  get name(): string {
    if (this.kind === "logger") return this.id;
    return this.kind === "scope" ? this.id.slice(0, this.id.lastIndexOf("#")) : this.id.slice(0, this.id.indexOf("="));
  }

  get ended(): boolean {
    return !Number.isNaN(this.end);
  }

  /** Puts it below `parent`, unless it is around it, as only lies and mistakes say. */
  putInside(parent: ScopeRow, inferred: boolean): void {
    for (let row: ScopeRow | undefined = parent; row !== undefined; row = row.parent) if (row === this) return;
    this.parent = parent;
    this.inferred = inferred;
  }

  /** Learns from the fields of a line what is common to all. */
  learn(fields: readonly Field[]): void {
    if (this.kind !== "scope" || this.ended) return;
    if (this.lines === 0) this.common = fields.filter(([, value]) => isPlain(value)).slice(0, 16);
    else if (this.common.length > 0 && !this.common.every((field) => has(fields, field))) {
      this.common = this.common.filter((field) => has(fields, field));
    }
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** Whether a field is among others, with the same value. */
export function has(fields: readonly Field[], [key, value]: Field): boolean {
  return fields.some(([other, theirs]) => other === key && theirs === value);
}
