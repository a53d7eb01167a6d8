import { createRegistry } from "scopelog";
import { describeScopes, dumpScopesOnSignal } from "scopelog/node";
import { expect, test } from "vitest";

test("a signal lists the live scopes, the oldest first, until it is disposed", async () => {
  const registry = createRegistry({ forgotten: { origin: "always" } });
  const first = registry.getScoped("conn", { peer: "a" });
  const second = registry.getScoped("job", { self: {} as object });
  (second.fields["self"] as { self?: unknown }).self = second.fields["self"];
  const texts: string[] = [];
  const before = process.listenerCount("SIGUSR2");
  const dump = dumpScopesOnSignal({ registry, write: (text) => texts.push(text) });
  expect(process.listenerCount("SIGUSR2")).toBe(before + 1);
  process.kill(process.pid, "SIGUSR2");
  while (texts.length === 0) await new Promise((resolve) => setImmediate(resolve));
  dump[Symbol.dispose]();
  expect(process.listenerCount("SIGUSR2")).toBe(before);

  const [counts, head, ...rows] = texts.join("").trimEnd().split("\n");
  expect(counts).toMatch(/^2 scopes live of 2 opened \(0 disposed, 0 collected\); 0 lines late/);
  expect(head).toMatch(/^id +age +lines +level +handlers +buffered +opened at +fields$/);
  expect(rows.map((row) => row.split(/ +/)[0])).toEqual([first.id, second.id]);
  expect(rows[0]).toContain("dump-on-signal.test.ts:");
  expect(rows[0]).toContain('{"peer":"a"}');
  expect(describeScopes(registry, 1)).toContain("and 1 more");
  first.dispose();
  second.dispose();
  expect(describeScopes(registry)).toMatch(/^0 scopes live of 2 opened \(2 disposed/);
});

test("what is no signal is refused", () => {
  expect(() => dumpScopesOnSignal({ signal: "SIGNOTHING" as NodeJS.Signals })).toThrowError(
    expect.objectContaining({ code: "ERR_SCOPELOG_OPTION" }),
  );
});
