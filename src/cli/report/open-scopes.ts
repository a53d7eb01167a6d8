import type { Field } from "../../format/record-fields.ts";
import { has, type ScopeRow } from "./scope-row.ts";

// Where more than these are open, which of them it was cannot be told, nor be looked up for each line.
const maxCandidates = 1000;

/** The scopes that have not ended, by name: those that another may be inside of. */
export class OpenScopes {
  readonly #byName = new Map<string, Set<ScopeRow>>();

  add(row: ScopeRow): void {
    const named = this.#byName.get(row.name);
    if (named === undefined) this.#byName.set(row.name, new Set([row]));
    else named.add(row);
  }

  delete(row: ScopeRow): void {
    this.#byName.get(row.name)?.delete(row);
  }

  /**
   * The scope that `row`, just opened with `fields`, is probably inside of: `log.scope("query")` in a scope `conn` is
   * named `conn.query`, and has the fields of `conn`. So it is the open scope of the longest such name that shares
   * most fields with it, if that is just one, or if only one is open.
   */
  around(row: ScopeRow, fields: readonly Field[]): ScopeRow | undefined {
    for (let dot = row.name.lastIndexOf("."); dot > 0; dot = row.name.lastIndexOf(".", dot - 1)) {
      const named = this.#byName.get(row.name.slice(0, dot));
      if (named === undefined || named.size === 0) continue;
      if (named.size > maxCandidates) return undefined;
      return best(named, fields);
    }
    return undefined;
  }
}

function best(candidates: ReadonlySet<ScopeRow>, fields: readonly Field[]): ScopeRow | undefined {
  let found: ScopeRow | undefined;
  let most = -1;
  let several = false;
  for (const candidate of candidates) {
    let shared = 0;
    for (const field of candidate.common) if (has(fields, field)) shared++;
    if (shared > most) {
      found = candidate;
      most = shared;
      several = false;
    } else if (shared === most) several = true;
  }
  return several ? undefined : found;
}
