import { setTimeout as sleep } from "node:timers/promises";
import { type SyslogHandler, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record, uniqueName } from "./support/record.ts";
import { hasRsyslog, type Parsed, Rsyslog } from "./support/rsyslog.ts";
import { until } from "./support/until.ts";

// The short forms of what `bench/syslog/delivery.mjs` shows with 100,000 messages.
describe.runIf(hasRsyslog)("delivery to a real rsyslog", () => {
  let peer: Rsyslog;
  beforeAll(async () => {
    peer = await Rsyslog.start();
  });
  afterAll(() => peer?.[Symbol.asyncDispose]());

  const countsOf = (scheme: string) =>
    syslogTransports().find(({ destination }) => destination.startsWith(`${scheme}:`))?.counts;
  const numbersOf = (messages: readonly Parsed[]) =>
    messages.flatMap(({ msg }) => /^line (\d+)$/.exec(msg)?.[1] ?? []).map(Number);

  /** Logs `count` lines, so many in a turn of the loop, and waits for the transport where it has more than it can take. */
  async function logLines(handler: SyslogHandler, from: number, to: number): Promise<void> {
    for (let index = from; index < to; index++) {
      handler.handle(record(`line ${index}`));
      if (index % 500 === 499) await sleep(1);
    }
  }

  it("over RELP loses nothing while the server is killed and started three times", async () => {
    const total = 20_000;
    const appName = uniqueName("relp");
    const handler = syslogHandler({
      transport: "relp",
      host: "127.0.0.1",
      port: peer.ports.relp,
      appName,
      lingerMs: 20_000,
      reconnect: { minMs: 20, maxMs: 200 },
    });
    const part = total / 4;
    for (let restart = 0; restart < 3; restart++) {
      const logging = logLines(handler, restart * part, (restart + 1) * part);
      await until(() => (countsOf("relp")?.sent ?? 0) > restart * part + 500, "lines are on their way");
      await peer.stop("SIGKILL");
      await logging;
      await peer.restart();
    }
    await logLines(handler, 3 * part, total);
    await handler.flush();
    const counts = countsOf("relp");
    handler[Symbol.dispose]();
    expect(counts).toMatchObject({ accepted: total, sent: total, dropped: 0, unconfirmed: 0 });
    expect(counts?.connections).toBeGreaterThanOrEqual(4);
    const numbers = numbersOf(await peer.of(appName, total));
    expect(new Set(numbers).size).toBe(total);
    // Twice, at most, what was under way when the server died.
    expect(numbers.length - total).toBeLessThanOrEqual(counts?.resent ?? 0);
  }, 120_000);

  it("over TCP without a restart brings every line, in order, once", async () => {
    const total = 20_000;
    const appName = uniqueName("tcp");
    const handler = syslogHandler({ transport: "tcp", host: "127.0.0.1", port: peer.ports.tcp, appName });
    for (let index = 0; index < total; index++) handler.handle(record(`line ${index}`));
    await handler.flush();
    expect(countsOf("tcp")).toMatchObject({ accepted: total, sent: total, dropped: 0, unconfirmed: 0, resent: 0 });
    handler[Symbol.dispose]();
    expect(numbersOf(await peer.of(appName, total))).toEqual(Array.from({ length: total }, (_, index) => index));
  }, 60_000);

  it("over TCP with a restart counts what may be lost: nothing more is missing, and what was resent is all that is double", async () => {
    const total = 10_000;
    const appName = uniqueName("tcp-restart");
    const handler = syslogHandler({
      transport: "tcp",
      host: "127.0.0.1",
      port: peer.ports.tcp,
      appName,
      lingerMs: 20_000,
      reconnect: { minMs: 20, maxMs: 200 },
      queue: { maxBytes: 16 * 1024 * 1024 },
    });
    await logLines(handler, 0, total / 2);
    await peer.stop("SIGKILL");
    await logLines(handler, total / 2, total);
    await peer.restart();
    await handler.flush();
    const counts = syslogTransports().find(
      ({ destination, counts: { accepted } }) => destination.startsWith("tcp:") && accepted === total,
    )?.counts;
    handler[Symbol.dispose]();
    expect(counts).toMatchObject({ accepted: total, sent: total, dropped: 0, connections: 2 });
    const sure = total - (counts?.unconfirmed ?? 0);
    await peer.of(appName, sure);
    const arrived = () => peer.messages().filter(({ app }) => app === appName);
    await until(() => numbersOf(arrived()).includes(total - 1), "the last line arrived");
    // Not those from before: of many unconfirmed ones, enough may be there before it is told that others are not.
    const messages = arrived();
    const numbers = numbersOf(messages);
    const missing = total - new Set(numbers).size;
    expect(missing).toBeLessThanOrEqual(counts?.unconfirmed ?? 0);
    expect(numbers.length - new Set(numbers).size).toBeLessThanOrEqual(counts?.resent ?? 0);
    if (missing > 0) expect(messages.some(({ msg }) => msg.endsWith(" unconfirmed"))).toBe(true);
  }, 60_000);

  it("over UDP at a pace that the server follows brings every line", async () => {
    const total = 5_000;
    const appName = uniqueName("udp");
    const handler = syslogHandler({ host: "127.0.0.1", port: peer.ports.udp, appName });
    for (let index = 0; index < total; index++) {
      handler.handle(record(`line ${index}`));
      if (index % 20 === 19) await sleep(4);
    }
    await handler.flush();
    expect(countsOf("udp")).toMatchObject({ accepted: total, sent: total, dropped: 0, unconfirmed: 0 });
    handler[Symbol.dispose]();
    expect(numbersOf(await peer.of(appName, total))).toEqual(Array.from({ length: total }, (_, index) => index));
  }, 60_000);
});
