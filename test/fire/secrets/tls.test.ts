import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type TlsOptions } from "node:tls";
import type { Problem } from "scopelog";
import { type SyslogOptions, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { record } from "../../syslog/support/record.ts";
import { TroubleHearer } from "../../syslog/support/trouble.ts";
import { until } from "../../syslog/support/until.ts";
import { Authority, type Certificate, hasOpenssl, type Wanted } from "../support/certificates.ts";
import { noteFigure } from "../support/figure.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-tls-"));
let authority: Authority;
let leaf: Certificate;
beforeAll(() => {
  if (!hasOpenssl) return;
  authority = new Authority(folder);
  leaf = authority.make("leaf", { names: "IP:127.0.0.1" });
  // All before the first connection: to make one blocks, and a handshake has but some seconds.
  for (const { wanted } of [...trusted, ...suspicious]) make(wanted);
});
let refused = 0;
// Hears what is told after a test's own hearer is gone.
const listener = new TroubleHearer();
afterAll(() => {
  listener[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  noteFigure("secrets", "TLS servers refused", refused);
});

/** A real server, and what came to it as plain text. */
async function serve(options: TlsOptions) {
  const heard = { text: "", handshakes: 0, attempts: 0 };
  const server = createServer(options, (socket) => {
    heard.handshakes++;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      heard.text += bytes.toString();
    });
  });
  server.on("connection", () => heard.attempts++);
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    heard,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

interface Outcome {
  readonly text: string;
  readonly attempts: number;
  readonly problems: readonly Problem[];
  readonly code: unknown;
  readonly sent: number;
}

const secret = "s3cr3t line";

/** What becomes of a line for a server with `options`: it either comes out there, or something is told. */
async function outcome(server: TlsOptions, client: SyslogOptions): Promise<Outcome> {
  await using peer = await serve(server);
  using trouble = new TroubleHearer();
  const handler = syslogHandler({ host: "127.0.0.1", port: peer.port, lingerMs: 3000, shared: false, ...client });
  handler.handle(record(secret));
  const { heard } = peer;
  const through = client.transport === "relps" ? "relp_version" : secret;
  const told = () => trouble.problems.filter(({ message }) => message.includes(`:${peer.port} `));
  const refusals = () => told().filter(({ message }) => !message.includes("all the same"));
  await until(() => heard.text.includes(through) || refusals().length > 0, "the line came, or it was told why not");
  // Nor is it given anything when it is asked again.
  if (heard.text === "") await until(() => heard.attempts > 1 || heard.text !== "", "a second attempt");
  const [transport] = syslogTransports().filter(({ destination }) => destination.endsWith(`:${peer.port}`));
  const counts = transport?.counts;
  handler[Symbol.dispose]();
  const problems = told();
  const [cause] = problems.map((problem) => (problem.cause as { code?: unknown } | undefined)?.code);
  return { text: heard.text, attempts: heard.attempts, problems, code: cause, sent: counts?.sent ?? 0 };
}

interface Case {
  readonly name: string;
  readonly wanted: Wanted;
  readonly client?: SyslogOptions["tls"];
  readonly host?: string;
  readonly server?: TlsOptions;
}

const altName = "ERR_TLS_CERT_ALTNAME_INVALID";
const named = (servername: string) => ({ servername });

const trusted: readonly Case[] = [
  { name: "the address as alternative name", wanted: { names: "IP:127.0.0.1" } },
  { name: "the name as alternative name", wanted: { names: "DNS:log.example.org" }, client: named("log.example.org") },
  { name: "the name in other letters", wanted: { names: "DNS:LOG.example.org" }, client: named("log.Example.org") },
  { name: "one of several names", wanted: { names: "DNS:a.org,IP:127.0.0.1,DNS:b.org" } },
  { name: "a wildcard for one label", wanted: { names: "DNS:*.example.org" }, client: named("log.example.org") },
  // RFC 5425 section 5.2 lets the common name count where there is no alternative name.
  { name: "the name as common name alone", wanted: { cn: "log.example.org" }, client: named("log.example.org") },
];

