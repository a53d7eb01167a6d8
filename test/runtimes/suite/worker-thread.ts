// What runs in a worker thread: scopes of its own, in a registry of its own.
import { parentPort, workerData } from "node:worker_threads";
import { configure, defaultRegistry, getScoped } from "scopelog";
import { fileHandler } from "scopelog/node";

const { path, way } = workerData as { path: string; way: "end" | "exit" | "stay" };
configure({
  handlers: { file: fileHandler({ path, flushMs: 60_000, sync: way === "stay", formatter: ({ message }) => message }) },
  loggers: { "": { handlers: ["file"] } },
});
for (let index = 0; index < 100; index++) {
  const log = getScoped("in-worker", { index });
  log.info(`line ${index}`);
  if (index > 0) log.dispose();
}
parentPort?.postMessage(defaultRegistry().stats());
if (way === "exit") process.exit();
else if (way === "stay") setInterval(() => {}, 1000);
