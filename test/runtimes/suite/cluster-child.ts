// A cluster of two workers that write to one file, a line each on their own scopes.
import cluster from "node:cluster";
import { configure, defaultRegistry, getScoped } from "scopelog";
import { fileHandler } from "scopelog/node";

const path = process.argv[2] as string;
const lines = 200;

if (cluster.isPrimary) {
  let left = 2;
  const opened: number[] = [];
  for (let index = 0; index < 2; index++) {
    const worker = cluster.fork();
    worker.on("message", (message: { opened: number }) => opened.push(message.opened));
    worker.on("exit", () => {
      if (--left > 0) return;
      console.log(JSON.stringify({ opened, primary: defaultRegistry().stats().opened }));
      process.exit();
    });
  }
} else {
  configure({ handlers: { file: fileHandler(path) }, loggers: { "": { handlers: ["file"] } } });
  for (let index = 0; index < lines; index++) {
    const log = getScoped("request", { worker: cluster.worker?.id, index });
    log.info("served");
    log.dispose();
  }
  process.send?.({ opened: defaultRegistry().stats().opened }, undefined, undefined, () => process.exit());
}
