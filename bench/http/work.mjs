// node bench/http/work.mjs [--sets 5] [--only fastify] [--node /path/to/node], on Node 22.6 or later.
// The work of a request alone: CPU time of the same servers as `run.mjs` has, over streams in memory, without the system
// calls that are most of a request there and vary most. Each server has processes of its own, in turns; of all rounds the
// least counts, because whatever else the machine does only adds.
import { execFileSync } from "node:child_process";
import { duplexPair } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { names, peerOf, servers } from "./servers.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
if (positionals[0] === undefined) compare();
else process.stdout.write(String(await leastWork(positionals[0])), () => process.exit());

function compare() {
  const asked = names.filter((name) => name.startsWith(values.only));
  const least = new Map();
  for (let set = 0; set < Number(values.sets); set++) {
    for (const name of asked) {
      // By default V8 guesses by the first requests which objects will live long. It is wrong for some processes of each
      // server, and those do half as much work again.
      const flags = ["--no-allocation-site-pretenuring", new URL(import.meta.url).pathname, name];
      const env = { ...process.env, NODE_ENV: "production" };
      const micros = Number(execFileSync(values.node, flags, { encoding: "utf8", env }));
      least.set(name, Math.min(micros, least.get(name) ?? micros));
    }
  }
  const rows = asked.map((name) => {
    const [frame] = name.split(",");
    const logging = (other) => least.get(other) - least.get(`${frame}, no logging`);
    return [
      name,
      {
        "µs/request": least.get(name).toFixed(1),
        "for logging": logging(name).toFixed(1),
        "of pino's": (logging(name) / logging(peerOf(name))).toFixed(2),
      },
    ];
  });
  console.log(`${values.node}: the least of ${values.sets} processes`);
  console.table(Object.fromEntries(rows));
}

/** The least CPU time a request of the rounds of one process, in microseconds. */
async function leastWork(name) {
  const [connections, pipelined, requests, rounds] = [32, 8, 8000, 40];
  const server = await servers[name]();
  const request = Buffer.from("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n".repeat(pipelined));
  const clients = Array.from({ length: connections }, (_, index) => {
    const [connection, client] = duplexPair();
    const methods = ["setTimeout", "setNoDelay", "setKeepAlive", "ref", "unref"];
    for (const method of methods) connection[method] = () => connection;
    Object.assign(connection, { remoteAddress: "127.0.0.1", remotePort: 40_000 + index });
    server.emit("connection", connection);
    return client;
  });
  // How many bytes answer what is asked at once: always the same.
  let size = 0;
  const count = (chunk) => {
    size += chunk.length;
  };
  clients[0].on("data", count).write(request);
  await wait(300);
  clients[0].off("data", count);

  let left = 0;
  let done = () => {};
  for (const client of clients) {
    let got = 0;
    client.on("data", (chunk) => {
      got += chunk.length;
      if (got < size) return;
      got = 0;
      left--;
      // Not at once: all would be one turn, and no microtask would have its own.
      if (left >= connections) setImmediate(() => client.write(request));
      else if (left === 0) done();
    });
  }
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    await new Promise((resolve) => {
      done = resolve;
      left = requests / pipelined;
      for (const client of clients) client.write(request);
    });
    const { user, system } = process.cpuUsage(before);
    // The first third is warm-up.
    if (round >= rounds / 3) least = Math.min(least, (user + system) / requests);
  }
  return least;
}
