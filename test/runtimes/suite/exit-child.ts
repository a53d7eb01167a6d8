// Logs, and ends as it is told, with lines that nobody has flushed.
import { createRegistry } from "scopelog";
import { fileHandler } from "scopelog/node";
import { endAs } from "./end-as.ts";

const [, , way, path] = process.argv as [string, string, string, string];
const registry = createRegistry({
  handlers: { file: fileHandler({ path, flushMs: 60_000, formatter: ({ message }) => message }) },
  loggers: { "": { handlers: ["file"] } },
});
const log = registry.getScoped("child");
for (let index = 0; index < 500; index++) log.info(`line ${index}`);
endAs(way);
