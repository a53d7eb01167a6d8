// Workers of a cluster that are disconnected while they log: node cluster.mjs <folder> <port> <workers>
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileHandler } from "../../../../src/node/file-handler.ts";
import { createRecord } from "../../../../src/record/log-record.ts";
import { syslogHandler } from "../../../../src/syslog/syslog-handler.ts";

const [folder = "", port = "", count = "2"] = process.argv.slice(2);

if (cluster.isPrimary) {
  const codes: unknown[] = [];
  for (let n = 0; n < Number(count); n++) {
    const worker = cluster.fork();
    await once(worker, "message");
    await sleep(30);
    worker.disconnect();
    codes.push((await once(worker, "exit"))[0]);
  }
  console.log(JSON.stringify(codes));
} else {
  const id = cluster.worker?.id;
  const formatter = ({ message }: { readonly message: string }) => message;
  const handlers = [
    fileHandler({ path: `${folder}/${id}.log`, formatter }),
    syslogHandler({ transport: "tcp", host: "127.0.0.1", port: Number(port), formatter }),
    syslogHandler({ host: "127.0.0.1", port: Number(port), formatter: () => "udp" }),
  ];
  let n = 0;
  const log = () => {
    const record = createRecord({ message: `worker ${id} line ${n++};` });
    for (const handler of handlers) handler.handle(record);
  };
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  log();
  process.send?.("logs");
  const timer = setInterval(() => {
    for (let line = 0; line < 20; line++) log();
  }, 1);
  // Nobody calls exit: the loop has nothing to do any more.
  process.on("disconnect", () => {
    clearInterval(timer);
    log();
    process.stderr.write(`worker ${id} logged ${n}\n`);
  });
}
