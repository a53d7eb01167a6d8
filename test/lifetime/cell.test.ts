import { describe, expect, test } from "vitest";
import {
  type Anchor,
  anchorOf,
  closeCell,
  estateOf,
  openCell,
  pooledCells,
  sweepCells,
} from "../../src/lifetime/cell.ts";
import { Ledger, type LedgerListener } from "../../src/lifetime/ledger.ts";
import { collect, collectThoroughly, collectUntil } from "../support/gc.ts";

/** What holds a cell in these tests, as a scope does. */
interface Tenant {
  anchor: Anchor;
}

function moveIn(ledger: Ledger, name = "conn"): Tenant {
  const tenant = {} as Tenant;
  tenant.anchor = openCell(ledger, tenant, name, ++ledger.opened);
  return tenant;
}

/** A listener that writes down what it hears; hold it, the ledger does not. */
function listenerOf(ledger: Ledger, heard: unknown[]): LedgerListener {
  const listener: LedgerListener = {
    collected: (...what) => heard.push(what),
    closeFailed: (error) => heard.push(error),
    crowded: () => heard.push("crowded"),
  };
  ledger.listen(listener);
  return listener;
}

const names = (ledger: Ledger) => ledger.live.map(({ sequence }) => sequence).sort((a, b) => a - b);

describe("cells", () => {
  test("are in the ledger while live, and counted by how they ended", () => {
    const ledger = new Ledger();
    const tenants = Array.from({ length: 5 }, () => moveIn(ledger));
    expect(names(ledger)).toEqual([1, 2, 3, 4, 5]);
    closeCell(tenants[1]!.anchor, "disposed", true);
    closeCell(tenants[4]!.anchor, "shutdown", true);
    closeCell(tenants[0]!.anchor, "disposed", true);
    expect(names(ledger)).toEqual([3, 4]);
    expect(ledger.ended).toEqual({ disposed: 2, collected: 0, shutdown: 1 });
    for (const [index, slot] of ledger.live.entries()) expect(slot.index).toBe(index);
  });

  test("end once", () => {
    const ledger = new Ledger();
    const { anchor } = moveIn(ledger);
    const pooled = pooledCells();
    closeCell(anchor, "disposed", true);
    closeCell(anchor, "disposed", true);
    closeCell(anchor, "shutdown", true);
    expect(ledger.ended).toEqual({ disposed: 1, collected: 0, shutdown: 0 });
    expect(pooledCells()).toBe(pooled + 1);
  });

  test("keep nothing of the tenant before: name, estate, ledger", () => {
    const ledger = new Ledger();
    const { anchor } = moveIn(ledger, "first");
    const { slot } = anchor;
    estateOf(slot).origin = "somewhere";
    closeCell(anchor, "disposed", true);
    expect([slot.name, slot.estate, slot.ledger, slot.index, anchor.tenant]).toEqual([
      "",
      undefined,
      undefined,
      -1,
      undefined,
    ]);
    const next = moveIn(ledger, "second");
    expect(next.anchor).toBe(anchor);
    expect([slot.name, slot.estate, slot.sequence]).toEqual(["second", undefined, 2]);
    closeCell(anchor, "disposed", true);
  });

  test("are handed on only if the one who ended it says so", () => {
    const ledger = new Ledger();
    const one = moveIn(ledger);
    const pooled = pooledCells();
    closeCell(one.anchor, "shutdown", false);
    expect(pooledCells()).toBe(pooled);
    expect(one.anchor.tenant).toBeUndefined();
    const two = moveIn(ledger);
    expect(two.anchor).not.toBe(one.anchor);
    closeCell(two.anchor, "disposed", true);
  });

  test("serve one registry after the other", () => {
    const [one, two] = [new Ledger(), new Ledger()];
    const { anchor } = moveIn(one);
    closeCell(anchor, "disposed", true);
    expect(moveIn(two).anchor).toBe(anchor);
    expect([one.live.length, two.live.length]).toEqual([0, 1]);
    closeCell(anchor, "disposed", true);
    expect([one.ended.disposed, two.ended.disposed]).toEqual([1, 1]);
  });

  test("of forgotten tenants end as collected: resources closed the last first, then told with their name and place", async () => {
    const ledger = new Ledger();
    const heard: unknown[] = [];
    const listener = listenerOf(ledger, heard);
    const forget = () => {
      const { slot } = moveIn(ledger, "lost").anchor;
      const resource = (name: string): Disposable => ({
        [Symbol.dispose]() {
          heard.push(name);
          if (name === "b") throw "b failed";
        },
      });
      estateOf(slot).resources = [resource("a"), resource("b")];
      estateOf(slot).origin = "here:1:1";
      moveIn(ledger, "plain");
    };
    forget();
    await collectUntil(() => ledger.live.length === 0, "both cells ended");
    expect(ledger.ended).toEqual({ disposed: 0, collected: 2, shutdown: 0 });
    expect(heard.filter((one) => !Array.isArray(one))).toEqual(["b", "b failed", "a"]);
    expect(heard).toContainEqual(["lost", 1, "here:1:1"]);
    expect(heard).toContainEqual(["plain", 2, undefined]);
    expect(listener).toBeDefined();
  });

  test("of forgotten tenants are never handed on", async () => {
    const ledger = new Ledger();
    while (pooledCells() > 0) moveIn(ledger);
    const forgotten = (() => new WeakRef(moveIn(ledger).anchor))();
    await collectUntil(() => forgotten.deref() === undefined && ledger.live.length === 0, "all collected");
    expect(pooledCells()).toBe(0);
  });

  test("a tenant that is held is not collected", async () => {
    const ledger = new Ledger();
    const tenant = moveIn(ledger);
    await collectThoroughly();
    expect(ledger.live.length).toBe(1);
    expect(anchorOf(ledger.live[0]!)).toBe(tenant.anchor);
    closeCell(tenant.anchor, "disposed", true);
    expect(ledger.ended.collected).toBe(0);
  });

  test("sweepCells ends what is dead, once, within its limit, and leaves what lives", async () => {
    const ledger = new Ledger();
    const kept = [moveIn(ledger)];
    const references = (() => Array.from({ length: 5 }, () => new WeakRef(moveIn(ledger).anchor)))();
    // The last place and the first are those of tenants that live.
    kept.push(moveIn(ledger));
    // The registry's callbacks come in a later turn than the death of the anchors; ask in between.
    const { gc } = globalThis as { gc?: () => void };
    await collectThoroughly(0);
    await new Promise((resolve) => setImmediate(resolve));
    gc?.();
    const dead = references.filter((reference) => reference.deref() === undefined).length;
    expect(dead).toBe(5);
    expect([sweepCells(ledger, 2), sweepCells(ledger), sweepCells(ledger)]).toEqual([2, 3, 0]);
    expect(ledger.ended.collected).toBe(5);
    await collect();
    expect(ledger.ended.collected, "the callbacks that come later end nothing again").toBe(5);
    expect(names(ledger)).toEqual([1, 7]);
    for (const tenant of kept) closeCell(tenant.anchor, "disposed", true);
  });

  test("a finalizer never throws, whatever the listener does, and the others still end", async () => {
    const ledger = new Ledger();
    let heard = 0;
    const listener: LedgerListener = {
      collected() {
        heard++;
        throw new Error("a listener that throws");
      },
      closeFailed() {
        throw new Error("this one too");
      },
      crowded() {},
    };
    ledger.listen(listener);
    const forget = () => {
      for (let n = 0; n < 20; n++) {
        estateOf(moveIn(ledger).anchor.slot).resources = [
          {
            [Symbol.dispose]() {
              throw new Error("cannot close");
            },
          },
        ];
        moveIn(ledger);
      }
    };
    forget();
    await collectUntil(() => ledger.live.length === 0, "all cells ended");
    expect(ledger.ended.collected).toBe(40);
    expect(heard).toBeGreaterThanOrEqual(20);
  });

  test("the ledger does not keep its listener", async () => {
    const ledger = new Ledger();
    const listener = (() => new WeakRef(listenerOf(ledger, [])))();
    await collectUntil(() => listener.deref() === undefined, "the listener gone");
    expect(ledger.listener).toBeUndefined();
    // A cell that ends now has nobody to tell, and ends all the same.
    (() => void moveIn(ledger))();
    await collectUntil(() => ledger.live.length === 0, "the cell ended");
    expect(ledger.ended.collected).toBe(1);
  });
});

