import { readdirSync, readFileSync } from "node:fs";
import { createRegistry, jsonFormatter } from "scopelog";
import { rotatingFileHandler } from "scopelog/node";
import { syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../node/support.ts";
import { record } from "../../syslog/support/record.ts";
import { parse5424 } from "../../syslog/support/rfc5424-parser.ts";
import { TcpReceiver, UdpReceiver } from "../../syslog/support/sockets.ts";
import { TroubleHearer } from "../../syslog/support/trouble.ts";
import { until } from "../../syslog/support/until.ts";

const hour = 3_600_000;
const day = 24 * hour;
const { now } = Date;
let offset = 0;

/** The clock is put forward or back; what measures time, such as timers, does not notice. */
function jump(ms: number): void {
  offset += ms;
  vi.spyOn(Date, "now").mockImplementation(() => now() + offset);
}

afterEach(() => {
  vi.restoreAllMocks();
  offset = 0;
});

const quick = { minMs: 5, maxMs: 20 };
const infoOf = (port: number) => syslogTransports().find(({ destination }) => destination.endsWith(`:${port}`));

test.each([day, -hour])(
  "what was written before a connection was lost is unconfirmed, also when the clock jumps by %d ms",
  async (ms) => {
    await using server = await TcpReceiver.start();
    const { port } = server;
    await using handler = syslogHandler({ transport: "tcp", host: "127.0.0.1", port, reconnect: quick });
    for (let n = 0; n < 5; n++) handler.handle(record(`line ${n}`));
    await until(() => server.messages.length === 5, "the lines arrived");
    jump(ms);
    server.hangUp();
    await until(() => infoOf(port)?.counts.unconfirmed === 5, "they are counted as unconfirmed");
    handler.handle(record("after"));
    await until(
      () => server.messages.some((message) => message.includes("up to 5 messages unconfirmed")),
      "it is told",
    );
  },
);

test("an outage over UDP ends although the clock was put back by an hour within it", async () => {
  using trouble = new TroubleHearer();
  const first = await UdpReceiver.start();
  const { port } = first;
  await using handler = syslogHandler({ host: "127.0.0.1", port, reconnect: quick });
  handler.handle(record("before"));
  await until(() => first.lines.length === 1, "the line arrived");
  await first[Symbol.asyncDispose]();
  const refused = () => infoOf(port)?.counts.unconfirmed ?? 0;
  await until(() => {
    handler.handle(record("to nobody"));
    return refused() > 0;
  }, "a refusal was heard of");
  await using second = await UdpReceiver.start(port);
  await until(() => {
    handler.handle(record("after"));
    return second.lines.length > 0;
  }, "a line arrived");
  jump(-hour);
  // What is owed is told a second after the last refusal, and not an hour.
  await until(() => {
    handler.handle(record("after"));
    return second.lines.some((line) => line.includes("unconfirmed"));
  }, "it is told what was refused");
  expect(trouble.of("SCOPELOG_WARN_TRANSPORT", `:${port}`)).toHaveLength(1);
});

test("a file that is rotated each day is rotated once when the clock is put forward by a day, and not when it is put back", async () => {
  const folder = temporaryFolder();
  const path = `${folder}/app.log`;
  using handler = rotatingFileHandler({ path, every: "day", formatter: jsonFormatter(), sync: true });
  let count = 0;
  const log = () => {
    for (let n = 0; n < 200; n++) handler.handle(record(`line ${count++}`));
  };
  const files = () => readdirSync(folder).sort();
  log();
  jump(-hour);
  log();
  // Over midnight or not: the hour before was written to the same file.
  expect(files()).toEqual(["app.log"]);
  jump(day + hour);
  log();
  expect(files()).toHaveLength(2);
  jump(-day);
  log();
  jump(day);
  log();
  jump(-hour);
  log();
  expect(files()).toHaveLength(2);
  jump(2 * day);
  log();
  log();
  expect(files()).toHaveLength(3);
  const lines = files().flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").trim().split("\n"));
  const found = lines.map((line) => JSON.parse(line) as { message?: string; msg?: string; time: string });
  expect(found.map(({ message, msg }) => message ?? msg)).toEqual(Array.from({ length: count }, (_, n) => `line ${n}`));
  for (const { time } of found) expect(new Date(time).toISOString()).toBe(new Date(time).toISOString());
  for (const { time } of found) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("timestamps of syslog follow the clock and stay valid, also at the ends of time", async () => {
  await using server = await UdpReceiver.start();
  await using handler = syslogHandler({ host: "127.0.0.1", port: server.port });
  const jumps = [0, day, -hour, -30 * 365 * day, 60 * 365 * day];
  for (const ms of jumps) {
    jump(ms);
    handler.handle(record("now"));
  }
  await until(() => server.lines.length === jumps.length, "the lines arrived");
  const times = server.lines.map((line) => Date.parse(parse5424(Buffer.from(line)).timestamp as string));
  let expected = now();
  for (const [index, ms] of jumps.entries()) {
    expected += ms;
    expect(Math.abs((times[index] as number) - expected)).toBeLessThan(60_000);
  }
});

test("ages and durations do not follow the clock", () => {
  const ends: { durationMs?: unknown }[] = [];
  const registry = createRegistry({
    handlers: { root: { handle: ({ fields }) => void ends.push(fields ?? {}) } },
    loggers: { "": { level: "trace", handlers: ["root"] } },
  });
  const scope = registry.getScoped("conn", {}, { summary: true });
  for (const ms of [-hour, day]) {
    jump(ms);
    for (const { age } of registry.scopes()) expect(age).toBeLessThan(60_000);
  }
  scope.dispose();
  expect(ends.at(-1)?.durationMs).toBeGreaterThanOrEqual(0);
  expect(ends.at(-1)?.durationMs).toBeLessThan(60_000);
});
