import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { createRegistry, type Problem } from "scopelog";
import { fileHandler, rotatingFileHandler } from "scopelog/node";
import { syslogHandler } from "scopelog/syslog";
import { expect, test } from "vitest";
import { leaseCounts } from "../../../src/lifetime/lease.ts";
import { plain, temporaryFolder } from "../../node/support.ts";
import { TcpReceiver } from "../../syslog/support/sockets.ts";
import { until } from "../../syslog/support/until.ts";
import { noteFigure } from "../support/figure.ts";
import { sizeOf } from "../support/size.ts";

const descriptors = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /^(\/tmp|socket:)/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  }).length;

test("a thousand new configurations under load: each line in one place, in order, and nothing left open", async () => {
  const folder = temporaryFolder();
  const problems: Problem[] = [];
  await using server = await TcpReceiver.start();
  const registry = createRegistry({ onError: (problem) => problems.push(problem) });
  const before = descriptors();
  const { dropped, failed } = registry.stats();
  const kinds = [
    (n: number) => fileHandler({ path: `${folder}/${n % 3}.log`, formatter: plain }),
    () => syslogHandler({ transport: "tcp", host: "127.0.0.1", port: server.port, formatter: plain, idleMs: 0 }),
    () => rotatingFileHandler({ path: `${folder}/rotating.log`, maxBytes: 50_000, formatter: plain }),
    (n: number) => fileHandler({ path: `${folder}/${n % 3}.log`, formatter: plain, sync: true }),
  ];
  const log = registry.getLogger("net.conn");
  const scope = registry.getScoped("job");
  let logged = 0;
  const write = (count: number) => {
    for (let n = 0; n < count; n++) (logged % 2 === 0 ? log : scope).info(`line ${logged++};`);
  };
  const closing: Promise<void>[] = [];
  const rounds = sizeOf(1_000, 10_000);
  let last = registry.configure({ loggers: { "": { level: "info" } } });
  const bottom = last;
  last = registry.configure({ handlers: { out: kinds[0]!(0) }, loggers: { "": { level: "info", handlers: ["out"] } } });
  for (let round = 1; round <= rounds; round++) {
    write(5);
    const handler = kinds[round % kinds.length]!(round);
    const next = registry.configure({
      handlers: { out: handler },
      loggers: { "": { level: "info", handlers: ["out"] } },
    });
    write(5);
    // The one before is under it, and is closed there: at once, or as it goes.
    if (round % 3 === 0) last[Symbol.dispose]();
    else closing.push(last.close());
    last = next;
    write(5);
    if (round % 7 === 0) await turn();
  }
  scope.dispose();
  await Promise.all(closing);
  await last.close();
  await bottom.close();
  const inFiles = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  const numbers = (text: string) => [...text.matchAll(/line (\d+);/g)].map(([, n]) => Number(n));
  await until(() => numbers(server.text).length + inFiles.flatMap(numbers).length >= logged, "all lines arrived");
  const places = [...inFiles, server.text].map(numbers);
  const all = places.flat().sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: logged }, (_, n) => n));
  expect(registry.stats()).toMatchObject({ dropped, failed });
  expect(problems).toEqual([]);
  await until(() => leaseCounts().targets === 0, "no transport is left");
  server.hangUp();
  await until(() => descriptors() <= before, "no descriptor is left");
  await registry.shutdown();
  noteFigure("faults", "configurations changed under load", rounds);
});
