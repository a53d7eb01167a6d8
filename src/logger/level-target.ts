import { ScopelogError } from "../port/codes.ts";

/** Whom `setLevel` means. */
export interface LevelTarget {
  /** The name of a category or scope; `""` is the root. */
  readonly name: string;
  /** The number of the one scope that is meant. */
  readonly sequence: number | undefined;
  /** Whether everything below the name is meant too. */
  readonly below: boolean;
}

/**
 * Reads `conn#17`, `conn`, `conn.*`, or `*` for everything.
 * @throws {ScopelogError} `ERR_SCOPELOG_TARGET`
 */
export function parseTarget(target: unknown): LevelTarget {
  const [, name, id, star] = (typeof target === "string" ? /^(.*?)(?:#(\d+)|(\.?\*))?$/s.exec(target) : null) ?? [];
  // "*" alone is everything; ".*" needs a name before it.
  if (
    name !== undefined &&
    (id === undefined || name !== "") &&
    (star === undefined || (star === "*") === (name === "")) &&
    !(id === undefined && name.includes("#"))
  ) {
    return { name, sequence: id === undefined ? undefined : Number(id), below: star !== undefined };
  }
  throw new ScopelogError(
    "ERR_SCOPELOG_TARGET",
    'a target is an id "conn#17", a name "conn", or all below it "conn.*"',
  );
}
