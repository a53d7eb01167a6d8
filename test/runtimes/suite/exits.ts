import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { check, equal, inGroup } from "./check.ts";
import { inFolder, join, run } from "./children.ts";
import { waitUntil } from "./gc.ts";

inGroup("end of the process");

const ways = [
  ["natural", "a natural end", 0],
  ["exit", "process.exit()", 3],
  ["throw", "an exception that nobody catches", 1],
  ["reject", "a rejection that nobody handles", 1],
  ...("Deno" in globalThis ? ([["deno", "Deno.exit()", 3]] as const) : []),
] as const;

/** One process for each way, all at once: most of their time they start. */
let ended: Map<string, Promise<{ status: number | null; stderr: string; lines: number }>> | undefined;

function endAll(): NonNullable<typeof ended> {
  return new Map(ways.map(([way]) => [way, end(way)]));
}

async function end(way: string): Promise<{ status: number | null; stderr: string; lines: number }> {
  return await inFolder(async (folder) => {
    const path = join(folder, "child.log");
    const { code, stderr } = await run("exit-child", way, path);
    return { status: code, stderr, lines: readFileSync(path, "utf8").split("\n").length - 1 };
  });
}

for (const [way, name, expected] of ways) {
  check(`${name} brings out what the file handler holds`, async () => {
    ended ??= endAll();
    const result = await ended.get(way);
    equal(result?.status, expected, `the exit code (${result?.stderr.slice(0, 500)})`);
    equal(result?.lines, 500, "lines in the file");
  });
}

/** What a child brings to a server of ours that ends so, in lines. */
async function endWithSyslog(transport: "udp" | "tcp", way: string) {
  let text = "";
  const lines = () => text.split("<14>1 ").length - 1;
  const take = (data: Buffer) => void (text += data.toString());
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on("data", take)));
  const receiver = createSocket({ type: "udp4", recvBufferSize: 1024 * 1024 }).on("message", take);
  server.listen(0, "127.0.0.1");
  receiver.bind(0, "127.0.0.1");
  await Promise.all([once(server, "listening"), once(receiver, "listening")]);
  const { port } = (transport === "udp" ? receiver : server).address() as AddressInfo;
  try {
    const ended = await run("syslog-child", transport, way, String(port));
    await waitUntil(() => lines() >= 50, `fifty lines (${ended.stderr.slice(0, 500)})`);
    return { ...ended, lines: lines() };
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    receiver.close();
  }
}

for (const transport of ["udp", "tcp"] as const) {
  for (const [way, name, expected] of ways) {
    check(`${name} brings out what goes to syslog over ${transport}`, async () => {
      const { code, stderr, lines } = await endWithSyslog(transport, way);
      equal(code, expected, `the exit code (${stderr.slice(0, 500)})`);
      if (way === "natural" || way === "exit") equal(stderr, "");
      equal(lines, 50, "lines at the server");
    });
  }
}
