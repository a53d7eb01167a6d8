import { afterEach, expect, test, vi } from "vitest";
import { world } from "../support/world.ts";

afterEach(() => void vi.useRealTimers());

test("more live scopes of one name than budget.scopes are told, once a name", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { registry, problems, told } = world({ budget: { scopes: 10 } });
  const open = (name: string, count: number) => Array.from({ length: count }, () => registry.getScoped(name));
  const logs = open("conn", 10);
  expect(told).toEqual([]);
  logs.push(...open("conn", 1));
  expect(told).toEqual(["SCOPELOG_WARN_TOO_MANY"]);
  expect(problems[0]?.message).toContain("11 scopes named conn are live at once");
  // Not because the same problem was told a moment ago.
  vi.setSystemTime(Date.now() + 3_600_000);
  logs.push(...open("conn", 200));
  expect(told).toHaveLength(1);
  logs.push(...open("job", 500));
  expect(problems.map(({ message }) => message.match(/scopes named (\w+)/)?.[1])).toEqual(["conn", "job"]);
  for (const log of logs) log.dispose();
});

test("scopes that end make no crowd", () => {
  const { registry, told } = world({ budget: { scopes: 10 } });
  for (let count = 0; count < 1000; count++) registry.getScoped("conn").dispose();
  expect(told).toEqual([]);
});
