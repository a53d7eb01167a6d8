import type { Problem } from "scopelog";
import { type SyslogOptions, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { record, uniqueName } from "./support/record.ts";
import { hasRsyslog, hasUnixDgram, type Parsed, Rsyslog } from "./support/rsyslog.ts";
import { TroubleHearer } from "./support/trouble.ts";
import { until } from "./support/until.ts";

const codeOf = (problem: Problem | undefined) => (problem?.cause as NodeJS.ErrnoException | undefined)?.code;

// Against the real server: what it has parsed must be what was sent.
describe.runIf(hasRsyslog)("a real rsyslog", () => {
  let peer: Rsyslog;
  beforeAll(async () => {
    peer = await Rsyslog.start();
  });
  afterAll(() => peer?.[Symbol.asyncDispose]());

  const ways: Record<string, () => SyslogOptions> = {
    udp: () => ({ host: "127.0.0.1", port: peer.ports.udp }),
    "udp by name": () => ({ host: "localhost", port: peer.ports.udp }),
    tcp: () => ({ transport: "tcp", host: "127.0.0.1", port: peer.ports.tcp }),
    "tcp with line feeds": () => ({ transport: "tcp", host: "127.0.0.1", port: peer.ports.tcp, framing: "lf" }),
    tls: () => ({ transport: "tls", port: peer.ports.tls, tls: { ca: peer.certificate("ca.crt") } }),
    "mutual tls": () => ({ transport: "tls", port: peer.ports.mtls, tls: mutual() }),
    unix: () => ({ transport: "unix", path: peer.stream }),
    "unix datagram": () => ({ transport: "unix-dgram", path: peer.datagram }),
    relp: () => ({ transport: "relp", host: "127.0.0.1", port: peer.ports.relp }),
    "relp over tls": () => ({ transport: "relps", port: peer.ports.relps, tls: mutual() }),
  };
  const mutual = () => ({
    ca: peer.certificate("ca.crt"),
    cert: peer.certificate("client.crt"),
    key: peer.certificate("client.key"),
  });

  if (!hasUnixDgram) delete ways["unix datagram"];

  for (const [name, options] of Object.entries(ways)) {
    it(`takes every part of RFC 5424 over ${name}`, async () => {
      const appName = uniqueName("app");
      const message = 'hällo "wörld" €😀 [x]\\ 50%';
      const peerField = 'quote " backslash \\ bracket ] both \\" ünï 😀';
      await using handler = syslogHandler({
        ...options(),
        facility: "local3",
        appName,
        procId: "worker/7",
        msgId: "REQ",
        hostname: "web-1.example.org",
        sdId: "app@32473.1",
        structuredData: { "origin@32473": { software: 'scope"log]', version: "1\\2" } },
      });
      const time = Date.UTC(2025, 0, 2, 3, 4, 5, 67);
      handler.handle(
        record(message, {
          time,
          levelNumber: 50,
          logger: "net.conn",
          scope: "conn#17",
          bound: { peer: peerField },
          fields: { bytes: 1234, ok: true, nested: { a: [1, "]"] } },
        }),
      );
      await handler.flush();
      const [got] = await peer.of(appName, 1);
      expect(got).toMatchObject({
        pri: String(19 * 8 + 3),
        fac: "local3",
        sev: "3",
        ver: "1",
        host: "web-1.example.org",
        app: appName,
        procid: "worker/7",
        msgid: "REQ",
        msg: message,
      });
      expect(Date.parse(got?.ts as string)).toBe(time);
      expect(got?.["rfc5424-sd"]).toEqual({
        "origin@32473": { software: 'scope"log]', version: "1\\2" },
        "app@32473.1": {
          logger: "net.conn",
          scope: "conn#17",
          peer: peerField,
          bytes: "1234",
          ok: "true",
          nested: '{"a":[1,"]"]}',
        },
      });
    });

    it(`keeps messages apart and in order over ${name}`, async () => {
      const appName = uniqueName("many");
      const sent = Array.from({ length: 200 }, (_, index) => `line ${index} ${"ü".repeat(index % 37)}\n<13>1 - - - -`);
      {
        await using handler = syslogHandler({ ...options(), appName });
        for (const line of sent) handler.handle(record(line));
      }
      const got = await peer.of(appName, sent.length);
      const escaped = sent.map((line) => line.replace("\n", "\\n"));
      expect(got.map(({ msg }) => msg)).toEqual(escaped);
    });
  }

  it("takes RFC 3164", async () => {
    const appName = uniqueName("bsd");
    await using handler = syslogHandler({
      host: "127.0.0.1",
      port: peer.ports.udp,
      format: "rfc3164",
      appName,
      procId: 4711,
      hostname: "web-1",
      facility: 4,
    });
    handler.handle(record("said höllo", { levelNumber: 60, fields: { user: "a b", n: 1 } }));
    const [got] = await peer.of(appName, 1);
    expect(got).toMatchObject({ pri: "34", host: "web-1", app: appName, procid: "4711" });
    expect(got?.msg).toBe(' said höllo user="a b" n=1');
  });

  it("takes control characters as they are where that was chosen and the framing allows it", async () => {
    const message = "one\ntwo\tthree \u001b[31mred\u001b[0m";
    for (const [name, msg] of [
      ["tcp", message],
      ["udp", message],
      ["relp", message],
      ["tcp with line feeds", message.replace("\n", "\\n")],
    ] as const) {
      const appName = uniqueName("control");
      await using handler = syslogHandler({ ...ways[name]?.(), appName, controlCharacters: "keep" });
      handler.handle(record(message));
      expect((await peer.of(appName, 1))[0]?.msg, name).toBe(msg);
    }
  });

  it("takes a byte order mark where that was chosen", async () => {
    const appName = uniqueName("bom");
    await using handler = syslogHandler({ ...ways["tcp"]?.(), appName, bom: true });
    handler.handle(record("ä"));
    expect((await peer.of(appName, 1))[0]?.raw).toMatch(/ - \ufeffä$/);
  });

  it("takes a cut message, cut between characters and with its structured data whole", async () => {
    const appName = uniqueName("cut");
    const options = { host: "127.0.0.1", port: peer.ports.udp, appName, maxMessageBytes: 600 };
    await using handler = syslogHandler(options);
    for (let length = 0; length < 8; length++) {
      handler.handle(record(`${"x".repeat(length)}${"😀".repeat(400)}`, { fields: { user: "ada" } }));
    }
    for (const got of (await peer.of(appName, 8)) as Parsed[]) {
      expect(Buffer.byteLength(got.raw)).toBeLessThanOrEqual(600);
      expect(Buffer.byteLength(got.raw)).toBeGreaterThan(595);
      expect(got.msg).toMatch(/^x*(😀)+\[truncated\]$/u);
      expect(got["rfc5424-sd"]).toEqual({ "fields@32473": { user: "ada" } });
    }
  });

  it("is not trusted with a certificate of somebody else", async () => {
    using trouble = new TroubleHearer();
    const appName = uniqueName("untrusted");
    // No `ca`: the test's own authority is not among the system's.
    const handler = syslogHandler({ transport: "tls", port: peer.ports.tls, appName, lingerMs: 300, shared: false });
    handler.handle(record("secret"));
    await until(() => trouble.of("SCOPELOG_WARN_TRANSPORT").length > 0, "it was told");
    expect(trouble.problems[0]?.message).toContain(`tls://localhost:${peer.ports.tls}`);
    expect(codeOf(trouble.problems[0])).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/);
    await handler[Symbol.asyncDispose]();
    expect(peer.messages().filter(({ app }) => app === appName)).toEqual([]);
  });

  it("is not trusted under another name than its certificate's", async () => {
    using trouble = new TroubleHearer();
    const tls = { ca: peer.certificate("ca.crt"), servername: "elsewhere.example.org" };
    const host = "127.0.0.1";
    const handler = syslogHandler({ transport: "tls", host, port: peer.ports.tls, tls, lingerMs: 300, shared: false });
    handler.handle(record("secret"));
    await until(() => trouble.of("SCOPELOG_WARN_TRANSPORT", host).length > 0, "it was told");
    expect(codeOf(trouble.problems[0])).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    await handler[Symbol.asyncDispose]();
  });

  it("loses no line to a server that refuses the client only after the handshake", async () => {
    using trouble = new TroubleHearer();
    const appName = uniqueName("stranger");
    // Mutual TLS without a certificate of ours.
    const tls = { ca: peer.certificate("ca.crt") };
    const handler = syslogHandler({
      transport: "tls",
      host: "127.0.0.1",
      port: peer.ports.mtls,
      tls,
      appName,
      lingerMs: 2000,
      shared: false,
    });
    for (let index = 0; index < 10; index++) handler.handle(record(`line ${index}`));
    await until(() => trouble.of("SCOPELOG_WARN_TRANSPORT", `127.0.0.1:${peer.ports.mtls}`).length > 0, "it was told");
    const [info] = syslogTransports().filter(({ destination }) => destination.endsWith(`127.0.0.1:${peer.ports.mtls}`));
    expect(info?.counts).toMatchObject({ accepted: 10, sent: 0, unconfirmed: 0 });
    await handler[Symbol.asyncDispose]();
  });
});
