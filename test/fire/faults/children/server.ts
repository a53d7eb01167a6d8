// A syslog server in a process of its own, that can be stopped: node server.mjs <transport> <path or host> [cert key]. Prints its
// port, and each message it takes.
import { readFileSync } from "node:fs";
import { receive } from "./servers.ts";

const [transport = "tcp", where = "", cert, key] = process.argv.slice(2);
const identity = {
  cert: cert === undefined ? "" : readFileSync(cert, "utf8"),
  key: key === undefined ? "" : readFileSync(key, "utf8"),
};
const host = where === "" || where.startsWith("/") ? undefined : where;
const server = await receive(transport, where, identity, host);
console.log(`port ${server.port}`);
let told = 0;
setInterval(() => {
  while (told < server.messages.length) console.log(server.messages[told++]);
}, 10);
// It ends with whoever has started it.
process.stdin.resume().on("end", () => process.exit());
