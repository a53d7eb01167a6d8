import { once } from "node:events";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type Server,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Registry } from "scopelog";
import { until } from "../support/gc.ts";

/** A server on a port of its own, ended with the test. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
}

/** Has `server` listen on a free port of the loopback. */
export async function listening(server: Server): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => {});
    },
  };
}

/** One request; the body of the answer is read to its end. */
export async function get(
  port: number,
  path = "/",
  options: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  const request = httpRequest({ port, host: "127.0.0.1", path, ...options });
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let body = "";
  response.setEncoding("utf8");
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode ?? 0, body };
}

/** A request that is given up as soon as `when` holds. */
export async function abort(
  port: number,
  path: string,
  when: () => boolean,
  options: RequestOptions = {},
): Promise<void> {
  const request: ClientRequest = httpRequest({ port, host: "127.0.0.1", path, ...options });
  request.on("error", () => {});
  request.on("response", (response) => response.on("error", () => {}).resume());
  request.end();
  await until(when, "the condition to abort a request");
  request.destroy();
}

/** As many requests as `count`, pipelined on a few connections, each of which is kept alive. Resolves when all are answered. */
export async function flood(port: number, count: number, path = "/", connections = 8): Promise<void> {
  const share = Math.ceil(count / connections);
  const work: Promise<void>[] = [];
  for (let index = 0; index < connections; index++) {
    work.push(keepAlive(port, path, Math.min(share, count - index * share)));
  }
  await Promise.all(work);
}

async function keepAlive(port: number, path: string, count: number): Promise<void> {
  const socket: Socket = connect(port, "127.0.0.1");
  const text = `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
  let answered = 0;
  let sent = 0;
  let rest = "";
  const send = () => {
    const more = Math.min(16, count - sent);
    sent += more;
    socket.write(text.repeat(more));
  };
  await once(socket, "connect");
  send();
  for await (const chunk of socket.setEncoding("latin1")) {
    // A status line may be cut in two by the end of a chunk.
    const seen = rest + chunk;
    const found = seen.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0;
    answered += found;
    rest = found > 0 ? seen.slice(seen.lastIndexOf("HTTP/1.1 ") + 13) : seen.slice(-13);
    if (answered === count) break;
    if (answered === sent) send();
  }
  socket.destroy();
}

/** Waits until no scope of `registry` is live. */
export async function nothingLive(registry: Registry): Promise<void> {
  await until(() => registry.stats().live === 0, "stats().live === 0");
}
