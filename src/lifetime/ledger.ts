import type { Slot } from "./cell.ts";

/** Why a scope ended: its block or `dispose()`, the garbage collector, or `shutdown()`. */
export type EndReason = "disposed" | "collected" | "shutdown";

/** Hears of the ends that nobody called for. */
export interface LedgerListener {
  /** A scope was collected; its resources are closed already. */
  collected(name: string, sequence: number, origin: string | undefined): void;
  /** More scopes are live than `crowdAt`. */
  crowded(): void;
  /** Closing a resource of a collected scope threw. */
  closeFailed(error: unknown): void;
}

/** Room for fewer live scopes than this is not worth fitting. */
export const roomFloor = 1024;

/**
 * The books of one registry: which scopes are live, and how the others ended. It is led to by every slot, and so by
 * the FinalizationRegistry: it holds numbers and slots, and whoever listens only weakly.
 */
export class Ledger {
  /** The live scopes' slots, in no order. */
  live: Slot[] = [];
  /** The most that were live since the room was last fitted. */
  peak = 0;
  /** At how many live scopes the listener is told of a crowd. */
  crowdAt = Number.POSITIVE_INFINITY;
  /** Scopes opened so far; also the number of the newest. */
  opened = 0;
  readonly ended: Record<EndReason, number> = { disposed: 0, collected: 0, shutdown: 0 };
  #listener: WeakRef<LedgerListener> | undefined;

  /** Fits the room to what is live: an array keeps that of its best days. Called when a quarter is left. */
  shrink(): void {
    this.peak = this.live.length;
    this.live = this.live.slice();
  }

  /** Sets the one who hears of collected scopes; held weakly. */
  listen(listener: LedgerListener): void {
    this.#listener = new WeakRef(listener);
  }

  /** The listener, unless it is gone itself. */
  get listener(): LedgerListener | undefined {
    return this.#listener?.deref();
  }
}
