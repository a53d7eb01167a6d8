import type { ForgottenReport, Handler, Registry, ScopedLogger } from "scopelog";
import { collectGarbage } from "scopelog/testing";
import { check, equal, inGroup, matches, ok } from "./check.ts";
import { collect, collectUntil, turn } from "./gc.ts";
import { books, world } from "./world.ts";

inGroup("collection");

/** Whether the runtime tells when something was collected; else `sweep()` must be asked. */
const tells = typeof FinalizationRegistry === "function";

const many = 64;
// JavaScriptCore looks for pointers on the stack, and finds old ones there: a few may live on.
const enough = "Bun" in globalThis ? many - 16 : many;

/** What has been collected of `registry`. */
function collected(registry: Registry): number {
  if (!tells) registry.sweep();
  return books(registry).collected;
}

/** Opens `many` scopes and forgets them. Their handler's formatter closes over the scope, as connections do. */
function forget(registry: Registry, closed: string[]): void {
  for (let index = 0; index < many; index++) {
    const log = registry.getScoped("forgotten", { index });
    log.use(holderOf(log, resource(closed)));
    log.info("opened");
  }
}

function holderOf(log: ScopedLogger, resource: Disposable): Handler {
  return { resource, handle: () => void log.disposed };
}

function resource(closed: string[]): Disposable {
  return { [Symbol.dispose]: () => void closed.push("closed") };
}

check("a forgotten scope is ended, and what its handlers held open is closed", async () => {
  const { registry } = world();
  const closed: string[] = [];
  forget(registry, closed);
  equal(books(registry).live, many);
  await collectUntil(() => collected(registry) >= enough, "the forgotten scopes are collected");
  const { live, collected: ended } = books(registry);
  equal([live + ended, closed.length], [many, ended]);
});

check("sweep() does not wait for the runtime's word", async () => {
  const { registry } = world();
  const closed: string[] = [];
  forget(registry, closed);
  let swept = 0;
  await collectUntil(() => {
    swept += registry.sweep();
    return swept + books(registry).collected > 0;
  }, "something to sweep");
  equal(closed.length, books(registry).collected, "closed resources");
});

function openHere(registry: Registry): void {
  for (let index = 0; index < many; index++) registry.getScoped("place");
}

function openThere(registry: Registry): void {
  for (let index = 0; index < many; index++) {
    // In the same lines as the other, so that only the column or the line tells them apart.
    registry.getScoped("place");
  }
}

check("the place that forgot is named, and its scopes are told together", async () => {
  const reports: ForgottenReport[] = [];
  const { registry } = world({ forgotten: { origin: "always", report: (report) => reports.push(report) } });
  openHere(registry);
  openThere(registry);
  const told = () => {
    collected(registry);
    return reports.reduce((sum, { count }) => sum + count, 0);
  };
  await collectUntil(() => told() >= 2 * enough, "the forgotten scopes are told");
  const places = [...new Set(reports.map(({ origin }) => origin))];
  equal(places.length, 2, `the number of places (${places.join(", ")})`);
  const [file] = (fileOfThis() ?? "").split(/:\d+:\d+$/);
  for (const place of places) {
    matches(place, /:\d+:\d+$/);
    equal(place?.replace(/:\d+:\d+$/, ""), file, "the file of the place");
  }
  const [report] = reports;
  equal([report?.code, report?.name, report?.unlocated], ["SCOPELOG_WARN_FORGOTTEN", "place", 0]);
  matches(report?.message, /without being disposed/);
});

/** Where this code is, by the runtime's own word. */
function fileOfThis(): string | undefined {
  const frame = new Error().stack?.split("\n").find((line) => /:\d+:\d+\)?$/.test(line));
  return frame?.match(/(?:\(|@|at (?:async )?)((?:[^()]|\([^()]*\))*:\d+:\d+)\)?$/)?.[1]?.replace(/^file:\/\//, "");
}

function viewOf(registry: Registry): { info(message: string): void } {
  return registry.getScoped("viewed").with({ view: true });
}

check("a scope that is held, if only by a view, is not collected", async () => {
  const { registry, root } = world();
  const view = viewOf(registry);
  for (let round = 0; round < 4; round++) await collect();
  equal(collected(registry), 0);
  view.info("still there");
  equal(
    root.records.map(({ late }) => late),
    [false],
  );
});

check("a registry and its scopes are collected together", async () => {
  const reference = forgetRegistry();
  await collectUntil(() => reference.filter((one) => one.deref() === undefined).length >= 4, "a registry collected");
});

function forgetRegistry(): WeakRef<Registry>[] {
  return Array.from({ length: 8 }, () => {
    const { registry } = world();
    registry.getScoped("conn");
    return new WeakRef(registry);
  });
}

check("collectGarbage() of scopelog/testing collects here", async () => {
  const { registry } = world();
  forget(registry, []);
  equal(await collectGarbage(() => collected(registry) > 0, { timeoutMs: 20_000 }), true);
});

inGroup("stats and the pool of cells");

check("the counts add up through every kind of end", async () => {
  const { registry } = world();
  const open: ScopedLogger[] = [];
  for (let index = 0; index < 1000; index++) {
    const log = registry.getScoped("x");
    if (index % 3 === 0) open.push(log);
    else log.dispose();
    if (index % 100 === 0) books(registry);
  }
  equal(books(registry).disposed, 666);
  await registry.shutdown();
  equal([books(registry).shutdown, books(registry).live, open.every(({ disposed }) => disposed)], [334, 0, true]);
});

check("cells that wait in the pool are no forgotten scopes", async () => {
  const { registry, told } = world({ forgotten: { report: "warn" } });
  for (let round = 0; round < 3; round++) crowd(registry, 2_000);
  for (let round = 0; round < 6; round++) await collect();
  crowd(registry, 2_000);
  await turn();
  const { opened, disposed } = books(registry);
  equal([opened, disposed, collected(registry), told], [8_000, 8_000, 0, []]);
});

function crowd(registry: Registry, size: number): void {
  const scopes = Array.from({ length: size }, (_, index) => registry.getScoped("crowd", { index }));
  const ids = new Set(scopes.map(({ id }) => id));
  ok(ids.size === size && scopes.every(({ disposed }) => !disposed), "all live under ids of their own");
  for (const scope of scopes) scope.dispose();
  ok(
    scopes.every(({ disposed }) => disposed),
    "all have ended",
  );
}

check("a long run of short scopes leaves nothing behind", () => {
  const { registry } = world();
  for (let index = 0; index < 50_000; index++) {
    using _log = registry.getScoped("short");
  }
  equal([books(registry).live, books(registry).disposed], [0, 50_000]);
});
