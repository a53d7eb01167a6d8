// ws 8: each WebSocket has a logger of its own, from its opening to its close. A message is an order that is wanted.
import type { IncomingMessage } from "node:http";
import type { ScopedLogger } from "scopelog";
import { type SocketLike, withSocketScope } from "scopelog/ws";
import { WebSocketServer } from "ws";
import { findOrder, perRequest, port, started } from "./setup.js";

interface WebSocket extends SocketLike {
  on(event: string | symbol, listener: (...args: never[]) => void): unknown;
  send(text: string): void;
  close(code: number): void;
  terminate(): void;
}

const server = new WebSocketServer({ port, host: "127.0.0.1" });

server.on(
  "connection",
  withSocketScope((socket: WebSocket, _request: IncomingMessage, log: ScopedLogger) => {
    socket.on("message", (data: unknown) => {
      // An event comes from the socket and not from this function: run() says whose it is.
      log
        .run(() => findOrder(String(data)))
        .then(
          (order) => socket.send(order),
          (error: unknown) => {
            log.fail(error);
            socket.close(1011);
          },
        );
    });
  }, perRequest),
);

server.on("listening", () => {
  started(server.address(), () => {
    for (const client of server.clients as Set<WebSocket>) client.terminate();
    server.close();
  });
});
