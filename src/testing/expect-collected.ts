import { isThenable } from "../lifetime/thenable.ts";
import { defaultRegistry } from "../logger/default.ts";
import type { Registry, ScopeInfo } from "../logger/registry.ts";
import { checkKeys } from "../port/check-object.ts";
import { type CollectOptions, collectGarbage } from "./collect-garbage.ts";
import { excuseCollected } from "./excused.ts";
import { ExpectationError } from "./expectation-error.ts";
import { sequenceOf } from "./live-scopes.ts";
import { importIfThere } from "./runtime.ts";

/** Says who holds a live scope, given its id, or an object. */
export type Explain = (target: string | object) => string | Promise<string>;

/** How long to wait, and whom to ask. */
export interface ExpectCollectedOptions extends CollectOptions {
  /** Where the scopes are opened that must be collected. Default: the default registry. */
  registry?: Registry;
  /** Says who holds what is not collected. Default: `explainRetention` and `explainObject` of `scopelog/leaks`. */
  explain?: Explain;
}

/**
 * Expects that what `make` returns is garbage collected, and with it every scope that `make` opens and does not end.
 * @param make synchronous; returns the object that must be collected, an array of them, or nothing. It is called in a
 *   frame of its own, so that no local variable holds what it made.
 * @returns how many objects and scopes were collected
 * @throws {ExpectationError} as a rejection, with the path by which it is held, where the runtime can tell
 * @throws {ScopelogError} as a rejection, `ERR_SCOPELOG_UNAVAILABLE`, see `collectGarbage`, or
 *   `ERR_SCOPELOG_OPTION` for an option that there is not
 */
export async function expectCollected(make: () => unknown, options: ExpectCollectedOptions = {}): Promise<number> {
  checkKeys("expectCollected", options, ["timeoutMs", "registry", "explain"]);
  const { registry = defaultRegistry() } = options;
  const { opened } = registry.stats();
  const made = refer(make);
  const scopes = openedSince(registry, opened).map(({ id }) => id);
  // A scope that is returned is known by its id.
  const references = made.filter((reference) => !scopes.includes(idOf(reference)));
  const total = references.length + scopes.length;
  if (total === 0) {
    throw new ExpectationError(
      "expectCollected() was given nothing to watch: make() returned no object and opened no scope",
    );
  }
  const before = registry.stats().collected;
  let held: (string | WeakRef<object>)[] = [];
  const nothingHeld = () => {
    registry.sweep();
    const live = openedSince(registry, opened).map(({ id }) => id);
    held = [
      ...scopes.filter((id) => live.includes(id)),
      ...references.filter((reference) => reference.deref() !== undefined),
    ];
    return held.length === 0;
  };
  const collected = await collectGarbage(nothingHeld, options);
  excuseCollected(registry, Math.min(scopes.length, registry.stats().collected - before));
  if (collected) return total;
  throw new ExpectationError(await describeHeld(held, total, registry, options.explain));
}

// A frame of its own: nothing of what `make` returned is in the caller's.
function refer(make: () => unknown): WeakRef<object>[] {
  const made = make();
  const isPromise = isThenable(made);
  if (isPromise) throw new ExpectationError("expectCollected() takes a synchronous function; this one gave a promise");
  return (Array.isArray(made) ? made : [made])
    .filter((value: unknown) => (typeof value === "object" && value !== null) || typeof value === "function")
    .map((object: object) => new WeakRef(object));
}

function idOf(reference: WeakRef<object>): string {
  return String((reference.deref() as { id?: unknown } | undefined)?.id);
}

function openedSince(registry: Registry, opened: number): ScopeInfo[] {
  return [...registry.scopes()].filter((info) => sequenceOf(info) > opened);
}

// The paths of a few say it all, and each costs a heap snapshot.
const explained = 2;

async function describeHeld(
  held: readonly (string | WeakRef<object>)[],
  total: number,
  registry: Registry,
  explain: Explain | undefined,
): Promise<string> {
  const names = held.map((target) => (typeof target === "string" ? target : kindOf(target)));
  const parts = [`${held.length} of ${total} were not collected: ${names.slice(0, 10).join(", ")}.`];
  for (const target of held.slice(0, explained)) {
    parts.push(await explainHeld(target, registry, explain));
  }
  return parts.join("\n");
}

function kindOf(reference: WeakRef<object>): string {
  const object = reference.deref();
  if (object === undefined) return "an object";
  return typeof object === "function" ? `function ${object.name}` : (object.constructor?.name ?? "an object");
}

interface Report {
  /** False where the runtime's snapshots do not show it, as on Bun. */
  readonly found: boolean;
  readonly text: string;
}

interface Leaks {
  explainRetention(id: string, options: { print: false; registry: object }): Promise<Report>;
  explainObject(object: object, options: { print: false }): Promise<Report>;
}

const unknownHolder = "Who holds it cannot be told: scopelog/leaks does not work here.";

async function explainHeld(
  target: string | WeakRef<object>,
  registry: Registry,
  explain: Explain | undefined,
): Promise<string> {
  try {
    if (explain !== undefined) {
      const subject = typeof target === "string" ? target : target.deref();
      return subject === undefined ? "" : await explain(subject);
    }
    // By its name, so that the doors stay apart: who never fails here never loads the reader of heap snapshots.
    const leaks = (await importIfThere("scopelog/leaks")) as Leaks | undefined;
    if (leaks === undefined) return unknownHolder;
    const { found, text } = await (typeof target === "string"
      ? leaks.explainRetention(target, { print: false, registry })
      : leaks.explainObject(target.deref() ?? {}, { print: false }));
    return found ? text : unknownHolder;
  } catch (error) {
    return `Who holds it cannot be told: ${error instanceof Error ? error.message : String(error)}`;
  }
}
