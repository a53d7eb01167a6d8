import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SyslogOptions, syslogHandler } from "scopelog/syslog";
import { expect, it } from "vitest";
import { leaseCounts } from "../../src/lifetime/lease.ts";
import { makeSettings } from "../../src/syslog/settings.ts";
import { settingsFor } from "../../src/syslog/settings-memo.ts";
import { expectCode } from "../support/errors.ts";
import { built, runChild } from "./support/child.ts";

const wrong: [SyslogOptions | Record<string, unknown>, string][] = [
  [{ transport: "sctp" }, "transport"],
  [{ hosts: "a" }, "hosts"],
  [{ host: "" }, "host"],
  [{ host: 7 }, "host"],
  [{ port: 0 }, "port"],
  [{ port: 65536 }, "port"],
  [{ port: "514" }, "port"],
  [{ path: "/dev/log" }, "path"],
  [{ transport: "unix" }, "path"],
  [{ transport: "unix", path: "/x", host: "a" }, "host"],
  [{ transport: "unix", path: "/x", port: 1 }, "port"],
  [{ facility: 24 }, "facility"],
  [{ facility: "local8" }, "facility"],
  [{ appName: "two words" }, "appName"],
  [{ appName: "x".repeat(49) }, "appName"],
  [{ appName: "" }, "appName"],
  [{ procId: "ä" }, "procId"],
  [{ msgId: "x".repeat(33) }, "msgId"],
  [{ hostname: "x".repeat(256) }, "hostname"],
  [{ format: "json" }, "format"],
  [{ framing: "lf" }, "framing"],
  [{ transport: "tcp", framing: "crlf" }, "framing"],
  [{ structuredData: { "no id": {} } }, "structuredData"],
  [{ structuredData: { "a@b": {} } }, "structuredData"],
  [{ structuredData: { "a@1": { "x=y": "1" } } }, "structuredData"],
  [{ structuredData: { "a@1": { x: 1 } } }, "structuredData"],
  [{ structuredData: { "a@1": null } }, "structuredData"],
  [{ sdId: "two words" }, "sdId"],
  [{ sdId: "x".repeat(33) }, "sdId"],
  [{ bom: 1 }, "bom"],
  [{ controlCharacters: "drop" }, "controlCharacters"],
  [{ maxMessageBytes: 479 }, "maxMessageBytes"],
  [{ maxMessageBytes: 65_508 }, "maxMessageBytes"],
  [{ drainOnExit: 1 }, "drainOnExit"],
  [{ tls: {} }, "tls"],
  [{ transport: "tls", tls: true }, "tls"],
  [{ queue: { maxBytes: 10 } }, "queue.maxBytes"],
  [{ queue: { overflow: "block" } }, "queue.overflow"],
  [{ queue: { size: 1 } }, "queue.size"],
  [{ reconnect: { minMs: 0 } }, "reconnect.minMs"],
  [{ reconnect: { minMs: 100, maxMs: 50 } }, "reconnect.maxMs"],
  [{ window: 0 }, "window"],
  [{ idleMs: -1 }, "idleMs"],
  [{ lingerMs: Number.NaN }, "lingerMs"],
  [{ lingerMs: 2 ** 31 }, "lingerMs"],
  [{ shared: "yes" }, "shared"],
];

for (const [options, name] of wrong) {
  it(`refuses ${JSON.stringify(options)} and names ${name}`, () => {
    const before = { ...leaseCounts() };
    expectCode("ERR_SCOPELOG_OPTION", () => syslogHandler(options as SyslogOptions), name);
    expect(leaseCounts()).toEqual(before);
  });
}

it("names the alternative where the native package for unix datagrams cannot be loaded", async () => {
  // The package as it is installed, beside a unix-dgram that was not built.
  const place = mkdtempSync(join(tmpdir(), "scopelog-alone-"));
  try {
    cpSync(built, join(place, "dist"), { recursive: true });
    writeFileSync(join(place, "package.json"), '{"type":"module"}');
    mkdirSync(join(place, "node_modules/unix-dgram"), { recursive: true });
    writeFileSync(join(place, "node_modules/unix-dgram/index.js"), "throw new Error('no bindings file')");
    const body = `try { handlerFor({ transport: "unix-dgram" }) } catch (error) { console.log(error.code, error.message) }`;
    const { output } = await runChild(body, undefined, join(place, "dist"));
    expect(output).toMatch(/^ERR_SCOPELOG_UNAVAILABLE .*"unix-dgram".*npm install unix-dgram.*"unix".*"udp"/);
  } finally {
    rmSync(place, { recursive: true });
  }
});

it("refuses a level, a filter and a formatter that are none", () => {
  expectCode("ERR_SCOPELOG_LEVEL", () => syslogHandler({ level: "loud" as "info" }), "loud");
  expectCode("ERR_SCOPELOG_FILTER", () => syslogHandler({ filter: 1 as never }));
  expectCode("ERR_SCOPELOG_FORMATTER", () => syslogHandler({ formatter: {} as never }));
});

it("checks the same options once, and keeps nothing of one handler", () => {
  const formatter = () => "x";
  const filter = () => true;
  const a = settingsFor({ host: "192.0.2.1", formatter, filter, level: "warn" });
  expect(settingsFor({ host: "192.0.2.1" })).toBe(a);
  expect(settingsFor({ host: "192.0.2.2" })).not.toBe(a);
  expect(settingsFor({ host: "192.0.2.1", facility: "mail" })).not.toBe(a);
});

it("shares a connection between handlers that differ only in what they write", () => {
  const key = (options: SyslogOptions) => makeSettings({ host: "192.0.2.1", ...options }).key;
  expect(key({ facility: "mail", appName: "a" })).toBe(key({ format: "rfc3164" }));
  const differing: SyslogOptions[] = [
    {},
    { port: 515 },
    { lingerMs: 1 },
    { queue: { maxBytes: 4096 } },
    { transport: "tcp" },
    { transport: "tcp", framing: "lf" },
    { transport: "tls" },
    { transport: "tls", tls: { ca: "A" } },
    { transport: "tls", tls: { ca: Buffer.from("B") } },
    { transport: "tls", tls: { checkServerIdentity: () => undefined } },
    { transport: "relp" },
    { transport: "relp", window: 7 },
  ];
  const keys = differing.map(key);
  expect(new Set(keys).size).toBe(differing.length);
  expect(key({ transport: "tls", tls: { ca: Buffer.from("B") } })).toBe(keys[8]);
  expect(keys.join()).not.toContain("ca");
  expect(key({ shared: false })).toBeUndefined();
});
