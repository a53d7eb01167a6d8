// node bench/http/run.mjs [--requests 10000] [--rounds 4] [--sets 10] [--only fastify] [--node /path/to/node]
// Requests per second and CPU time per request of node:http and Fastify with scopelog, with pino, and without logging.
// The servers are asked in turns of half a second: a machine that is shared is for seconds twice as fast as for others,
// and what it does is to fall on all alike. One process of a program is up to a tenth slower than another of the same, so
// there are many sets of them. A ratio is the median of those within the rounds. The CPU time is the server's own; much
// of it is the system's, for writing to sockets. At the end of a turn autocannon drops what it has asked for and not got,
// some 200 requests: shorter turns would measure aborted ones.
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { median } from "../measure.mjs";
import { names, peerOf } from "./servers.mjs";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    rounds: { type: "string", default: "4" },
    sets: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const asked = names.filter((name) => name.startsWith(values.only));

const figures = asked.map((name) => ({ name, requests: [], user: [], all: [] }));

/** One process for each, in the order of `asked`. */
function startAll() {
  return Promise.all(
    asked.map(async (name) => {
      const child = fork(new URL("./servers.mjs", import.meta.url), [name], {
        execPath: values.node,
        env: { ...process.env, NODE_ENV: "production" },
      });
      const [{ port }] = await once(child, "message");
      return { child, port };
    }),
  );
}

async function cpu(child) {
  const answer = once(child, "message");
  child.send("cpu");
  const [message] = await answer;
  return message.cpu;
}

async function ask({ child, port }, amount) {
  const before = await cpu(child);
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/`,
    connections: 32,
    pipelining: 8,
    amount,
    sampleInt: 20,
  });
  if (result.errors > 0 || result.non2xx > 0) throw new Error(`${result.errors} errors, ${result.non2xx} not 2xx`);
  const count = result["2xx"];
  const seconds = (result.finish - result.start) / 1000;
  const after = await cpu(child);
  const user = (after.user - before.user) / count;
  return { requests: count / seconds, user, all: user + (after.system - before.system) / count };
}

for (let set = 0; set < Number(values.sets); set++) {
  const servers = await startAll();
  // As long as it takes until the times of none of them fall any more.
  for (const server of servers) await ask(server, 40_000);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (let turn = 0; turn < servers.length; turn++) {
      const index = (turn + round) % servers.length;
      const answer = await ask(servers[index], Number(values.requests));
      for (const [figure, number] of Object.entries(answer)) figures[index][figure].push(number);
    }
  }
  for (const { child } of servers) child.kill();
}

const rows = figures.map((own) => {
  const { name } = own;
  const peer = peerOf(name);
  // AsyncLocalStorage costs by itself, whoever uses it.
  const alike = name.endsWith("ambient") ? `${peer}, ambient` : peer;
  const against = (other, figure) => {
    const peers = figures.find((one) => one.name === other)?.[figure];
    return peers && median(own[figure].map((number, round) => number / peers[round])).toFixed(2);
  };
  return [
    name,
    {
      "requests/s": Math.round(median(own.requests)),
      "of pino's": against(peer, "requests"),
      "of pino's alike": against(alike, "requests"),
      "CPU µs/request": median(own.all).toFixed(1),
      "of pino's CPU": against(peer, "all"),
      "in user code": median(own.user).toFixed(1),
      "of pino's in user code": against(peer, "user"),
      "alike in user code": against(alike, "user"),
    },
  ];
});
console.log(`${values.node}: ${values.sets} sets of ${values.rounds} rounds of ${values.requests} requests, medians`);
console.table(Object.fromEntries(rows));
