// The life of a scope: opened, used, ended.
import dgram from "node:dgram";
import pino from "pino";
import { configure, getScoped } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import { measure, tell } from "../measure.mjs";

configure({ forgotten: { report: "silent" }, budget: { scopes: Number.POSITIVE_INFINITY } });
const quick = process.argv.includes("--quick");
const rounds = quick ? 3 : 11;
const calls = quick ? 10_000 : 200_000;
const parent = pino({ base: null }, pino.destination({ dest: "/dev/null", sync: true, minLength: 4096 }));
const rows = [];
const row = (name, figures) => rows.push({ suite: "scope life", case: name, unit: "ns", ...figures });

row(
  "open and end",
  await measure(
    {
      scopelog: (id) => getScoped("conn", { id, peer: "127.0.0.1:4242" }).dispose(),
      pino: (id) => void parent.child({ id, peer: "127.0.0.1:4242" }),
    },
    { calls, rounds },
  ),
);

for (const origin of ["off", "sampled", "always"]) {
  const configuration = configure({
    forgotten: { report: "silent", origin },
    budget: { scopes: Number.POSITIVE_INFINITY },
  });
  const openAndEnd = (id) => getScoped("conn", { id, peer: "127.0.0.1:4242" }).dispose();
  row(
    `origin: ${origin}`,
    await measure({ scopelog: openAndEnd }, { calls: origin === "always" ? calls / 20 : calls, rounds }),
  );
  configuration[Symbol.dispose]();
}

const receiver = dgram.createSocket("udp4");
await new Promise((resolve) => receiver.bind(0, "127.0.0.1", resolve));
const { port } = receiver.address();
const keeper = getScoped("keeper", {}, { handlers: [syslogHandler({ host: "127.0.0.1", port })] });
row(
  "with an owned syslog handler",
  await measure(
    {
      scopelog: (id) =>
        getScoped(
          "conn",
          { id, peer: "127.0.0.1:4242" },
          { handlers: [syslogHandler({ host: "127.0.0.1", port })] },
        ).dispose(),
    },
    { calls: calls / 4, rounds },
  ),
);
keeper.dispose();

// The oldest goes for each that comes, as connections do.
async function whileAlive(alive) {
  const ring = Array.from({ length: alive }, (_, id) => getScoped("conn", { id, peer: "127.0.0.1:4242" }));
  let next = 0;
  const figures = await measure(
    {
      scopelog: (id) => {
        ring[next].dispose();
        ring[next] = getScoped("conn", { id, peer: "127.0.0.1:4242" });
        next = next + 1 === alive ? 0 : next + 1;
      },
    },
    { calls, rounds },
  );
  for (const scope of ring) scope.dispose();
  return figures;
}
for (const alive of [1, 100, 10_000, 100_000]) row(`while ${alive} are alive`, await whileAlive(alive));
tell(rows);
process.exit(0);
