// node bench/http/run.mjs [--requests 10000] [--rounds 15] [--only fastify] [--node /path/to/node]
// Requests per second and CPU time per request of node:http and Fastify with scopelog, with pino, and without logging.
// All servers are up all the time and are asked in turns, so that what the machine does meanwhile falls on all alike. The
// CPU time is the server's own: it also tells where the client is what limits the requests.
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { median } from "../measure.mjs";
import { names } from "./servers.mjs";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    rounds: { type: "string", default: "15" },
    only: { type: "string", default: "" },
    node: { type: "string", default: process.execPath },
  },
});
const asked = names.filter((name) => name.startsWith(values.only));

const servers = await Promise.all(
  asked.map(async (name) => {
    const child = fork(new URL("./servers.mjs", import.meta.url), [name], {
      execPath: values.node,
      env: { ...process.env, NODE_ENV: "production" },
    });
    const [{ port }] = await once(child, "message");
    return { name, child, port, requests: [], micros: [] };
  }),
);

async function cpu(child) {
  const answer = once(child, "message");
  child.send("cpu");
  const [message] = await answer;
  return message.cpu.user + message.cpu.system;
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
  return { requests: count / seconds, micros: ((await cpu(child)) - before) / count };
}

// As long as it takes until the times of none of them fall any more.
for (const server of servers) await ask(server, 100_000);
for (let round = 0; round < Number(values.rounds); round++) {
  for (let turn = 0; turn < servers.length; turn++) {
    const server = servers[(turn + round) % servers.length];
    const { requests, micros } = await ask(server, Number(values.requests));
    server.requests.push(requests);
    server.micros.push(micros);
  }
}
for (const { child } of servers) child.kill();

// By frame: what the same round had for pino, as the machine is not the same from round to round.
const rows = servers.map(({ name, requests, micros }) => {
  const [frame] = name.split(",");
  const pino = frame === "http" ? "http, pino-http" : "fastify, pino";
  const peer = servers.find((one) => one.name === pino);
  // AsyncLocalStorage costs by itself, whoever uses it.
  const alike = name.endsWith("ambient") ? servers.find((one) => one.name === `${pino}, ambient`) : peer;
  const none = servers.find((one) => one.name === `${frame}, no logging`);
  const against = (numbers, others) => median(numbers.map((number, round) => number / others[round]));
  return [
    name,
    {
      "requests/s": Math.round(median(requests)),
      "of pino's": peer && against(requests, peer.requests).toFixed(2),
      "of pino's alike": alike && against(requests, alike.requests).toFixed(2),
      "CPU µs/request": median(micros).toFixed(1),
      least: Math.min(...micros).toFixed(1),
      "least for logging": none && (Math.min(...micros) - Math.min(...none.micros)).toFixed(1),
    },
  ];
});
console.log(`${values.node}: ${values.rounds} rounds of ${values.requests} requests, medians and the least`);
console.table(Object.fromEntries(rows));
