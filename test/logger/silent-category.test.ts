import { expect, test } from "vitest";
import { recorder } from "../support/recorder.ts";
import { world } from "../support/world.ts";

test("a handler added to a scope reaches those inside whose category is silent", () => {
  const { registry, root } = world({ loggers: { "conn.req": { propagate: false } } });
  using outer = registry.getScoped("conn");
  using inner = outer.scope("req");
  const view = outer.getChild("req.x");
  for (const log of [inner, view]) log.info("nobody");
  const handler = recorder();
  outer.addHandler(handler);
  for (const log of [inner, view]) log.info("m");
  expect([handler.messages, root.messages]).toEqual([["m", "m"], []]);
});
