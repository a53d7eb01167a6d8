// One line in each of its usual forms, written to a file.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { measure, tell } from "../measure.mjs";
import { logtapePeer, openScope, pinoPeer, scopelogPeer, winstonPeer } from "../peers.mjs";

const sync = process.argv.includes("--sync");
const quick = process.argv.includes("--quick");

const bound = { id: 17, peer: "127.0.0.1:4242" };
const three = { status: 200, route: "/items/:id", cached: true };
const failure = new TypeError("connect ECONNREFUSED 127.0.0.1:5432");
failure.code = "ECONNREFUSED";
// What a server that is away gives is the same each time; these have each a message, and so a stack, of their own.
const failures = Array.from({ length: 64 }, (_, index) => new TypeError(`no item ${index} in the store`));
const deep = {
  request: {
    method: "POST",
    url: "/items",
    query: { page: 1, tags: ["a", "b"] },
    user: { id: "u-1", roles: ["admin", "ops"] },
  },
  items: Array.from({ length: 10 }, (_, index) => ({
    id: index,
    name: `item ${index}`,
    price: index * 1.5,
    stock: null,
  })),
};

/** Calls `log` with each of `failures` in turn. */
function inTurn(log) {
  let at = 0;
  return () => log(failures[at++ % failures.length]);
}

/** The same lines by each logger, from its own kind of call. */
function cases(peers) {
  const { ours, pino, winston, logtape } = peers;
  const ourScope = openScope(bound);
  const pinoChild = pino.child(bound);
  const winstonChild = winston?.child(bound);
  const logtapeWith = logtape?.with(bound);
  const all = {
    string: {
      scopelog: () => ours.info("request completed"),
      pino: () => pino.info("request completed"),
      winston: winston && (() => winston.info("request completed")),
      logtape: logtape && (() => logtape.info("request completed")),
    },
    object: {
      scopelog: () => ours.info("request completed", three),
      pino: () => pino.info(three, "request completed"),
      winston: winston && (() => winston.info("request completed", three)),
      logtape: logtape && (() => logtape.info("request completed", three)),
    },
    bound: {
      scopelog: () => ourScope.info("request completed"),
      pino: () => pinoChild.info("request completed"),
      winston: winstonChild && (() => winstonChild.info("request completed")),
      logtape: logtapeWith && (() => logtapeWith.info("request completed")),
    },
    error: {
      scopelog: () => ours.error("query failed", failure),
      pino: () => pino.error(failure, "query failed"),
      winston: winston && (() => winston.error("query failed", { err: failure })),
      logtape: logtape && (() => logtape.error("query failed", { err: failure })),
    },
    "errors that differ": {
      scopelog: inTurn((error) => ours.error("query failed", error)),
      pino: inTurn((error) => pino.error(error, "query failed")),
      winston: winston && inTurn((error) => winston.error("query failed", { err: error })),
      logtape: logtape && inTurn((error) => logtape.error("query failed", { err: error })),
    },
    deep: {
      scopelog: () => ours.info("request completed", deep),
      pino: () => pino.info(deep, "request completed"),
      winston: winston && (() => winston.info("request completed", deep)),
      logtape: logtape && (() => logtape.info("request completed", deep)),
    },
    disabled: {
      scopelog: () => ours.debug("request completed"),
      pino: () => pino.debug("request completed"),
      winston: winston && (() => winston.debug("request completed")),
      logtape: logtape && (() => logtape.debug("request completed")),
    },
    "child + line": {
      scopelog: () => {
        const log = openScope(bound);
        log.info("request completed");
        log.dispose();
      },
      pino: () => pino.child(bound).info("request completed"),
      winston: winston && (() => winston.child(bound).info("request completed")),
      logtape: logtape && (() => logtape.with(bound).info("request completed")),
    },
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, contestants]) => [
      name,
      Object.fromEntries(Object.entries(contestants).filter(([, contestant]) => contestant)),
    ]),
  );
}

/** What a line says, whatever it calls its parts. */
function content(line) {
  const { time, level, msg, message, logger, scope, err, ...fields } = JSON.parse(line);
  const stack = err?.stack;
  return {
    level: typeof level === "number" ? { 30: "info", 50: "error" }[level] : level,
    message: msg ?? message,
    stack,
    fields,
  };
}

/** Checks before anything is measured that scopelog and pino write the same content. */
async function checkEqual() {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-bench-"));
  const ours = join(folder, "ours");
  const theirs = join(folder, "pino");
  const pino = pinoPeer(theirs, { minLength: 0 });
  const both = cases({ ours: scopelogPeer(ours, { sync: true }), pino });
  for (const contestants of Object.values(both)) for (const contestant of Object.values(contestants)) contestant();
  const [a, b] = [ours, theirs].map((path) => readFileSync(path, "utf8").trim().split("\n").map(content));
  rmSync(folder, { recursive: true });
  if (!isDeepStrictEqual(a, b)) {
    console.error(JSON.stringify({ scopelog: a, pino: b }, null, 1));
    throw new Error("scopelog and pino did not write the same content");
  }
}

await checkEqual();
const peers = sync
  ? { ours: scopelogPeer("/dev/null", { sync }), pino: pinoPeer("/dev/null", { minLength: 0 }) }
  : {
      ours: scopelogPeer("/dev/null"),
      pino: pinoPeer("/dev/null"),
      winston: winstonPeer("/dev/null"),
      logtape: logtapePeer("/dev/null"),
    };
const rows = [];
for (const [name, contestants] of Object.entries(cases(peers))) {
  const calls = (name === "disabled" ? 250_000 : name === "deep" ? 1_250 : 5_000) / (quick ? 5 : 1);
  rows.push({
    suite: sync ? "a write a line" : "batched lines",
    case: name,
    unit: "ns",
    ...(await measure(contestants, { calls, rounds: quick ? 3 : 45 })),
  });
}
tell(rows);
process.exit(0);
