import { createRegistry } from "scopelog";
import { expect, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { recorder } from "../support/recorder.ts";
import { books } from "../support/world.ts";

test("a handler has one owner at a time: scopes, use() and configurations alike", () => {
  const registry = createRegistry();
  const handler = recorder();
  const owners: (() => Disposable)[] = [
    () => registry.getScoped("conn", {}, { handlers: [handler] }),
    () => {
      const log = registry.getScoped("conn");
      log.use(handler);
      return log;
    },
    () => registry.configure({ handlers: { h: handler } }),
    () => createRegistry().configure({ handlers: { h: handler } }),
  ];
  for (const [index, own] of owners.entries()) {
    const owner = own();
    for (const [other, attempt] of owners.entries()) {
      // A registry may name a handler again in a later configuration.
      if (index === 2 && other === 2) continue;
      expectCode("ERR_SCOPELOG_HANDLER_OWNED", attempt);
    }
    expect(handler.closed).toBe(index);
    owner[Symbol.dispose]();
    expect(handler.closed).toBe(index + 1);
  }
});

test("use() twice on one scope, and one handler twice in a list, are refused", () => {
  const registry = createRegistry();
  const handler = recorder();
  expectCode("ERR_SCOPELOG_HANDLER_OWNED", () => registry.getScoped("conn", {}, { handlers: [handler, handler] }));
  expect(books(registry).opened).toBe(0);
  const log = registry.getScoped("conn");
  log.use(handler);
  expectCode("ERR_SCOPELOG_HANDLER_OWNED", () => log.use(handler));
  log.dispose();
  expect(handler.closed).toBe(1);
});

test("an error over ownership leaves nothing opened and nothing taken", () => {
  const registry = createRegistry();
  const [free, taken] = [recorder("free"), recorder("taken")];
  using _owner = registry.getScoped("owner", {}, { handlers: [taken] });
  expectCode("ERR_SCOPELOG_HANDLER_OWNED", () => registry.getScoped("conn", {}, { handlers: [free, taken] }));
  expectCode("ERR_SCOPELOG_HANDLER_OWNED", () => registry.configure({ handlers: { free, taken } }), '"taken"');
  expectCode("ERR_SCOPELOG_HANDLER", () => registry.getScoped("conn", {}, { handlers: [free, {} as never] }));
  expect([books(registry).opened, free.closed, taken.closed]).toEqual([1, 0, 0]);
  using log = registry.getScoped("conn");
  log.use(free);
  expect(registry.getLogger().isEnabled("fatal")).toBe(false);
});

test("addHandler() borrows: from any number of lenders, and never closes", async () => {
  const registry = createRegistry();
  const handler = recorder();
  const owner = registry.getScoped("owner", {}, { handlers: [handler] });
  const one = registry.getScoped("one");
  const two = registry.getScoped("two");
  for (const log of [one, two]) log.addHandler(handler);
  one.info("1");
  one.dispose();
  await two.close();
  expect([handler.messages, handler.calls]).toEqual([["1"], []]);
  owner.dispose();
  expect(handler.calls).toEqual(["dispose"]);
});

test("the argument is named in the error", () => {
  const registry = createRegistry();
  using log = registry.getScoped("conn");
  expectCode("ERR_SCOPELOG_HANDLER", () => log.use({} as never), "use()");
  expectCode("ERR_SCOPELOG_HANDLER", () => log.addHandler(undefined as never), "addHandler()");
  expectCode(
    "ERR_SCOPELOG_HANDLER",
    () => registry.getScoped("x", {}, { handlers: [{} as never] }),
    "options.handlers",
  );
});
