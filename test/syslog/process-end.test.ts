import type { SyslogOptions } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChild } from "./support/child.ts";
import { uniqueName } from "./support/record.ts";
import { hasRsyslog, hasUnixDgram, Rsyslog } from "./support/rsyslog.ts";
import { TcpReceiver } from "./support/sockets.ts";

// A receiver's socket holds some 270 datagrams by default, and what comes too fast for it is lost.
const linesOver = (name: string) => (name === "udp" ? 100 : 500);

describe.runIf(hasRsyslog)("the end of the process", () => {
  let peer: Rsyslog;
  beforeAll(async () => {
    peer = await Rsyslog.start();
  });
  afterAll(() => peer?.[Symbol.asyncDispose]());

  const pem = (name: "ca.crt" | "client.crt" | "client.key") => peer.certificate(name).toString();
  const mutual = () => ({ ca: pem("ca.crt"), cert: pem("client.crt"), key: pem("client.key") });
  const ways: Record<string, () => SyslogOptions> = {
    udp: () => ({ host: "127.0.0.1", port: peer.ports.udp }),
    tcp: () => ({ transport: "tcp", host: "127.0.0.1", port: peer.ports.tcp }),
    tls: () => ({ transport: "tls", port: peer.ports.mtls, tls: mutual() }),
    unix: () => ({ transport: "unix", path: peer.stream }),
    "unix-dgram": () => ({ transport: "unix-dgram", path: peer.datagram }),
    relp: () => ({ transport: "relp", host: "127.0.0.1", port: peer.ports.relp }),
    relps: () => ({ transport: "relps", port: peer.ports.relps, tls: mutual() }),
  };
  /** The last line's number is in its message. */
  const scenario = (name: string, appName: string, before: string, after: string) => `
    const handler = handlerFor(${JSON.stringify({ ...ways[name]?.(), appName })});
    ${before}
    for (let index = 0; index < ${linesOver(name)}; index++) log(handler, "line " + index);
    ${after}`;
  // A connection is made and has carried a line.
  const connected = `log(handler, "first"); await handler.flush();`;

  async function arrived(appName: string, count: number): Promise<string[]> {
    const messages = await peer.of(appName, count);
    return messages.map(({ msg }) => msg).filter((msg) => msg !== "first");
  }

  if (!hasUnixDgram) delete ways["unix-dgram"];

  for (const name of Object.keys(ways)) {
    const lines = linesOver(name);
    const all = Array.from({ length: lines }, (_, index) => `line ${index}`);

    it(`loses nothing over ${name} when the process comes to its natural end`, async () => {
      const appName = uniqueName(`natural-${name}`);
      const end = await runChild(scenario(name, appName, "", ""));
      expect(end, end.output).toMatchObject({ code: 0, output: "" });
      expect(await arrived(appName, lines)).toEqual(all);
    });

    it(`loses nothing over ${name} with a handler that was closed, or flushed, before process.exit()`, async () => {
      const appName = uniqueName(`closed-${name}`);
      const end = await runChild(scenario(name, appName, "", "await handler[Symbol.asyncDispose](); process.exit(7);"));
      expect(end, end.output).toMatchObject({ code: 7, output: "" });
      expect(await arrived(appName, lines)).toEqual(all);
    });

    it(`brings out over ${name} what the kernel takes when process.exit() follows the last line`, async () => {
      const appName = uniqueName(`exit-${name}`);
      const end = await runChild(scenario(name, appName, connected, "process.exit(7);"));
      expect(end, end.output).toMatchObject({ code: 7, output: "" });
      expect(await arrived(appName, lines + 1)).toEqual(all);
    });

    it(`brings out over ${name} what the kernel takes when an exception ends the process`, async () => {
      const appName = uniqueName(`throw-${name}`);
      const end = await runChild(scenario(name, appName, connected, "throw new Error('uncaught');"));
      expect(end.code).toBe(1);
      expect(await arrived(appName, lines + 1)).toEqual(all);
    });

    if (name !== "unix-dgram") {
      it(`loses nothing over ${name} with drainOnExit when process.exit() follows the first line`, async () => {
        const appName = uniqueName(`drain-${name}`);
        const options = { ...ways[name]?.(), appName, drainOnExit: true };
        const end = await runChild(`
          const handler = handlerFor(${JSON.stringify(options)});
          for (let index = 0; index < ${lines}; index++) log(handler, "line " + index);
          process.on("exit", () => console.log(JSON.stringify(transports()[0].counts)));
          process.exit(7);`);
        expect(end.code, end.output).toBe(7);
        // A datagram is gone once it is sent, so it may come a moment later than its number.
        expect([...new Set(await arrived(appName, lines))]).toEqual(all);
        expect(JSON.parse(end.output)).toMatchObject({ accepted: lines, sent: lines, dropped: 0 });
      });
    }

    it(`loses over ${name} only what was logged in the turn of the loop that SIGKILL ends`, async () => {
      const appName = uniqueName(`kill-${name}`);
      const after = `${/relp|dgram/.test(name) ? "await handler.flush();" : "await sleep(0); await sleep(0);"} console.log("ready"); await sleep(60_000);`;
      const end = await runChild(scenario(name, appName, connected, after), "SIGKILL");
      expect(end.signal).toBe("SIGKILL");
      expect(await arrived(appName, lines + 1)).toEqual(all);
    });
  }
});

describe("a process whose server takes nothing", () => {
  const ends = async (options: object, extra = "") => {
    const end = await runChild(`
      const handler = handlerFor(${JSON.stringify({ lingerMs: 400, ...options })});
      process.on("exit", () => console.log(JSON.stringify(transports().map(({ counts, pending }) => ({ ...counts, pending })))));
      ${extra}
      for (let index = 0; index < 20_000; index++) log(handler, "x".repeat(1000));
    `);
    expect(end.code, end.output).toBe(0);
    expect(end.ms).toBeLessThan(15_000);
    return end;
  };

  it("ends after the linger when nobody listens", async () => {
    await using gone = await TcpReceiver.start();
    const { port } = gone;
    await gone[Symbol.asyncDispose]();
    for (const transport of ["tcp", "relp", "tls"]) await ends({ transport, host: "127.0.0.1", port });
  });

  it("ends after the linger when the server does not read, and after a second linger if it was connected again", async () => {
    await using server = await TcpReceiver.start();
    server.reads = false;
    for (const transport of ["tcp", "relp", "tls"]) await ends({ transport, host: "127.0.0.1", port: server.port });
  });

  it("is held by no timer while it waits for a server, once the linger is over", async () => {
    const end = await runChild(`
      const handler = handlerFor({ transport: "tcp", host: "127.0.0.1", port: 1, lingerMs: 0 });
      log(handler, "x");`);
    expect(end.code, end.output).toBe(0);
  });

  it("is not held by an open connection that has nothing to do", async () => {
    await using server = await TcpReceiver.start();
    const { port } = server;
    const end = await runChild(`
      const handler = handlerFor({ transport: "tcp", host: "127.0.0.1", port: ${port}, lingerMs: 60_000, idleMs: 60_000 });
      log(handler, "x");`);
    expect(end.code, end.output).toBe(0);
    expect(end.ms).toBeLessThan(15_000);
    expect(server.messages).toHaveLength(1);
  });
});
