import type { HeapSnapshot } from "./heap-snapshot.ts";
import type { Roles } from "./roles.ts";

/** A scope in a snapshot. */
export interface ScopeNode {
  readonly node: number;
  readonly name: string;
  /** `conn#17`; undefined if the snapshot has no numbers and the scope's id was never asked for. */
  readonly id: string | undefined;
  /** Whether it has not ended. */
  readonly live: boolean;
  /** The part of its cell that only the scope holds; -1 once ended. */
  readonly anchor: number;
  /** Its registry. */
  readonly home: number;
}

/** The scopes of a snapshot, by id. */
export class ScopeIndex {
  readonly scopes: readonly ScopeNode[];
  readonly #byNode = new Map<number, ScopeNode>();
  readonly #collected = new Set<string>();

  constructor(snapshot: HeapSnapshot, roles: Roles) {
    const scopes: ScopeNode[] = [];
    const tenanted = new Set<number>();
    for (const node of roles.scope) {
      const name = textOf(snapshot, node, "name");
      // The prototype of a derived class is no scope.
      if (name === undefined) continue;
      const anchor = objectAt(snapshot, node, "anchor");
      const slot = objectAt(snapshot, anchor, "slot");
      const sequence = textOf(snapshot, node, "sequence");
      const source = objectAt(snapshot, node, "source");
      const id = sequence === undefined ? textOf(snapshot, source, "scope") : `${name}#${sequence}`;
      // The slot of a scope that was shut down has no name any more, or has gone to another.
      const live = slot >= 0 && textOf(snapshot, slot, "name") === name;
      if (live) tenanted.add(slot);
      scopes.push({ node, name, id, live, anchor, home: objectAt(snapshot, node, "home") });
    }
    // A fork that has logged nothing is known by what it was made from: they share the cell.
    const known = new Map(scopes.filter(({ id }) => id !== undefined).map(({ anchor, id }) => [anchor, id]));
    known.delete(-1);
    this.scopes = scopes.map((scope) => ({ ...scope, id: scope.id ?? known.get(scope.anchor) }));
    for (const scope of this.scopes) this.#byNode.set(scope.node, scope);
    for (const slot of roles.slot) {
      const id = tenanted.has(slot) ? undefined : slotId(snapshot, slot);
      if (id !== undefined) this.#collected.add(id);
    }
  }

  /** The scopes that `target` means, all holders of each: one id, or a name for all live ones of that name. */
  meantBy(target: string): ScopeNode[] {
    const named = this.scopes.filter((scope) => scope.id === target);
    return named.length > 0 ? named : this.scopes.filter((scope) => scope.live && scope.name === target);
  }

  /** Whether `id` was a scope that nobody holds any more, though its end is not booked yet. */
  isCollected(id: string): boolean {
    return this.#collected.has(id);
  }

  /** The id of the scope at `node`, or its name alone; undefined if there is none. */
  labelOf(node: number): string | undefined {
    const scope = this.#byNode.get(node);
    return scope?.id ?? scope?.name;
  }
}

/** The ids of `scopes` that are known, each once, the oldest first. */
export function idsOf(scopes: readonly ScopeNode[]): string[] {
  const ids = new Set(scopes.map((scope) => scope.id).filter((id) => id !== undefined));
  return [...ids].sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

function sequenceOf(id: string): number {
  return Number(id.slice(id.lastIndexOf("#") + 1));
}

function slotId(snapshot: HeapSnapshot, slot: number): string | undefined {
  const name = textOf(snapshot, slot, "name");
  const sequence = textOf(snapshot, slot, "sequence");
  return name === undefined || name === "" || sequence === undefined ? undefined : `${name}#${sequence}`;
}

function textOf(snapshot: HeapSnapshot, node: number, property: string): string | undefined {
  const value = snapshot.follow(node, property, "property");
  return value < 0 ? undefined : snapshot.text(value);
}

/** The object that is the property's value, or -1. */
function objectAt(snapshot: HeapSnapshot, node: number, property: string): number {
  const value = snapshot.follow(node, property, "property");
  return value >= 0 && snapshot.type(value) === "object" ? value : -1;
}
