import type { Entry, EntryError, RecordEntry } from "../read/entry.ts";
import { jsonOf } from "../read/value-json.ts";
import type { ScopeFilter } from "./scope-filter.ts";

export interface FilterOptions {
  readonly scopes?: ScopeFilter | undefined;
  /** The least level, as a number. */
  readonly level?: number | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly grep?: RegExp | undefined;
}

/** Which entries are shown: those that pass everything that was asked for. */
export class EntryFilter {
  readonly #options: FilterOptions;
  /** Whether something is asked that only a record can answer. */
  readonly #recordsOnly: boolean;
  readonly #all: boolean;

  constructor(options: FilterOptions) {
    this.#options = options;
    const { scopes, level, since, until, grep } = options;
    this.#recordsOnly = [scopes, level, since, until].some((option) => option !== undefined);
    this.#all = !this.#recordsOnly && grep === undefined;
  }

  admits(entry: Entry): boolean {
    if (this.#all) return true;
    const { grep } = this.#options;
    if (entry.kind === "text") return !this.#recordsOnly && (grep === undefined || grep.test(entry.text));
    const { scopes, level, since, until } = this.#options;
    // Asked first, since it learns from each record which scope is inside of which.
    if (scopes !== undefined && !scopes.admits(entry)) return false;
    // Negated, so that what is not told is not admitted.
    if (level !== undefined && !(entry.level >= level)) return false;
    if (since !== undefined && !(entry.time >= since)) return false;
    if (until !== undefined && !(entry.time <= until)) return false;
    return grep === undefined || matches(grep, entry);
  }
}

function matches(grep: RegExp, { message, fields, error }: RecordEntry): boolean {
  if (grep.test(message)) return true;
  for (const [key, value] of fields) {
    if (grep.test(`${key}=${typeof value === "string" ? value : jsonOf(value)}`)) return true;
  }
  return error !== undefined && matchesError(grep, error);
}

function matchesError(grep: RegExp, { type, message, stack, code, properties, cause, errors }: EntryError): boolean {
  return (
    grep.test(`${type}: ${message}`) ||
    (stack !== undefined && grep.test(stack)) ||
    (code !== undefined && grep.test(`code=${code}`)) ||
    properties.some(([key, value]) => grep.test(`${key}=${typeof value === "string" ? value : jsonOf(value)}`)) ||
    (cause !== undefined && matchesError(grep, cause)) ||
    errors.some((one) => matchesError(grep, one))
  );
}
