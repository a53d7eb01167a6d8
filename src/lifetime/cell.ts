import { coarseNow } from "./clock.ts";
import { disposeAll } from "./disposal.ts";
import { markRole } from "./heap-role.ts";
import { type EndReason, type Ledger, roomFloor } from "./ledger.ts";

/**
 * The part of a cell that stays when the scope is gone: what must be known and closed then. The FinalizationRegistry
 * and the ledger hold it, so nothing in it may lead to the scope: data, and raw resources.
 */
export class Slot {
  ledger: Ledger | undefined = undefined;
  name = "";
  sequence = 0;
  /** Where it stands in `ledger.live`; -1 once ended. */
  index = -1;
  /** About when it was opened, see `coarseNow`. */
  opened = 0;
  /** What only some scopes leave behind. */
  estate: Estate | undefined = undefined;
  reference: WeakRef<Anchor> | undefined = undefined;
}

markRole(Slot, "slot");

/** What a scope leaves behind beside its name. Apart from the slot, because most scopes leave nothing: 8 bytes each. */
export interface Estate {
  /** What to close if the scope is collected. */
  resources: readonly Disposable[];
  /** Where the scope was opened, `file:line:column`, if that was looked up. */
  origin: string | undefined;
}

/** The estate of `slot`, made when first needed. */
export function estateOf(slot: Slot): Estate {
  slot.estate ??= { resources: [], origin: undefined };
  return slot.estate;
}

/**
 * The part of a cell that dies with the scope: only the scope holds it while it is live, so that its collection is the
 * scope's. The pool holds it in between; a scope that ended lets go of it at once, or it would keep the next tenant.
 */
export class Anchor {
  readonly slot: Slot;
  /** The scope that lives in this cell. */
  tenant: object | undefined = undefined;

  constructor(slot: Slot) {
    this.slot = slot;
  }
}

/** The held value that stands for no scope, but for "there was a collection". */
const canary = Symbol("canary");

// The one FinalizationRegistry. A runtime that has only `WeakRef` ends scopes by all but the collector, and by `sweep()`.
const finalization =
  typeof FinalizationRegistry === "function" ? new FinalizationRegistry<Slot | typeof canary>(finalize) : undefined;

// A cell costs 1.3-2 µs to make (WeakRef, register) and pins its anchor to the end of the job; handed on it costs
// 40-50 ns. Only a deterministic end hands it on: after a collection its anchor is gone.
let pool: Anchor[] = [];
const poolFloor = 64;
let leastPooled = 0;
let canaryOut = false;

/** Opens a cell for `tenant`. The tenant must hold the returned anchor for as long as it is live, and no longer. */
export function openCell(ledger: Ledger, tenant: object, name: string, sequence: number): Anchor {
  const anchor = pool.length > 0 ? (pool.pop() as Anchor) : buildCell();
  if (pool.length < leastPooled) leastPooled = pool.length;
  anchor.tenant = tenant;
  const { slot } = anchor;
  slot.ledger = ledger;
  slot.name = name;
  slot.sequence = sequence;
  slot.opened = coarseNow();
  slot.index = ledger.live.length;
  ledger.live.push(slot);
  if (slot.index >= ledger.peak) {
    ledger.peak = slot.index + 1;
    if (ledger.peak > ledger.crowdAt) ledger.listener?.crowded();
  }
  return anchor;
}

/**
 * Ends the cell deterministically; the caller closes what the scope owned.
 * @param handOn whether the cell may have another tenant: only if no holder of this one still has the anchor
 */
export function closeCell(anchor: Anchor, reason: Exclude<EndReason, "collected">, handOn: boolean): void {
  if (!retire(anchor.slot, reason)) return;
  anchor.tenant = undefined;
  if (!handOn) return;
  pool.push(anchor);
  if (!canaryOut && pool.length > poolFloor) sendCanary();
}

/** Ends the slots of scopes that are collected already, without waiting for their turn. Returns how many. */
export function sweepCells(ledger: Ledger, limit = Number.POSITIVE_INFINITY): number {
  let ended = 0;
  // From the back: an end moves the last slot into the gap, which was looked at before.
  for (let index = ledger.live.length - 1; index >= 0 && ended < limit; index--) {
    const slot = ledger.live[index];
    if (slot?.reference !== undefined && slot.reference.deref() === undefined) {
      endCollected(slot);
      ended++;
    }
  }
  return ended;
}

/** The live half of `slot`; undefined if the scope is collected. It is kept to the end of the job by asking. */
export function anchorOf(slot: Slot): Anchor | undefined {
  return slot.reference?.deref();
}

/** How many cells wait for a tenant. */
export function pooledCells(): number {
  return pool.length;
}

function buildCell(): Anchor {
  const slot = new Slot();
  const anchor = new Anchor(slot);
  slot.reference = new WeakRef(anchor);
  finalization?.register(anchor, slot);
  return anchor;
}

/** The once-only part of every end. False if it was ended before. */
function retire(slot: Slot, reason: EndReason): boolean {
  const { ledger, index } = slot;
  if (ledger === undefined || index < 0) return false;
  const last = ledger.live.pop() as Slot;
  // By identity: the slot's place may be the last one itself.
  if (last !== slot) {
    ledger.live[index] = last;
    last.index = index;
  }
  if (ledger.peak > roomFloor && ledger.live.length < ledger.peak >> 2) ledger.shrink();
  ledger.ended[reason]++;
  slot.index = -1;
  slot.ledger = undefined;
  slot.name = "";
  slot.estate = undefined;
  return true;
}

function endCollected(slot: Slot): void {
  const { ledger, name, sequence, estate } = slot;
  if (!retire(slot, "collected")) return;
  const listener = ledger?.listener;
  if (estate !== undefined) disposeAll(estate.resources, (error) => listener?.closeFailed(error));
  listener?.collected(name, sequence, estate?.origin);
}

// A throw here would end the process.
function finalize(held: Slot | typeof canary): void {
  try {
    if (held === canary) trimPool();
    else endCollected(held);
  } catch {
    // Everything that can fail tells its own trouble; nothing is left to do with what it throws in doing so.
  }
}

/**
 * The pool is as large as the largest crowd, and shrinks with the collector: half of the cells that nobody needed
 * between two collections are let go. Their slots come back through `finalize` and are ended already.
 */
function trimPool(): void {
  const unused = Math.min(leastPooled, pool.length - poolFloor);
  // A copy, because an array keeps the room of its best days.
  if (unused > 0) pool = pool.slice(Math.ceil(unused / 2));
  leastPooled = pool.length;
  canaryOut = false;
  if (pool.length > poolFloor) sendCanary();
}

function sendCanary(): void {
  if (finalization === undefined) return;
  canaryOut = true;
  leastPooled = pool.length;
  finalization.register({}, canary);
}
