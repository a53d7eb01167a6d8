// Messages a second that are formatted and sent over UDP: scopelog against winston-syslog, alternating in one process, and
// beside them a message that is always the same and only sent, which is the floor: Node has a system call for each.
// The receiver shows first that it gets every message of both. Then it sleeps while time is taken, so that its own work
// on the same cores is not measured; what its socket cannot hold, the kernel drops, for both alike.
// Run: npm run build && node bench/syslog/udp.mjs [--messages 20000] [--rounds 5]
import { fork } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { median } from "../measure.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

if (process.argv[2] === "receiver") {
  const socket = dgram.createSocket("udp4");
  let received = 0;
  let sample = "";
  socket.on("message", (message) => {
    received++;
    sample = message.toString();
  });
  socket.bind(0, "127.0.0.1", () => process.send({ port: socket.address().port }));
  process.on("message", (what) => {
    if (what === "sleep") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    process.send({ received, sample });
    received = 0;
  });
} else {
  const { values } = parseArgs({
    options: { messages: { type: "string", default: "20000" }, rounds: { type: "string", default: "5" } },
  });
  const messages = Number(values.messages);
  const receiver = fork(new URL(import.meta.url), ["receiver"]);
  const [{ port }] = await once(receiver, "message");
  const dist = process.env.SCOPELOG_DIST ?? "../../dist";
  const { syslogHandler } = await import(`${dist}/syslog/index.js`);
  const { createRecord } = await import(`${dist}/record/log-record.js`);
  const { default: winston } = await import("winston");
  const { Syslog } = await import("winston-syslog");

  const handler = syslogHandler({ host: "127.0.0.1", port, facility: "local0", appName: "bench" });
  const transport = new Syslog({ host: "127.0.0.1", port, protocol: "udp4", type: "5424", app_name: "bench" });
  const peer = winston.createLogger({ levels: winston.config.syslog.levels, transports: [transport] });

  const rivals = {
    scopelog: (index) => handler.handle(createRecord({ message: "request served", fields: { index, ms: 12.5 } })),
    "winston-syslog": (index) => peer.info("request served", { index, ms: 12.5 }),
  };
  const socket = dgram.createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  const fixed = Buffer.from(
    '<134>1 2026-11-30T12:00:00.000Z localhost bench 1 - [fields@32473 index="1" ms="12.5"] request served',
  );
  const told = () => {};
  const contestants = { ...rivals, "sent alone": () => socket.send(fixed, told) };
  // Bursts of a hundred, and the loop turns between them: neither may put off its work to where it is not counted.
  const run = async (log, count) => {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    for (let index = 0; index < count; index += 100) {
      for (let burst = 0; burst < 100; burst++) log(index + burst);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { user, system } = process.cpuUsage(cpu);
    return { rate: count / seconds, user: user / count, system: system / count };
  };

  for (const [name, log] of Object.entries(rivals)) {
    for (let index = 0; index < 2000; index += 100) {
      await run((burst) => log(index + burst), 100);
      await sleep(5);
    }
    await sleep(200);
    receiver.send("count");
    const [{ received, sample }] = await once(receiver, "message");
    console.log(`${name}: ${received} of 2000 received, the last: ${sample}`);
    if (received !== 2000) process.exitCode = 1;
  }
  receiver.send("sleep");
  const rounds = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, log] of Object.entries(contestants)) rounds[name].push(await run(log, messages));
  }
  const of = (name, key) => median(rounds[name].map((one) => one[key]));
  console.table(
    Object.fromEntries(
      Object.keys(contestants).map((name) => [
        name,
        {
          "messages/s": Math.round(of(name, "rate")),
          "us each": +(1e6 / of(name, "rate")).toFixed(1),
          "user us": +of(name, "user").toFixed(1),
          "system us": +of(name, "system").toFixed(1),
        },
      ]),
    ),
  );
  // Within a round: a shared machine is for seconds twice as fast as for others.
  const ratio = (name) =>
    median(rounds[name].map(({ rate }, at) => rate / rounds["winston-syslog"][at].rate)).toFixed(2);
  console.log(
    `of winston-syslog's: scopelog ${ratio("scopelog")}, sent alone ${ratio("sent alone")}, ${process.version}`,
  );
  handler[Symbol.dispose]();
  transport.close();
  socket.close();
  receiver.kill("SIGKILL");
}
