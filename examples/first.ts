// An echo server in which every connection has a logger of its own. Try it: node first.js 7007, then nc 127.0.0.1 7007
import { createServer } from "node:net";
import { configure, consoleHandler, getLogger, getScoped } from "scopelog";

configure({
  handlers: { console: consoleHandler() },
  loggers: { "": { level: "info", handlers: ["console"] } },
});

const server = createServer(async (socket) => {
  using log = getScoped("conn", { peer: `${socket.remoteAddress}:${socket.remotePort}` });
  try {
    for await (const chunk of socket) {
      log.info("echo", { bytes: chunk.length });
      socket.write(chunk);
    }
    log.info("closed");
  } catch (error) {
    log.warn("connection lost", error);
  }
});

server.listen(Number(process.argv[2] ?? 7007), "127.0.0.1", () => {
  getLogger().info("listening", { address: server.address() });
});
