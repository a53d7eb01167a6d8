import { defaultRegistry } from "../logger/default.ts";
import type { Registry, ScopeInfo } from "../logger/registry.ts";
import { ExpectationError } from "./expectation-error.ts";

/**
 * Expects that every scope has ended.
 * @param registry default: the default one
 * @throws {ExpectationError} with the id, age, fields and, if it was looked up, origin of every live scope
 */
export function expectNoLiveScopes(registry: Registry = defaultRegistry()): void {
  const live = [...registry.scopes()];
  if (live.length > 0) throw new ExpectationError(describeLive(live));
}

// More would drown the first ones, which are the oldest.
const told = 20;

/** Names live scopes, for the message of an error. */
export function describeLive(live: readonly ScopeInfo[]): string {
  const lines = live.slice(0, told).map(describeScope);
  if (live.length > told) lines.push(`  and ${live.length - told} more`);
  const head = live.length === 1 ? "1 scope is still open" : `${live.length} scopes are still open`;
  return `${head}:\n${lines.join("\n")}\nWrite "using log = getScoped(...)", or call dispose() when the work is done.`;
}

function describeScope({ id, age, origin, fields }: ScopeInfo): string {
  const names = Object.keys(fields);
  const known = names.length === 0 ? "" : ` with ${names.join(", ")}`;
  return `  ${id}${known}, open for ${age} ms, ${origin === undefined ? "origin unknown (set forgotten.origin)" : `opened at ${origin}`}`;
}

/** The number in an id such as `conn#17`. Numbers grow with every scope of a registry. */
export function sequenceOf(info: ScopeInfo): number {
  return Number(info.id.slice(info.id.lastIndexOf("#") + 1));
}
