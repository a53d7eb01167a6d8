// Logs to a syslog server, and ends as it is told, while the connection is open.
import { createRegistry } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import { endAs } from "./end-as.ts";

const [, , transport, way, port] = process.argv as [string, string, "udp" | "tcp", string, string];
const syslog = syslogHandler({ transport, host: "127.0.0.1", port: Number(port) });
const registry = createRegistry({ handlers: { syslog }, loggers: { "": { handlers: ["syslog"] } } });
const log = registry.getLogger("child");
log.info("line 0");
await syslog.flush();
for (let index = 1; index < 50; index++) log.info(`line ${index}`);
endAs(way);