const suspicious: readonly (Case & { code: string | RegExp })[] = [
  { name: "signed by itself", wanted: { names: "IP:127.0.0.1", by: "self" }, code: /SELF_SIGNED|UNABLE_TO_VERIFY/ },
  { name: "of an unknown authority", wanted: { names: "IP:127.0.0.1", by: "stranger" }, code: /UNABLE_TO|SELF_SIGNED/ },
  { name: "expired", wanted: { names: "IP:127.0.0.1", expired: true }, code: "CERT_HAS_EXPIRED" },
  { name: "of another host", wanted: { names: "DNS:other.org" }, client: named("log.example.org"), code: altName },
  { name: "of another address", wanted: { names: "IP:127.0.0.2" }, code: altName },
  { name: "of the address, written as a name", wanted: { names: "DNS:127.0.0.1" }, code: altName },
  { name: "of the address as common name", wanted: { cn: "127.0.0.1" }, code: altName },
  { name: "of the host as common name, with another alternative name", wanted: { cn: "log.example.org", names: "DNS:other.org" }, client: named("log.example.org"), code: altName },
  { name: "of a common name that a terminal would obey", wanted: { cn: "\u001b]0;owned\u0007\u202e" }, client: named("log.example.org"), code: altName },
  { name: "of alternative names that a terminal would obey", wanted: { names: "DNS:\u001b[2J.example.org" }, client: named("log.example.org"), code: altName },
  { name: "of no name", wanted: {}, client: named("log.example.org"), code: /ERR_TLS_CERT_ALTNAME_/ },
  { name: "of a wildcard, two labels away", wanted: { names: "DNS:*.example.org" }, client: named("a.b.example.org"), code: altName },
  { name: "of a wildcard, for the name without it", wanted: { names: "DNS:*.example.org" }, client: named("example.org"), code: altName },
  { name: "of a wildcard for a whole domain", wanted: { names: "DNS:*.org" }, client: named("example.org"), code: altName },
  { name: "of a wildcard in the middle", wanted: { names: "DNS:log.*.org" }, client: named("log.example.org"), code: altName },
  { name: "of a name that only ends alike", wanted: { names: "DNS:evil-example.org" }, client: named("example.org"), code: altName },
  { name: "of a client", wanted: { names: "IP:127.0.0.1", extensions: ["extendedKeyUsage=clientAuth"] }, code: /INVALID_PURPOSE|UNSUITABLE/i },
  { name: "signed by a server", wanted: { names: "IP:127.0.0.1", by: "leaf" }, code: /UNABLE_TO|INVALID_CA|INVALID_PURPOSE/ },
  { name: "without the name that was asked for by address", wanted: { names: "DNS:localhost" }, code: altName },
  { name: "right, in TLS 1.1", wanted: { names: "IP:127.0.0.1" }, server: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }, code: /ERR_SSL|EPROTO|ECONNRESET/ },
]; // biome-ignore format: a table

const known = new Map<string, Certificate>();

function make(wanted: Wanted): Certificate {
  const name = JSON.stringify(wanted);
  let made = known.get(name);
  if (made === undefined) {
    made = authority.make(`c${known.size}`, wanted);
    // Whoever has a right certificate is no authority.
    if (wanted.by === "leaf") made = { key: made.key, cert: made.cert + leaf.cert };
    known.set(name, made);
  }
  return made;
}

describe.skipIf(!hasOpenssl).each(["tls", "relps"] as const)("over %s, a server with a certificate", (transport) => {
  test.concurrent.each(trusted)("of $name is trusted", async ({ wanted, client, host }) => {
    const tls = { ca: authority.trusted(), ...client };
    const { text, problems } = await outcome(make(wanted), { transport, tls, ...(host && { host }) });
    expect(text).toContain(transport === "tls" ? secret : "relp_version");
    expect(problems.filter(({ cause }) => cause !== undefined)).toEqual([]);
  });

  test.concurrent.each(suspicious)("$name gets nothing, and that is told", async ({ wanted, client, code, server }) => {
    const tls = { ca: authority.trusted(), ...client };
    const result = await outcome({ ...make(wanted), ...server }, { transport, tls });
    expect(result).toMatchObject({ text: "", sent: 0 });
    expect(result.problems[0]).toMatchObject({ code: "SCOPELOG_WARN_TRANSPORT" });
    expect(result.problems[0]?.message).toContain(`${transport}://127.0.0.1:`);
    expect(result.problems[0]?.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    if (typeof code === "string") expect(result.code).toBe(code);
    else expect(String(result.code)).toMatch(code);
    refused++;
  });

  test("that is right is not, for who asked for nothing but the system's authorities", async () => {
    const result = await outcome(make({ names: "IP:127.0.0.1" }), { transport });
    expect(result).toMatchObject({ text: "", sent: 0 });
    refused++;
  });

  test("that is wrong is refused whatever NODE_TLS_REJECT_UNAUTHORIZED says, or an option that is not false", async () => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      for (const given of [undefined, {}, { rejectUnauthorized: undefined }, { rejectUnauthorized: 0 as never }]) {
        const result = await outcome(make({ names: "IP:127.0.0.1", by: "stranger" }), { transport, tls: given });
        expect(result).toMatchObject({ text: "", sent: 0 });
        refused++;
      }
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, "NODE_TLS_REJECT_UNAUTHORIZED");
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    }
  });

  test("that is wrong gets the lines if rejectUnauthorized is false, and that is told", async () => {
    for (const wanted of [{ names: "IP:127.0.0.1", by: "stranger" }, { names: "DNS:other.org" }]) {
      const tls = { ca: authority.trusted(), rejectUnauthorized: false };
      const { text, problems } = await outcome(make(wanted), { transport, tls });
      expect(text).toContain(transport === "tls" ? secret : "relp_version");
      expect(problems[0]).toMatchObject({ code: "SCOPELOG_WARN_TRANSPORT" });
      expect(problems[0]?.message).toMatch(/^relps|^tls/);
      expect(problems[0]?.message).toContain("tls.rejectUnauthorized is false");
    }
  });
});
