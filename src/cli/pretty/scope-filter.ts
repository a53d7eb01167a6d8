import { type LevelTarget, parseTarget } from "../../logger/level-target.ts";
import { UsageError } from "../output.ts";
import type { RecordEntry } from "../read/entry.ts";

// Scopes inside of wanted ones are remembered by their ids, as far as the writer tells what is inside of what.
const maxInner = 10_000;

/** Admits the records of some scopes: `conn#17` and those inside of it, `conn`, or `conn.*`: with all below the name. */
export class ScopeFilter {
  readonly #targets: readonly LevelTarget[];
  readonly #ids: ReadonlySet<string>;
  readonly #inner = new Set<string>();

  /** @throws {UsageError} */
  constructor(targets: readonly string[]) {
    this.#targets = targets.map(target);
    this.#ids = new Set(targets.filter((text) => text.includes("#")));
  }

  admits({ scope, parent, logger }: RecordEntry): boolean {
    if (scope !== undefined && this.#ids.size > 0) {
      if (this.#ids.has(scope) || this.#inner.has(scope)) return true;
      if (parent !== undefined && (this.#ids.has(parent) || this.#inner.has(parent))) {
        if (this.#inner.size >= maxInner) this.#inner.clear();
        this.#inner.add(scope);
        return true;
      }
    }
    const name = scope?.slice(0, scope.lastIndexOf("#"));
    return this.#targets.some(
      (target) =>
        target.sequence === undefined && (within(target, logger) || (name !== undefined && within(target, name))),
    );
  }
}

function within(target: LevelTarget, name: string): boolean {
  if (name === target.name) return true;
  return target.below && (target.name === "" || name.startsWith(`${target.name}.`));
}

function target(text: string): LevelTarget {
  try {
    return parseTarget(text);
  } catch (cause) {
    throw new UsageError(`--scope is conn#17, conn, or conn.* for all below it; not "${text}"`, { cause });
  }
}
