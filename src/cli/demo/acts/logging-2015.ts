import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Address } from "../args.ts";

// A small model of the part of Python's `logging` (Lib/logging/__init__.py, Lib/logging/handlers.py) that the field
// report of 2015 is about, with the names it has there. What it keeps, and for how long, is as it is there.

/** Keeps every logger there ever was, by name. */
export class Manager {
  readonly loggerDict = new Map<string, Logger | PlaceHolder>();

  /** The logger of that name: made if there is none, and kept for ever. */
  getLogger(name: string): Logger {
    const known = this.loggerDict.get(name);
    if (known instanceof Logger) return known;
    const logger = new Logger(name, this);
    this.loggerDict.set(name, logger);
    this.#fixupParents(logger);
    return logger;
  }

  // A name with dots has parents. Where there is no logger of the parent's name, a placeholder stands in for it, so
  // that the children can be told if there ever is one.
  #fixupParents(logger: Logger): void {
    let dot = logger.name.lastIndexOf(".");
    while (dot > 0) {
      const parent = logger.name.slice(0, dot);
      const known = this.loggerDict.get(parent);
      if (known instanceof Logger) {
        logger.parent = known;
        return;
      }
      if (known === undefined) this.loggerDict.set(parent, new PlaceHolder(logger));
      else known.append(logger);
      dot = parent.lastIndexOf(".");
    }
  }
}

/** Stands in for a parent that is no logger yet, and keeps all its children. */
export class PlaceHolder {
  readonly loggerMap = new Set<Logger>();

  constructor(logger: Logger) {
    this.append(logger);
  }

  append(logger: Logger): void {
    this.loggerMap.add(logger);
  }
}

export class Logger {
  readonly name: string;
  manager: Manager | undefined;
  parent: Logger | undefined;
  handlers: SysLogHandler[] = [];

  constructor(name: string, manager: Manager) {
    this.name = name;
    this.manager = manager;
  }

  addHandler(handler: SysLogHandler): void {
    this.handlers.push(handler);
  }

  info(message: string): void {
    for (const handler of this.handlers) handler.emit(message);
  }
}

/** Sends each line to a syslog server, over a socket of its own. */
export class SysLogHandler {
  readonly #address: Address;
  readonly #formatter: (message: string) => string;
  readonly #socket: Socket;

  constructor(address: Address, formatter: (message: string) => string) {
    this.#address = address;
    this.#formatter = formatter;
    this.#socket = createSocket(isIPv6(address.host) ? "udp6" : "udp4");
  }

  emit(message: string): void {
    // 14: facility user, severity info.
    this.#socket.send(`<14>${this.#formatter(message)}`, this.#address.port, this.#address.host);
  }

  /** Python closes a socket with the last reference to it; Node needs to be told. */
  close(): void {
    this.#socket.close();
  }
}
