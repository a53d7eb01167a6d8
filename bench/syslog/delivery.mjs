// What arrives at a real rsyslog: RELP while the server is killed and started three times, TCP without a restart, UDP at
// several paces. Run: npm run build && node bench/syslog/delivery.mjs [--messages 100000] [relp] [tcp] [udp]
// Needs Debian's rsyslog, rsyslog-relp, rsyslog-gnutls, openssl and iproute2.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const dist = process.env.SCOPELOG_DIST ?? "../../dist";
const { syslogHandler, syslogTransports } = await import(`${dist}/syslog/index.js`);
const { createRecord } = await import(`${dist}/record/log-record.js`);

const { values, positionals } = parseArgs({
  options: { messages: { type: "string", default: "100000" } },
  allowPositionals: true,
});
const messages = Number(values.messages);
const wanted = (name) => positionals.length === 0 || positionals.includes(name);

const dir = mkdtempSync(join(tmpdir(), "scopelog-delivery-"));
const start = fileURLToPath(new URL("../../test/peers/rsyslog/start", import.meta.url));
const ports = {
  UDP_PORT: 15514,
  TCP_PORT: 15601,
  TLS_PORT: 16514,
  MTLS_PORT: 16515,
  RELP_PORT: 12514,
  RELPS_PORT: 12515,
};
const env = {
  ...process.env,
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
};
let pid = 0;

function startServer() {
  pid = Number(execFileSync(start, [dir], { env }));
}

async function killServer(signal) {
  process.kill(pid, signal);
  for (;;) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) break;
      await sleep(5);
    } catch {
      break;
    }
  }
  rmSync(join(dir, "run/rsyslogd.pid"), { force: true });
}

/** How often each line of `app` arrived, once no more come. */
async function received(app) {
  let size = -1;
  for (;;) {
    const text = readFileSync(join(dir, "out/messages.jsonl"), "latin1");
    if (text.length === size) {
      const times = new Map();
      for (const line of text.split("\n")) {
        if (!line.includes(`"app":"${app}"`)) continue;
        const number = /"msg":"line (\d+)"/.exec(line)?.[1];
        if (number !== undefined) times.set(number, (times.get(number) ?? 0) + 1);
      }
      const total = [...times.values()].reduce((sum, count) => sum + count, 0);
      return { distinct: times.size, duplicates: total - times.size };
    }
    size = text.length;
    await sleep(1500);
  }
}

const log = (handler, index) => handler.handle(createRecord({ message: `line ${index}` }));
const counts = () => syslogTransports()[0]?.counts;
const host = "127.0.0.1";

try {
  startServer();
  if (wanted("relp")) {
    const options = { transport: "relp", host, port: ports.RELP_PORT, appName: "relp", lingerMs: 60_000 };
    const handler = syslogHandler({ ...options, reconnect: { maxMs: 1000 }, idleMs: 0 });
    const begin = performance.now();
    let down = 0;
    let kills = 0;
    for (let index = 0; index < messages; index++) {
      log(handler, index);
      if (index % 1000 === 999) await sleep(1);
      if (kills < 3 && index >= ((kills + 1) * messages) / 4) {
        // In the middle of it: some are acknowledged, some under way, some wait.
        const aim = counts().sent + 1000;
        while (counts().sent < Math.min(aim, index - 500)) await sleep(1);
        const stopped = performance.now();
        await killServer("SIGKILL");
        startServer();
        down += performance.now() - stopped;
        kills++;
      }
    }
    await handler.flush();
    const seconds = (performance.now() - begin) / 1000;
    const { sent, resent, connections, dropped } = counts();
    handler[Symbol.dispose]();
    const { distinct, duplicates } = await received("relp");
    console.log(
      `RELP: ${messages} messages, rsyslogd killed and started ${kills} times: ${messages - distinct} missing, ` +
        `${duplicates} duplicates (${resent} sent again), ${dropped} dropped, ${connections} connections, ` +
        `${sent} acknowledged in ${seconds.toFixed(1)} s, ${(down / 1000).toFixed(1)} s of it without a server`,
    );
    if (distinct !== messages) process.exitCode = 1;
  }
  if (wanted("tcp")) {
    const handler = syslogHandler({ transport: "tcp", host, port: ports.TCP_PORT, appName: "tcp", idleMs: 0 });
    const begin = performance.now();
    for (let index = 0; index < messages; index++) {
      log(handler, index);
      if (index % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
    }
    await handler.flush();
    const seconds = (performance.now() - begin) / 1000;
    handler[Symbol.dispose]();
    const { distinct, duplicates } = await received("tcp");
    const minute = Math.round((messages / seconds) * 60);
    console.log(
      `TCP: ${messages} messages, no restart: ${distinct} received, ${duplicates} duplicates; ` +
        `${seconds.toFixed(2)} s until the last was with the kernel, ${minute.toLocaleString("en")} lines a minute`,
    );
    if (distinct !== messages) process.exitCode = 1;
  }
  if (wanted("udp")) {
    for (const rate of [2_500, 5_000, 10_000, 20_000, 40_000]) {
      const app = `udp${rate}`;
      const handler = syslogHandler({ host, port: ports.UDP_PORT, appName: app, idleMs: 0 });
      const begin = performance.now();
      // Evenly, in steps of a millisecond or two: what is due by now is sent.
      for (let index = 0; index < messages; ) {
        const due = Math.min(messages, Math.ceil(((performance.now() - begin) / 1000) * rate));
        // After a pause of this process a burst would be measured that nobody asked for.
        for (const end = Math.min(due, index + rate / 50); index < end; index++) log(handler, index);
        await sleep(1);
      }
      await handler.flush();
      const seconds = (performance.now() - begin) / 1000;
      handler[Symbol.dispose]();
      const { distinct } = await received(app);
      console.log(
        `UDP: ${messages} messages at ${rate} a second (${Math.round(messages / seconds)} in fact): ${messages - distinct} lost`,
      );
    }
  }
} finally {
  await killServer("SIGTERM");
  rmSync(dir, { recursive: true, force: true });
}
console.log(`node ${process.version}`);
