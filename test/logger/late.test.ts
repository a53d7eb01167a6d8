import { createRegistry } from "scopelog";
import { describe, expect, test } from "vitest";
import { recorder } from "../support/recorder.ts";
import { books, counted, world } from "../support/world.ts";

describe("a late line", () => {
  test("goes to what the scope inherited, marked, and not to its own handlers", () => {
    const [own, borrowed] = [recorder("own"), recorder("borrowed")];
    const { registry, root } = world();
    const log = registry.getScoped("conn", { peer: "a" }, { handlers: [own] });
    log.addHandler(borrowed);
    log.dispose();
    log.info("m", { a: 1 });
    expect([own.messages, borrowed.messages]).toEqual([[], []]);
    expect(
      root.records.map(({ late, message, scope, bound, fields }) => [late, message, scope, bound, fields]),
    ).toEqual([[true, "m", "conn#1", { peer: "a" }, { a: 1 }]]);
    expect(books(registry).late).toBe(1);
  });

  test("goes to the scopes around that live", () => {
    const handler = recorder();
    const registry = createRegistry();
    using outer = registry.getScoped("conn", {}, { handlers: [handler] });
    const inner = outer.scope("req", {}, { handlers: [recorder()] });
    inner.dispose();
    inner.info("m");
    expect(handler.records.map(({ late }) => late)).toEqual([true]);
  });

  test("is late every time, and told once a scope", () => {
    for (const handlers of [[], [recorder()]]) {
      const { registry, root, problems } = world();
      const log = registry.getScoped("conn", {}, { handlers });
      const view = log.with({ a: 1 });
      log.dispose();
      for (let n = 0; n < 5; n++) {
        log.info(`m${n}`);
        view.info(`v${n}`);
      }
      expect(root.records.map(({ late }) => late)).toEqual(Array(10).fill(true));
      expect(registry.stats().late).toBe(10);
      expect(problems.map(({ code }) => code)).toEqual(["SCOPELOG_WARN_LATE"]);
      expect(problems[0]?.message).toContain('"m0"');
      expect(problems[0]?.message).toContain("conn#1");
      expect(problems[0]?.message).toContain("fork()");
    }
  });

  test("stays late after the scope's level was set or a fork asked for", () => {
    const { registry, root } = world();
    const log = registry.getScoped("conn");
    log.dispose();
    log.level = "debug";
    log.info("1");
    log.fork();
    log.info("2");
    log.with({ a: 1 }).info("3");
    expect(root.records.map(({ late }) => late)).toEqual([true, true, true]);
    expect(registry.stats().late).toBe(3);
    books(registry);
  });

  test("that nobody is left to take is dropped, counted, and told as such", () => {
    const problems: string[] = [];
    const registry = createRegistry({ onError: ({ message }) => problems.push(message) });
    const log = registry.getScoped("conn", {}, { handlers: [recorder()] });
    log.dispose();
    expect(log.isEnabled("info")).toBe(true);
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 1, failed: 0, late: 1 });
    // Also after everybody has drawn a new plan.
    registry.setLevel("elsewhere", "debug");
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 1, failed: 0, late: 1 });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain("dropped");
  });

  test("of a scope that cut itself off is dropped, as it would not have gone up in life", () => {
    const { registry, root } = world();
    const log = registry.getScoped("conn", {}, { handlers: [recorder()], propagate: false });
    log.dispose();
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 1, failed: 0, late: 1 });
    expect(root.messages).toEqual([]);
  });

  test("below the level is no line at all", () => {
    const { registry } = world({ loggers: { "": { level: "warn", handlers: ["root"] } } });
    const log = registry.getScoped("conn");
    log.dispose();
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 0, failed: 0, late: 0 });
    expect(counted(registry, () => log.warn("m"))).toEqual({ dropped: 0, failed: 0, late: 1 });
  });

  test("in an unconfigured registry, of a scope that never had a handler, is as silent as in its life", () => {
    const registry = createRegistry();
    const log = registry.getScoped("conn");
    log.dispose();
    expect(counted(registry, () => log.fatal("m"))).toEqual({ dropped: 0, failed: 0, late: 0 });
  });

  test("is not late while another holder keeps the scope", () => {
    const { registry, root } = world();
    const log = registry.getScoped("conn");
    using _fork = log.fork();
    log.dispose();
    log.info("m");
    expect(root.records.map(({ late }) => late)).toEqual([false]);
    expect(registry.stats().late).toBe(0);
  });

  test("of a scope inside one that has ended is not late: it is the inner one's life that counts", () => {
    const { registry, root } = world();
    const outer = registry.getScoped("conn");
    const inner = outer.scope("req");
    outer.dispose();
    inner.info("1");
    inner.dispose();
    inner.info("2");
    expect(root.records.map(({ late }) => late)).toEqual([false, true]);
  });

  test("held back by a filter is neither dropped nor lost", () => {
    const { registry } = world({ loggers: { "": { level: "trace", handlers: ["root"], filters: [() => false] } } });
    const log = registry.getScoped("conn");
    log.dispose();
    expect(counted(registry, () => log.info("m"))).toEqual({ dropped: 0, failed: 0, late: 1 });
  });
});
