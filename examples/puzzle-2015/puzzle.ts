import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { explainObject } from "scopelog/leaks";
import { collectGarbage } from "scopelog/testing";
import { Connection } from "./connection.ts";
import { Manager, SysLogHandler } from "./logging.ts";
import { openSockets } from "./open-sockets.ts";

/** How it stood after one of the lines. */
export interface Standing {
  /** The line of clean-up. */
  readonly line: string;
  /** Sockets that are open. */
  readonly sockets: number;
  /** Logger objects that are alive. */
  readonly loggers: number;
  /** Who holds the handler of the first connection, and so its socket. */
  readonly handler: string;
  /** Who holds the logger of the first connection. */
  readonly logger: string;
}

const manager = new Manager();

interface Traces {
  readonly loggers: readonly WeakRef<object>[];
  readonly handlers: readonly WeakRef<object>[];
}

/** The author's three lines, in the order in which he tried them. */
const lines: readonly (readonly [line: string, act: (name: string) => void])[] = [
  ["nothing", () => {}],
  ["loggerDict.pop(name)", popName],
  ["logger.manager = None", clearManager],
  ["logger.handlers = []", clearHandlers],
];

/** Lets `count` connections come and go, cleans up line by line, and has the heap say what each line was worth. */
export async function puzzle(count: number): Promise<Standing[]> {
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  const before = openSockets();
  const { loggers, handlers } = serve(count, server);
  while (openSockets() < before + count) await turn();
  const standings: Standing[] = [];
  for (const [line, act] of lines) {
    for (let number = 1; number <= count; number++) act(nameOf(number));
    await settle();
    standings.push({
      line,
      sockets: openSockets() - before,
      loggers: alive(loggers),
      handler: await explain(handlers[0], "the handler"),
      logger: await explain(loggers[0], "the logger"),
    });
  }
  server.close();
  while (openSockets() >= before) await turn();
  return standings;
}

// What is collected closes its socket a turn later, and a closed socket is gone another turn later.
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await collectGarbage();
    await turn();
  }
}

// All in a function of its own: what it made is not in a local variable of one that waits.
function serve(count: number, server: Socket): Traces {
  const loggers: WeakRef<object>[] = [];
  const handlers: WeakRef<object>[] = [];
  for (let number = 1; number <= count; number++) {
    const connection = new Connection(`10.0.0.1:${number}`);
    const log = manager.getLogger(nameOf(number));
    const handler = new SysLogHandler(server.address().port, (message) => connection.show(message));
    log.handlers.push(handler);
    connection.log = log;
    log.info("connected");
    loggers.push(new WeakRef(log));
    handlers.push(new WeakRef(handler));
  }
  return { loggers, handlers };
}

function nameOf(number: number): string {
  return `Connection.${number}`;
}

// The later lines need the logger, which the name no longer gives: the author still had it at hand.
const atHand = new Map<string, WeakRef<object>>();

function popName(name: string): void {
  const logger = manager.loggerDict.get(name);
  if (logger !== undefined) atHand.set(name, new WeakRef(logger));
  manager.loggerDict.delete(name);
}

function clearManager(name: string): void {
  const logger = atHand.get(name)?.deref();
  if (logger !== undefined) Object.assign(logger, { manager: undefined });
}

function clearHandlers(name: string): void {
  const logger = atHand.get(name)?.deref();
  if (logger !== undefined) Object.assign(logger, { handlers: [] });
}

function alive(references: readonly WeakRef<object>[]): number {
  return references.filter((reference) => reference.deref() !== undefined).length;
}

async function explain(reference: WeakRef<object> | undefined, what: string): Promise<string> {
  const report = explainIfAlive(reference);
  return report === undefined ? `nothing holds ${what}: it is gone` : (await report).text;
}

function explainIfAlive(reference: WeakRef<object> | undefined) {
  const object = reference?.deref();
  return object === undefined ? undefined : explainObject(object, { print: false });
}
