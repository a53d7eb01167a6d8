// Threads that are terminated while they log: node workers.mjs <path> <port> <rounds>. All write to one file, at once.
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { fileHandler } from "../../../../src/node/file-handler.ts";
import { createRecord } from "../../../../src/record/log-record.ts";
import { syslogHandler } from "../../../../src/syslog/syslog-handler.ts";

const formatter = ({ message }: { readonly message: string }) => message;

if (isMainThread) {
  const [path = "", port = "", rounds = "5"] = process.argv.slice(2);
  const handler = fileHandler({ path, formatter });
  let n = 0;
  const log = () => handler.handle(createRecord({ message: `main ${n++} ${"x".repeat(50)} end` }));
  for (let round = 0; round < Number(rounds); round++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { path, port, round } });
    await new Promise((resolve) => worker.once("message", resolve));
    const until = performance.now() + 10 + (round % 5) * 8;
    while (performance.now() < until) {
      for (let line = 0; line < 20; line++) log();
      await sleep(0);
    }
    await worker.terminate();
  }
  for (let line = 0; line < 20; line++) log();
  await handler[Symbol.asyncDispose]();
  console.log(n);
} else {
  const { path, port, round } = workerData as { path: string; port: string; round: number };
  const { parentPort } = await import("node:worker_threads");
  const file = fileHandler({ path, formatter, sync: round % 2 === 0, flushMs: 1 });
  const net = syslogHandler({ transport: "tcp", host: "127.0.0.1", port: Number(port) });
  let n = 0;
  const log = () => {
    const record = createRecord({ message: `worker ${round} ${n++} ${"ü".repeat(50)} end` });
    file.handle(record);
    net.handle(record);
  };
  log();
  parentPort?.postMessage("logs");
  for (;;) {
    for (let line = 0; line < 20; line++) log();
    await sleep(0);
  }
}
