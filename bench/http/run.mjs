// node bench/http/run.mjs [--requests 8000] [--rounds 2] [--sets 10] [--only fastify] [--node /path/to/node]
// Requests per second and CPU time per request of node:http and Fastify with scopelog, with pino, and without logging.
// The servers are asked in turns of half a second, there and back: a machine that is shared is for seconds twice as fast as
// for others, and what it does is to fall on all alike. One process of a program is up to a tenth slower than another of
// the same, so there are many sets of them: a ratio is the geometric mean of all rounds, with the standard error of the
// means of the sets. The CPU time is the server's own; much of it is the system's, for writing to sockets. At the end of a
// turn autocannon drops what it has asked for and not got, some 200 requests: shorter turns would measure aborted ones.
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { median } from "../measure.mjs";
import { names, peerOf } from "./servers.mjs";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "8000" },
    rounds: { type: "string", default: "2" },
    sets: { type: "string", default: "10" },
    only: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const asked = names.filter((name) => name.startsWith(values.only));

const kinds = ["requests", "user", "all"];
/** Of each server, of each kind, of each set, of each round. */
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
  // As long as it takes until the times of none of them fall any more, in turns, because of their aborted ends: what Node
  // has optimised before the first of these it does again.
  for (let turn = 0; turn < 5; turn++) for (const server of servers) await ask(server, 10_000);
  for (const figure of figures) for (const kind of kinds) figure[kind].push([]);
  for (let round = 0; round < Number(values.rounds); round++) {
    const there = [];
    const back = [];
    for (const server of servers) there.push(await ask(server, Number(values.requests)));
    for (const server of servers.toReversed()) back.unshift(await ask(server, Number(values.requests)));
    for (const [index, figure] of figures.entries()) {
      for (const kind of kinds) figure[kind][set].push(Math.sqrt(there[index][kind] * back[index][kind]));
    }
  }
  for (const { child } of servers) child.kill();
}

const rows = figures.map((own) => {
  const { name } = own;
  const peer = peerOf(name);
  // AsyncLocalStorage costs by itself, whoever uses it.
  const alike = name.endsWith("ambient") ? `${peer}, ambient` : peer;
  const against = (other, kind) => {
    const peers = figures.find((one) => one.name === other)?.[kind];
    return (
      peers && told(own[kind].map((set, at) => mean(set.map((number, round) => Math.log(number / peers[at][round])))))
    );
  };
  return [
    name,
    {
      "requests/s": Math.round(median(own.requests.flat())),
      "of pino's": against(peer, "requests"),
      "of pino's alike": against(alike, "requests"),
      "CPU µs/request": median(own.all.flat()).toFixed(1),
      "of pino's CPU": against(peer, "all"),
      "CPU alike": against(alike, "all"),
      "in user code": median(own.user.flat()).toFixed(1),
      "of pino's in user code": against(peer, "user"),
    },
  ];
});

/** The geometric mean out of the means of sets, as logarithms, and its standard error. */
function told(logs) {
  const middle = mean(logs);
  const error = Math.sqrt(mean(logs.map((log) => (log - middle) ** 2)) / (logs.length - 1));
  return `${Math.exp(middle).toFixed(2)} ± ${error.toFixed(2)}`;
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

console.log(
  `${values.node}: ${values.sets} sets of ${values.rounds} rounds of ${values.requests} requests there and back`,
);
console.table(Object.fromEntries(rows));
