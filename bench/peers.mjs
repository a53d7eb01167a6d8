// The loggers that are compared, each at its fastest documented production setting, writing to a file.

import { Writable } from "node:stream";
import { configureSync, getLogger as getLogtape, jsonLinesFormatter } from "@logtape/logtape";
import pino from "pino";
import { configure, getLogger, getScoped, jsonFormatter } from "scopelog";
import { fileHandler } from "scopelog/node";
import SonicBoom from "sonic-boom";
import winston from "winston";

/** @typedef {{ log: (fields: object | undefined, message: string) => void, error: (error: Error, message: string) => void,
 *   debug: (message: string) => void, child: (fields: object) => Peer, flush: () => void | Promise<void> }} Peer */

/** scopelog with a file handler: batched, or a write for each line. */
export function scopelogPeer(path, { sync = false } = {}) {
  configure({
    loggers: { "": { level: "info", handlers: ["file"] } },
    forgotten: { report: "silent" },
    handlers: { file: fileHandler({ path, sync, formatter: jsonFormatter() }) },
  });
  return getLogger("bench");
}

export const openScope = (fields) => getScoped("bench", fields);

/** pino: `minLength` 4096 is its fastest, 0 a write for each line. */
export function pinoPeer(path, { minLength = 4096 } = {}) {
  return pino({ base: null }, pino.destination({ dest: path, sync: true, minLength }));
}

export function winstonPeer(path) {
  // Its own File transport does not write while the event loop is kept busy, as here; so it gets the stream pino has.
  const boom = new SonicBoom({ dest: path, sync: true, minLength: 4096 });
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      boom.write(chunk);
      done();
    },
  });
  return winston.createLogger({
    level: "info",
    format: winston.format.combine(
      winston.format.errors({ stack: true }),
      winston.format.timestamp(),
      winston.format.json(),
    ),
    transports: [new winston.transports.Stream({ stream })],
  });
}

export function logtapePeer(path) {
  const stream = new SonicBoom({ dest: path, sync: true, minLength: 4096 });
  const format = jsonLinesFormatter;
  configureSync({
    reset: true,
    sinks: { file: (record) => stream.write(format(record)) },
    loggers: [
      { category: [], lowestLevel: "info", sinks: ["file"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: [] },
    ],
  });
  const logger = getLogtape(["bench"]);
  logger.flush = () => stream.flushSync();
  return logger;
}
