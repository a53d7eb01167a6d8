// What the servers here have in common: where lines go, some work to do, and a clean end.
import { setTimeout as sleep } from "node:timers/promises";
import {
  configure,
  consoleHandler,
  currentLogger,
  defaultRegistry,
  getLogger,
  jsonFormatter,
  shutdown,
} from "scopelog";

configure({
  handlers: { console: consoleHandler({ formatter: jsonFormatter() }) },
  loggers: { "": { level: "debug", handlers: ["console"] } },
});

/** Each request has its own scope: one line at its end, and its fine lines only if it goes wrong. */
export const perRequest = { buffer: { until: "error" }, summary: true } as const;

/** Work deep inside, which knows nothing of requests; its lines have the fields of the request all the same. */
export async function findOrder(id: string): Promise<string> {
  const log = currentLogger();
  log.debug("looking for an order", { id });
  await sleep(1);
  if (id === "broken") throw new Error("the order is broken");
  return `order ${id}\n`;
}

/** Events without an end: whoever reads them leaves one day. */
export async function* events(): AsyncGenerator<string> {
  for (let number = 1; ; number++) {
    yield `data: ${number}\n\n`;
    await sleep(20);
  }
}

/** The port that was asked for on the command line, or any that is free. */
export const port = Number(process.argv[2] ?? 0);

/** Says where the server listens, and closes it when the process is asked to end. */
export function started(address: unknown, close: () => unknown): void {
  getLogger().info("listening", { port: (address as { port: number }).port });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await close();
      getLogger().info("stopped", { live: defaultRegistry().stats().live });
      await shutdown();
      process.exit();
    });
  }
}
