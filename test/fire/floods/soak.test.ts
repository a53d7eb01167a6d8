import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { root } from "../../support/repo.ts";
import { noteFigure } from "../support/figure.ts";
import { isLong, sizeOf } from "../support/size.ts";
import { arrived } from "./arrived.ts";
import { buildPrograms, Program } from "./program.ts";
import type { Folder, Ports, Received } from "./programs/receiver.ts";
import type { Rest, SoakResult, SoakSettings } from "./programs/soak.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-soak-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seconds = sizeOf(15, 600);
const mebibyte = 1024 * 1024;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** The median of the second quarter of the run, when all is warm, and of the last. */
function quarters(rests: readonly Rest[], what: (rest: Rest) => number): { second: number; last: number } {
  const quarter = (number: number) =>
    median(rests.slice((rests.length * (number - 1)) / 4, (rests.length * number) / 4).map(what));
  return { second: quarter(2), last: quarter(4) };
}

const inMebibytes = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MiB`;

it(
  `is after ${seconds} seconds at full speed as it was in the beginning`,
  async () => {
    const programs = await buildPrograms("soak", "receiver", "soak");
    const source = readFileSync(`${programs}/soak.mjs`, "utf8").split("\n");
    using receiver = new Program(programs, "receiver");
    using server = new Program(programs, "soak", "--expose-gc");
    const { tcp } = await receiver.ask<Ports>("ports");
    const settings: SoakSettings = {
      seconds,
      restSeconds: sizeOf(1, 10),
      port: tcp,
      folder,
      fileBytes: sizeOf(0.25, 16) * mebibyte,
      origin: isLong ? "sampled" : "always",
    };

    // The files that are full are counted and removed while the next is written.
    let done = false;
    let rotated = 0;
    const counting = (async () => {
      const there: Folder = { path: folder, current: "soak.log" };
      for (; !done; await sleep(500)) rotated += await receiver.ask<number>("countFolder", there);
    })();
    const result = await server.ask<SoakResult>("soak", settings);
    done = true;
    await counting;
    await receiver.ask("countFolder", { path: folder } satisfies Folder);
    await arrived(async () => {
      const { syslog } = await receiver.ask<Received>("received");
      return Object.values(syslog.kinds).reduce((sum, { different }) => sum + different, 0);
    }, result.lines + result.own);
    const received = await receiver.ask<Received>("received");

    mkdirSync(`${root}.build`, { recursive: true });
    writeFileSync(
      `${root}.build/${isLong ? "soak" : "soak-short"}.json`,
      JSON.stringify({ node: process.version, isLong, received, ...result }),
    );

    const { stats, rests, samples } = result;
    const heap = quarters(rests, ({ heapBytes }) => heapBytes);
    const rss = quarters(rests, ({ rssBytes }) => rssBytes);
    const fds = quarters(rests, ({ fds }) => fds);
    noteFigure("floods", "soak: minutes at full speed", seconds / 60);
    noteFigure("floods", "soak: scopes", result.scopes);
    noteFigure("floods", "soak: of these forgotten", result.forgotten);
    noteFigure("floods", "soak: lines to a rotating file and to syslog over TCP", result.lines);
    noteFigure("floods", "soak: lines given up or lost", stats.dropped);
    noteFigure(
      "floods",
      "soak: heap, second and last quarter",
      `${inMebibytes(heap.second)}, ${inMebibytes(heap.last)}`,
    );
    noteFigure("floods", "soak: RSS, second and last quarter", `${inMebibytes(rss.second)}, ${inMebibytes(rss.last)}`);
    noteFigure("floods", "soak: open files, second and last quarter", `${fds.second}, ${fds.last}`);
    const delayMs = median(samples.map((sample) => sample.delayMs)).toFixed(1);
    noteFigure("floods", "soak: event-loop delay, p99 of the median second", `${delayMs} ms`);

    // Every line is accounted for, once.
    expect(result.problems).toEqual({});
    expect(stats).toMatchObject({ dropped: 0, failed: 0, late: 0, live: 0, leases: 0, transports: 0, buffered: 0 });
    const all = { different: result.lines, again: 0 };
    expect(received.files).toEqual({ kinds: { line: all }, garbled: 0, held: 0 });
    expect(received.syslog).toEqual({
      kinds: { line: all, own: { different: result.own, again: 0 } },
      garbled: 0,
      held: 0,
    });

    // Nothing grows.
    expect(heap.last, "heap").toBeLessThanOrEqual(heap.second + Math.max(2 * mebibyte, heap.second * 0.05));
    expect(rss.last, "RSS").toBeLessThanOrEqual(rss.second + Math.max(32 * mebibyte, rss.second * 0.2));
    expect(fds.last).toBe(fds.second);
    expect(result.fdsAtEnd).toBe(result.fdsAtStart);
    expect(rests.filter(({ live }) => live > 0)).toEqual([]);
    // The file's and the connection's, of the configuration in force.
    expect(rests.filter(({ leases }) => leases !== 2)).toEqual([]);

    // Every forgotten scope was ended, and told.
    expect(stats.collected).toBe(result.forgotten);
    expect(stats.opened).toBe(stats.disposed + stats.collected);
    expect(result.told).toBe(result.forgotten);
    const opened = result.places.map((place) => source[Number(place.split(":").at(-2)) - 1] ?? "");
    expect(opened.filter((line) => line.includes('getScoped("request", { request: number, path'))).toHaveLength(1);
    expect(opened.filter((line) => line.includes('log.scope("query", { table: "orders" })'))).toHaveLength(1);
    expect(opened).toHaveLength(2);
    expect(rotated).toBeGreaterThan(0);
  },
  (seconds + 120) * 1000,
);
