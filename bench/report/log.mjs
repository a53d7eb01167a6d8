// node log.mjs FILE [--connections 20000] [--concurrency 64] [--forgotten 0.002] [--seed 1]
// Writes the log of a server, as scopelog writes it: connections with requests and queries inside of them, some slow,
// some failing, some forgotten; and from time to time a line with the numbers of the registry. About six lines for each
// connection, in real time: scopes last as long as their bars say.
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { configure, defaultRegistry, getLogger, getScoped, jsonFormatter, shutdown } from "../../dist/index.js";
import { fileHandler } from "../../dist/node/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: "string", default: "20000" },
    concurrency: { type: "string", default: "64" },
    forgotten: { type: "string", default: "0.002" },
    seed: { type: "string", default: "1" },
  },
});
const [path = "report.log"] = positionals;
const total = Number(values.connections);
const share = Number(values.forgotten);
let state = Number(values.seed) >>> 0;
/** The same numbers in every run, from 0 to 1 (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const file = fileHandler(path, { formatter: jsonFormatter() });
configure({
  handlers: { file },
  loggers: { "": { level: "debug", handlers: ["file"] } },
  forgotten: { origin: "always", report: ({ message, ...parts }) => getLogger("leaks").warn(message, parts) },
});
const stats = getLogger("stats");
const sample = () => {
  const { live, transports, collected } = defaultRegistry().stats();
  const sockets = Math.min(1 + Math.floor(live / 16), 9);
  stats.debug("numbers", { live, transports, collected, sockets });
};
const sampling = setInterval(sample, 200);

async function query(request) {
  const log = request.scope("query", { table: random() < 0.5 ? "things" : "users" }, { summary: true });
  await setTimeout(1 + random() * 6);
  log.ok({ rows: Math.floor(random() * 100) });
  log.dispose();
}

async function connection(number) {
  const peer = `10.0.${(number >> 8) & 255}.${number & 255}:${40_000 + (number % 9999)}`;
  const log = getScoped("conn", { peer }, { summary: true });
  log.info("opened");
  const fate = random();
  await setTimeout(random() * 8);
  if (number % 8 === 0) await query(log);
  log.debug(`asked for /things/${number}`, { bytes: Math.floor(random() * 4096), cached: random() < 0.4 });
  if (fate < 0.01) await setTimeout(40 + random() * 400);
  else await setTimeout(random() * 20);
  if (fate < share) return;
  if (fate > 0.985) {
    const cause = new Error("read ECONNRESET");
    log.error("request failed", new TypeError("cannot read the upstream's answer", { cause }), { retries: 2 });
    log.fail(cause);
  } else {
    if (fate > 0.95) log.warn("upstream is slow", { upstream: "10.9.0.7:8080" });
    log.info("answered", { status: 200 });
    log.debug("flushed", { bytes: Math.floor(random() * 4096) });
    log.ok();
  }
  log.info("closed");
  log.dispose();
}

let next = 0;
async function worker() {
  while (next < total) await connection(next++);
}
await Promise.all(Array.from({ length: Number(values.concurrency) }, worker));
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
for (let round = 0; defaultRegistry().stats().live > 0 && round < 100; round++) {
  collect();
  await setTimeout(5);
}
clearInterval(sampling);
sample();
await setTimeout(5);
await shutdown();
