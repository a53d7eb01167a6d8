import type { FormatterLike, Handler, Logger, LogRecord, Registry, ScopedLogger } from "scopelog";

export type MakeHandler = (formatter: FormatterLike) => Handler;

/**
 * A connection that holds its logger, whose handler holds a formatter, which closes over the connection: a ring that
 * anything held by the logging would keep for ever.
 */
export class Connection {
  readonly peer: string;
  readonly log: ScopedLogger;

  constructor(registry: Registry, peer: string, makeHandler: MakeHandler, name = "conn") {
    this.peer = peer;
    const formatter = (record: LogRecord) => `${this.peer} ${this.log.id} ${record.message}`;
    this.log = registry.getScoped(name, { peer }, { handlers: [makeHandler(formatter)] });
  }

  work(): void {
    this.log.info("worked");
  }
}

/** A way to lose connections. What `lose` returns is kept, to show that it keeps no connection. */
export interface Loss {
  /** How many lines each scope sends. */
  readonly lines: number;
  readonly lose: (registry: Registry, makeHandler: MakeHandler, count: number) => unknown;
}

const open = (registry: Registry, makeHandler: MakeHandler, n: number, name?: string): Connection => {
  const connection = new Connection(registry, `peer-${n}`, makeHandler, name);
  connection.work();
  return connection;
};

function each(count: number, act: (n: number) => void): void {
  for (let n = 0; n < count; n++) act(n);
}

const loss = (lines: number, lose: Loss["lose"]): Loss => ({ lines, lose });

/** Every way to lose them that the collector must make good. */
export const losses: Readonly<Record<string, Loss>> = {
  "forgotten at once": loss(1, (registry, makeHandler, count) =>
    each(count, (n) => void open(registry, makeHandler, n)),
  ),

  "under dotted names, no two alike": loss(1, (registry, makeHandler, count) =>
    each(count, (n) => {
      const { log } = open(registry, makeHandler, n, `Connection.${n}.tls`);
      log.getChild("handshake").debug("not written");
      log.level = "info";
    }),
  ),

  "with an exception in the block": loss(1, (registry, makeHandler, count) =>
    each(count, (n) => {
      try {
        const connection = open(registry, makeHandler, n);
        connection.log.with({ n }).debug("not written");
        throw new Error("in the block");
      } catch (error) {
        if ((error as Error).message !== "in the block") throw error;
      }
    }),
  ),

  "in an asynchronous function that never settles": loss(1, (registry, makeHandler, count) =>
    each(count, (n) => {
      void (async () => {
        const connection = open(registry, makeHandler, n);
        await new Promise<void>(() => {});
        connection.work();
      })();
    }),
  ),

  "in an abandoned generator": loss(1, (registry, makeHandler, count) => {
    function* serve(n: number): Generator<number> {
      using log = open(registry, makeHandler, n).log;
      for (let turn = 0; ; turn++) {
        log.debug("not written");
        yield turn;
      }
    }
    each(count, (n) => void serve(n).next());
  }),

  "in an abandoned asynchronous generator": loss(1, (registry, makeHandler, count) => {
    async function* serve(n: number): AsyncGenerator<number> {
      const { log } = open(registry, makeHandler, n);
      yield n;
      log.info("never");
    }
    each(count, (n) => void serve(n).next());
  }),

  "as scopes in scopes": loss(1.5, (registry, makeHandler, count) =>
    each(count / 2, (n) => {
      const { log } = open(registry, makeHandler, n);
      const inner = log.scope("req", { n }, { handlers: [makeHandler(() => `${inner.id} worked`)] });
      inner.info("worked");
    }),
  ),

  "as forks, after the block has ended": loss(1, (registry, makeHandler, count) => {
    const ended: Logger[] = [];
    each(count, (n) => {
      using log = open(registry, makeHandler, n).log;
      void log.fork();
      // An ended holder that is kept does not keep the scope.
      ended.push(log);
    });
    return ended;
  }),

  "with their records kept": loss(2, (registry, makeHandler, count) => {
    const kept: LogRecord[] = [];
    const memory: Handler = { handle: (record) => void kept.push(record) };
    each(count, (n) => {
      const { log } = open(registry, makeHandler, n);
      log.addHandler(memory);
      log.with({ n }).debug("not written");
      log.warn("kept", new Error("kept"), { n });
    });
    return kept;
  }),

  "with the formatted lines, fields and ids kept": loss(1, (registry, makeHandler, count) => {
    const kept: unknown[] = [];
    each(count, (n) => {
      const { log } = open(registry, makeHandler, n);
      kept.push(log.id, log.fields, log.name, log.level, [...registry.scopes()].at(-1)?.fields);
    });
    return kept;
  }),

  "with ambient work that never ends": loss(1, (registry, makeHandler, count) => {
    const timers: NodeJS.Timeout[] = [];
    const tick = () => {};
    each(count, (n) => {
      const { log } = open(registry, makeHandler, n);
      log.run(() => timers.push(setInterval(tick, 1e8).unref()));
    });
    return {
      timers,
      [Symbol.dispose]() {
        for (const timer of timers) clearInterval(timer);
      },
    };
  }),

  "with handlers that throw as they are closed": loss(1, (registry, makeHandler, count) =>
    each(count, (n) => {
      const inner = makeHandler(({ message }) => message);
      const handler: Handler = {
        handle: (record) => inner.handle(record),
        [Symbol.dispose]() {
          throw new Error("dispose");
        },
        resource: failingAfter(inner.resource as Disposable),
      };
      registry.getScoped("conn", { n }, { handlers: [handler] }).info("worked");
    }),
  ),
};

// Apart from the handler, whose closures it must not share.
function failingAfter(resource: Disposable): Disposable {
  return {
    [Symbol.dispose]() {
      resource[Symbol.dispose]();
      throw new Error("resource");
    },
  };
}