describe("after a crowd", () => {
  test("the pool is let go by halves with each collection, down to a floor", async () => {
    const ledger = new Ledger();
    const crowd = (() => Array.from({ length: 20_000 }, () => moveIn(ledger)))();
    for (const tenant of crowd.splice(0)) closeCell(tenant.anchor, "disposed", true);
    expect(pooledCells()).toBeGreaterThanOrEqual(20_000);
    await collectUntil(() => pooledCells() < 200, "the pool shrunk");
    expect(pooledCells()).toBeGreaterThanOrEqual(64);
    // The slots of the cells that were let go are ended already: nothing is counted twice.
    await collectThoroughly(3);
    expect(ledger.ended).toEqual({ disposed: 20_000, collected: 0, shutdown: 0 });
  });

  test("cells that are needed between two collections stay", async () => {
    const ledger = new Ledger();
    const busy = () => {
      const tenants = Array.from({ length: 1000 }, () => moveIn(ledger));
      for (const tenant of tenants) closeCell(tenant.anchor, "disposed", true);
    };
    for (let round = 0; round < 8; round++) {
      busy();
      await collect();
    }
    busy();
    expect(pooledCells()).toBeGreaterThanOrEqual(1000);
  });

  test("the ledger's room is fitted when a quarter is left", () => {
    const ledger = new Ledger();
    const crowd = Array.from({ length: 5000 }, () => moveIn(ledger));
    const room = ledger.live;
    for (const tenant of crowd.splice(100)) closeCell(tenant.anchor, "disposed", true);
    expect(ledger.live).not.toBe(room);
    expect(ledger.peak).toBeLessThan(5000);
    expect(names(ledger)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    for (const tenant of crowd) closeCell(tenant.anchor, "disposed", true);
  });
});
