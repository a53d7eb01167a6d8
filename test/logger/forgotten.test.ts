import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Config, createRegistry, type ForgottenReport, type Problem, type Registry } from "scopelog";
import { describe, expect, test, vi } from "vitest";
import { collectUntil } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { books } from "../support/world.ts";

function forget(registry: Registry, count: number, name = "conn"): void {
  for (let n = 0; n < count; n++) registry.getScoped(name);
}

/** Has all live scopes of `registry` collected, in one collection if nobody meddles. */
async function reap(registry: Registry): Promise<void> {
  await collectUntil(() => registry.stats().live === 0, "all scopes collected");
}

function listening(config: Config["forgotten"] = {}) {
  const reports: ForgottenReport[] = [];
  const problems: Problem[] = [];
  const registry = createRegistry({
    forgotten: { report: (report) => reports.push(report), ...config },
    onError: (problem) => problems.push(problem),
  });
  return { registry, reports, problems };
}

describe("forgotten scopes", () => {
  test("are told once a collection and name, with their number and place", async () => {
    const { registry, reports } = listening({ origin: "always" });
    forget(registry, 100);
    await reap(registry);
    // The runtime may have collected once by itself.
    expect(reports.length).toBeLessThanOrEqual(2);
    expect(reports.reduce((sum, { count }) => sum + count, 0)).toBe(100);
    const report = reports.at(-1);
    expect(report).toMatchObject({ code: "SCOPELOG_WARN_FORGOTTEN", name: "conn" });
    expect(report?.origin).toMatch(/test\/logger\/forgotten\.test\.ts:\d+:\d+$/);
    expect(report?.id).toMatch(/^conn#\d+$/);
    expect(report?.message).toContain(`${report?.count} scopes named conn`);
    expect(report?.message).toContain(report?.origin);
    expect(report?.message).toContain("using");
    const before = reports.length;
    forget(registry, 3);
    await reap(registry);
    expect(reports.slice(before).reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(books(registry).collected).toBe(103);
  });

  test("are told by name and by place", async () => {
    const { registry, reports } = listening({ origin: "always" });
    const both = () => {
      forget(registry, 5, "a");
      forget(registry, 2, "b");
      registry.getScoped("a");
    };
    both();
    await reap(registry);
    expect(reports.map(({ name, count }) => [name, count]).sort()).toEqual([
      ["a", 1],
      ["a", 5],
      ["b", 2],
    ]);
    expect(new Set(reports.map(({ origin }) => origin)).size).toBe(2);
  });

  test("whose place was not looked up are told all the same", async () => {
    const { registry, reports } = listening({ origin: "off" });
    forget(registry, 4);
    await reap(registry);
    expect(reports).toMatchObject([{ name: "conn", count: 4, origin: undefined }]);
    expect(reports[0]?.message).toContain("forgotten.origin");
  });

  test("are told to onError, once in a quiet time", async () => {
    const { registry, problems } = listening({ report: "warn" });
    for (let round = 0; round < 3; round++) {
      forget(registry, 5);
      await reap(registry);
    }
    expect(problems.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_FORGOTTEN"]);
    expect(problems[0]?.message).toContain("5 scopes named conn");
  });

  test("are told to the runtime if nobody listens", async () => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const registry = createRegistry();
    forget(registry, 2);
    await reap(registry);
    expect(emitted.mock.calls.map(([, options]) => (options as { code: string }).code)).toEqual([
      "SCOPELOG_WARN_FORGOTTEN",
    ]);
    emitted.mockRestore();
  });

  test("are counted and not told if told to be silent", async () => {
    const { registry, problems } = listening({ report: "silent" });
    forget(registry, 5);
    await reap(registry);
    expect([problems, books(registry).collected]).toEqual([[], 5]);
  });

  test("are published to who listens for them, though told to be silent", async () => {
    const published: unknown[] = [];
    const listen = (report: unknown) => published.push(report);
    subscribe("scopelog:forgotten", listen);
    const { registry, problems } = listening({ report: "silent" });
    forget(registry, 5);
    await reap(registry);
    unsubscribe("scopelog:forgotten", listen);
    expect([published.length > 0, problems]).toEqual([true, []]);
    expect(published[0]).toMatchObject({ code: "SCOPELOG_WARN_FORGOTTEN", name: "conn" });
  });

  test("are not those that were disposed or shut down", async () => {
    const { registry, reports } = listening();
    const open = () => {
      for (let n = 0; n < 10; n++) registry.getScoped("conn").dispose();
      for (let n = 0; n < 10; n++) registry.getScoped("conn");
    };
    open();
    await registry.shutdown();
    const probe = (() => new WeakRef({}))();
    await collectUntil(() => probe.deref() === undefined, "a collection");
    expect([reports, books(registry).collected]).toEqual([[], 0]);
  });

  test("a report that throws is told, and the other reports are made", async () => {
    const names: string[] = [];
    const { registry, problems } = listening({
      report({ name }) {
        names.push(name);
        throw new Error("report");
      },
    });
    const both = () => {
      forget(registry, 1, "a");
      forget(registry, 1, "b");
    };
    both();
    await reap(registry);
    expect(names.sort()).toEqual(["a", "b"]);
    expect(problems.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_HANDLER_FAILED"]);
  });

  test("are told by a shutdown that comes before their turn", async () => {
    const { registry, reports } = listening();
    forget(registry, 6);
    await new Promise((resolve) => setImmediate(resolve));
    (globalThis as { gc?: () => void }).gc?.();
    await registry.shutdown();
    expect(reports.map(({ count, unlocated }) => count + unlocated)).toEqual([6]);
  });

  test("of very many names do not fill a table", async () => {
    const { registry, reports } = listening({ origin: "off" });
    (() => {
      for (let n = 0; n < 2000; n++) registry.getScoped(`conn-${n}`);
    })();
    await reap(registry);
    expect(reports.length).toBe(2000);
    expect(reports.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
  });

  test("have the resources of their handlers closed before they are told, and the handlers themselves left alone", async () => {
    const closed: string[] = [];
    const { registry, reports } = listening({
      report: (report) => {
        reports.push(report);
        closed.push("told");
      },
    });
    const make = () => {
      const resource = { [Symbol.dispose]: () => void closed.push("resource") };
      registry.getScoped("conn", {}, { handlers: [recorder("h", { resource })] });
      const removed = registry.getScoped(
        "conn",
        {},
        { handlers: [recorder("r", { resource: { [Symbol.dispose]: () => void closed.push("removed") } })] },
      );
      for (const { id } of registry.scopes()) expect(id).toBeDefined();
      return removed;
    };
    const handlerTakenAway = () => {
      const resource = { [Symbol.dispose]: () => void closed.push("taken away") };
      const handler = recorder("t", { resource });
      registry.getScoped("conn", {}, { handlers: [handler] }).removeHandler(handler);
      const used = registry.getScoped("conn");
      used.use(recorder("u", { resource: { [Symbol.dispose]: () => void closed.push("used") } }));
      used.addHandler(recorder("b", { resource: { [Symbol.dispose]: () => void closed.push("borrowed") } }));
    };
    make().dispose();
    handlerTakenAway();
    await reap(registry);
    expect(closed.filter((what) => what !== "told").sort()).toEqual(["resource", "used"]);
    expect(closed.at(-1)).toBe("told");
  });
});
