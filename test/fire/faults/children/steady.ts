// Logs without an end to a file, and to a server over TCP if there is one: node steady.mjs <path> [port]. The signals of
// operators are answered: SIGHUP opens the file anew, SIGUSR2 lists the scopes, SIGTERM ends it with everything out.
import { configure, getLogger, shutdown } from "../../../../src/index.ts";
import { dumpScopesOnSignal } from "../../../../src/node/dump-on-signal.ts";
import { fileHandler } from "../../../../src/node/file-handler.ts";
import { flushOnSignals } from "../../../../src/node/flush-on-signals.ts";
import { reopenOnSignal } from "../../../../src/node/reopen-on-signal.ts";
import { syslogHandler } from "../../../../src/syslog/syslog-handler.ts";

const [path = "", port] = process.argv.slice(2);
const formatter = ({ message }: { readonly message: string }) => message;
const file = fileHandler({ path, formatter });
configure({
  handlers: {
    file,
    ...(port === undefined
      ? {}
      : { net: syslogHandler({ transport: "tcp", host: "127.0.0.1", port: Number(port), formatter }) }),
  },
  loggers: { "": { level: "info", handlers: port === undefined ? ["file"] : ["file", "net"] } },
  onError: ({ code, message }) => process.stderr.write(`${code} ${message}\n`),
});
reopenOnSignal("SIGHUP");
dumpScopesOnSignal();
let logged = 0;
flushOnSignals({
  signals: ["SIGTERM"],
  async finish() {
    clearInterval(timer);
    await shutdown();
    process.stdout.write(`logged ${logged}\n`);
  },
});
const log = getLogger();
const timer = setInterval(() => {
  for (let n = 0; n < 20; n++) log.info(`line ${logged++} ü end;`);
}, 1);
process.stdout.write("ready\n");
