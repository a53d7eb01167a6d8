import { createSocket, type Socket } from "node:dgram";

// As much of Python's `logging` as the puzzle needs, with its names: what keeps whom is as it is there.

/** Knows every logger by its name, for ever. */
export class Manager {
  readonly loggerDict = new Map<string, Logger | PlaceHolder>();

  getLogger(name: string): Logger {
    const known = this.loggerDict.get(name);
    if (known instanceof Logger) return known;
    const logger = new Logger(name, this);
    this.loggerDict.set(name, logger);
    // `Connection.17` is below `Connection`: until there is such a logger, a placeholder notes its children.
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const parent = name.slice(0, dot);
      const above = this.loggerDict.get(parent);
      if (above instanceof Logger) break;
      const placeHolder = above ?? new PlaceHolder();
      placeHolder.loggerMap.add(logger);
      this.loggerDict.set(parent, placeHolder);
    }
    return logger;
  }
}

/** Stands in for a parent that nobody asked for, and keeps its children. */
export class PlaceHolder {
  readonly loggerMap = new Set<Logger>();
}

export class Logger {
  readonly name: string;
  manager: Manager | undefined;
  handlers: SysLogHandler[] = [];

  constructor(name: string, manager: Manager) {
    this.name = name;
    this.manager = manager;
  }

  info(message: string): void {
    for (const handler of this.handlers) handler.emit(message);
  }
}

// Python closes a socket when the last reference to it goes. Node does not, so this does it a little later.
const dropped = new FinalizationRegistry<Socket>((socket) => socket.close());

/** Sends lines to a syslog server over a socket of its own. */
export class SysLogHandler {
  readonly #socket = createSocket("udp4");
  readonly #port: number;
  readonly #format: (message: string) => string;

  constructor(port: number, format: (message: string) => string) {
    this.#port = port;
    this.#format = format;
    dropped.register(this, this.#socket);
  }

  emit(message: string): void {
    this.#socket.send(`<14>${this.#format(message)}`, this.#port, "127.0.0.1");
  }
}
