import type { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import winston from "winston";

export type Line = Record<string, unknown>;

/** A winston, what it wrote, and what was done to it. */
export function destination(options: winston.LoggerOptions = {}) {
  const texts: string[] = [];
  const calls: string[] = [];
  const children: object[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, next) {
      texts.push(text.replace(/\r?\n$/, ""));
      next();
    },
  });
  const logger = winston.createLogger({
    level: "silly",
    transports: new winston.transports.Stream({ stream }),
    ...options,
  });
  for (const name of ["end", "close", "clear", "destroy", "configure", "add", "remove"] as const) {
    const method = logger[name] as (...args: unknown[]) => unknown;
    logger[name] = function (this: object, ...args: unknown[]) {
      calls.push(name);
      return method.apply(logger, args);
    } as never;
  }
  const { child } = logger;
  logger.child = (meta) => {
    const made = child.call(logger, meta);
    children.push(made);
    return made;
  };
  return { logger, stream, texts, calls, children, lines: () => texts.map((text) => JSON.parse(text) as Line) };
}

/** How many listeners an emitter has, by event. */
export function listenersOf(emitter: EventEmitter): Record<string, number> {
  return Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));
}
