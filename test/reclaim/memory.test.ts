import type { RegistryStats } from "scopelog";
import { expect, test } from "vitest";
import { runFixture } from "../support/repo.ts";

// In processes of their own, on what is built: `npm test` builds first.
const fixture = "test/reclaim/fixtures/memory.mjs";
const mebibyte = 1024 * 1024;
const million = 1_000_000;

interface Measured {
  /** How much more of the heap is used than before, in bytes. */
  grown: number;
  opened: number;
  stats: RegistryStats;
}

test("a million scopes opened and ended one after another leave nothing", async () => {
  const { grown, opened, stats } = await runFixture<Measured>(fixture, "ended");
  console.log(`1,000,000 ended: ${(grown / 1024).toFixed(1)} KiB`);
  expect([opened, stats.live, stats.collected]).toEqual([million, 0, 0]);
  expect(Math.abs(grown)).toBeLessThan(mebibyte);
}, 120_000);

test("a million scopes with a million names, forgotten in batches, leave nothing after collection", async () => {
  const { grown, opened, stats } = await runFixture<Measured>(fixture, "forgotten");
  console.log(`1,000,000 forgotten: ${(grown / 1024).toFixed(1)} KiB`);
  expect([opened, stats.live, stats.disposed]).toEqual([million, 0, 0]);
  expect(stats.collected).toBe(stats.opened);
  expect(Math.abs(grown)).toBeLessThan(mebibyte);
}, 120_000);

// A million of these takes half a minute.
const connections = Number(process.env["SCOPELOG_CONNECTIONS"] ?? 200_000);

test("connections with a logger, a syslog handler and a formatter each, forgotten, leave nothing", async () => {
  const { grown, opened, stats, lines } = await runFixture<Measured & { lines: number }>(
    fixture,
    "connections",
    String(connections),
  );
  console.log(`${connections} connections forgotten: ${(grown / 1024).toFixed(1)} KiB`);
  expect([opened, stats.live, stats.disposed, stats.leases, lines]).toEqual([
    connections,
    0,
    0,
    0,
    connections / 10_000 + 6,
  ]);
  expect(stats.collected).toBe(stats.opened);
  expect(Math.abs(grown)).toBeLessThan(mebibyte);
}, 120_000);

test("a live scope costs some hundred bytes", async () => {
  const bytes = await runFixture<Record<"fields" | "scope" | "scopeWithHandler", number>>(fixture, "live");
  console.log(`bytes for each live one: ${JSON.stringify(bytes)}`);
  expect(bytes.scope - bytes.fields).toBeGreaterThan(50);
  expect(bytes.scope).toBeLessThan(600);
  expect(bytes.scopeWithHandler).toBeLessThan(1500);
}, 120_000);
