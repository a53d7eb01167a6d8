import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { noteFigure } from "../support/figure.ts";
import { isLong, seed } from "../support/size.ts";
import { buildFolder, certificate, type Findings, faultLibrary, findings } from "./support/child.ts";

afterAll(() => rmSync(buildFolder, { recursive: true, force: true }));

// In the short form a part of the cases is run, another one with each seed.
const parts = isLong ? 2 : 12;
const first = seed % parts;
const chosen = isLong ? [0, 1] : [first, (first + 1) % parts];

const kinds = new Set<string>();
afterAll(() => noteFigure("faults", "kinds of fault (call and error)", kinds.size));

function check(found: readonly Findings[]): void {
  const outcomes = found.flatMap((one) => one.outcomes);
  const sum = (what: "hits" | "logged" | "arrived" | "dropped" | "unconfirmed") =>
    outcomes.reduce((total, outcome) => total + outcome[what], 0);
  for (const { kind, hits } of outcomes) if (hits > 0) kinds.add(kind);
  const missing = sum("logged") - sum("arrived");
  noteFigure("faults", "cases (transport, call, error, moment)", outcomes.length);
  // A call that is busy all the time is asked some hundred thousand times.
  noteFigure(
    "faults",
    "calls made to fail",
    outcomes.reduce((total, { hits }) => total + Math.min(hits, 100), 0),
  );
  noteFigure("faults", "lines logged while calls fail", sum("logged"));
  noteFigure("faults", "of them arrived", sum("arrived"));
  noteFigure("faults", "of them counted as dropped", sum("dropped"));
  noteFigure("faults", "lines lost and not counted", Math.max(0, missing - sum("dropped") - sum("unconfirmed")));
  noteFigure("faults", "processes that ended of it", found.filter(({ crashes }) => crashes.length > 0).length);
  const broken = outcomes.flatMap(({ name, broken }) => broken.map((what) => `${name}: ${what}`));
  expect(found.flatMap(({ crashes }) => crashes)).toEqual([]);
  expect(broken, `SCOPELOG_FIRE_SEED=${seed}`).toEqual([]);
  expect(sum("hits")).toBeGreaterThan(outcomes.length / 2);
}

describe.runIf(faultLibrary() !== undefined)("every call to the system that fails", () => {
  test("of files and streams: no throw, told once, every line arrives or is counted, and it goes on by itself", async () => {
    check(await Promise.all(chosen.map((part) => findings("files", `${part}/${parts}`))));
  }, 400_000);

  test("of syslog over udp, tcp, tls, unix sockets and relp: the same", async () => {
    const { cert = "", key = "" } = certificate() ?? {};
    check(await Promise.all(chosen.map((part) => findings("network", `${part}/${parts}`, "", cert, key))));
  }, 400_000);

  // Found by the cases: what stalled had its linger while the handler was being closed, and connected once more.
  test("and a handler that is closed while a connection stalls leaves none", async () => {
    const { cert = "", key = "" } = certificate() ?? {};
    const { outcomes, crashes } = await findings("network", "0/1", "tls: write ENOBUFS, last", cert, key);
    expect(outcomes.map(({ broken }) => broken)).toEqual(cert === "" ? [] : [[]]);
    expect(crashes).toEqual([]);
  }, 400_000);
});
