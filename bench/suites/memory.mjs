// Bytes for each of 100,000 live children with two fields, and what is left of them afterwards. One kind a process.
import { configureSync, getLogger as getLogtape } from "@logtape/logtape";
import pino from "pino";
import { configure, getScoped } from "scopelog";
import winston from "winston";
import { settledHeap, tell } from "../measure.mjs";

configure({ forgotten: { report: "silent" }, budget: { scopes: Number.POSITIVE_INFINITY } });
const kind = process.argv[2];
const count = process.argv.includes("--quick") ? 20_000 : 100_000;
const nothing = { write() {} };
const pinoParent = pino({ base: null }, nothing);
const winstonParent = winston.createLogger({ silent: true });
configureSync({ sinks: {}, loggers: [{ category: ["logtape", "meta"], lowestLevel: "error", sinks: [] }] });
const logtapeParent = getLogtape(["bench"]);
const fields = (index) => ({ id: index, peer: `peer ${index & 15}` });

const make = {
  "bare fields": (index) => fields(index),
  scopelog: (index) => getScoped("conn", fields(index)),
  "scopelog with": (() => {
    const parent = getScoped("conn");
    return (index) => parent.with(fields(index));
  })(),
  pino: (index) => pinoParent.child(fields(index)),
  winston: (index) => winstonParent.child(fields(index)),
  "logtape with": (index) => logtapeParent.with(fields(index)),
  "logtape getChild, unique": (index) => logtapeParent.getChild(`child ${index}`),
}[kind];

const kept = new Array(count).fill(undefined);
for (let index = 0; index < 1000; index++) make(index)?.dispose?.();
const before = await settledHeap();
for (let index = 0; index < count; index++) kept[index] = make(index);
const alive = await settledHeap();
for (const one of kept) if (kind === "scopelog") one.dispose();
kept.fill(undefined);
const after = await settledHeap();
tell([{ kind, alive: (alive - before) / count, left: Math.max(0, (after - before) / count) }]);
process.exit(0);
