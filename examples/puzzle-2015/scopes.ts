import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { createRegistry, type Handler, type Registry } from "scopelog";
import { collectGarbage } from "scopelog/testing";
import { Connection } from "./connection.ts";
import { openSockets } from "./open-sockets.ts";

/** What is left of the same connections with scopes, all of them forgotten. */
export interface Remains {
  readonly sockets: number;
  readonly live: number;
  /** What the library told about it. */
  readonly told: string;
}

/** Lets `count` connections come and go with a scope each, and cleans up nothing at all. */
export async function forgottenScopes(count: number): Promise<Remains> {
  const server = createSocket("udp4").bind(0, "127.0.0.1");
  await once(server, "listening");
  let told = "";
  const registry = createRegistry({
    onError: ({ message }) => (told ||= message),
    forgotten: { origin: "always" },
  });
  const before = openSockets();
  serve(count, server.address().port, registry);
  while (openSockets() < before + count && registry.stats().live === count) await turn();
  await collectGarbage(() => registry.stats().live === 0 && openSockets() === before);
  const remains = { sockets: openSockets() - before, live: registry.stats().live, told };
  server.close();
  while (openSockets() >= before) await turn();
  return remains;
}

function serve(count: number, port: number, registry: Registry): void {
  for (let number = 1; number <= count; number++) {
    const connection = new Connection(`10.0.0.1:${number}`);
    const handlers = [socketHandler(port, (message) => connection.show(message))];
    const log = registry.getScoped(`Connection.${number}`, {}, { handlers });
    connection.log = log;
    log.info("connected");
  }
}

/** Sends lines over a socket of its own. Its formatter leads back to the scope; its resource does not. */
function socketHandler(port: number, format: (message: string) => string): Handler {
  const socket = createSocket("udp4");
  return {
    resource: closing(socket),
    handle({ message }) {
      socket.send(`<14>${format(message)}`, port, "127.0.0.1");
    },
    [Symbol.dispose]() {
      socket.close();
    },
  };
}

// Apart from the handler: what closures of one function use, each of them holds.
function closing(socket: Socket): Disposable {
  return {
    [Symbol.dispose]() {
      socket.close();
    },
  };
}
