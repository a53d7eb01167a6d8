import { createRegistry, getScoped } from "scopelog";
import { ExpectationError, expectNoLiveScopes } from "scopelog/testing";
import { expect, test } from "vitest";

test("passes while no scope is open", () => {
  expectNoLiveScopes();
  const registry = createRegistry();
  registry.getScoped("ended").dispose();
  expectNoLiveScopes(registry);
});

test("names id, fields, age and origin of those that are open, the oldest first", () => {
  using _conn = getScoped("conn", { peer: "::1", port: 1 });
  using _job = getScoped("job");
  let message = "";
  try {
    expectNoLiveScopes();
  } catch (error) {
    expect(error).toBeInstanceOf(ExpectationError);
    message = (error as Error).message;
  }
  const lines = message.split("\n");
  expect(lines[0]).toBe("2 scopes are still open:");
  expect(lines[1]).toMatch(
    /^ {2}conn#\d+ with peer, port, open for \d+ ms, opened at .*live-scopes\.test\.ts:\d+:\d+$/,
  );
  expect(lines[2]).toMatch(/^ {2}job#\d+, open for \d+ ms, opened at /);
  expect(lines[3]).toContain("using log = getScoped(...)");
});

test("says where to look when the origin is not known, and does not list a thousand", () => {
  const registry = createRegistry({ forgotten: { origin: "off" } });
  const scopes = Array.from({ length: 1000 }, () => registry.getScoped("many"));
  const act = () => expectNoLiveScopes(registry);
  expect(act).toThrow(/^1000 scopes are still open:/);
  expect(act).toThrow("origin unknown (set forgotten.origin)");
  expect(act).toThrow("and 980 more");
  for (const scope of scopes) scope.dispose();
  expectNoLiveScopes(registry);
});
