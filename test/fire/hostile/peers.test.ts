import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import fc from "fast-check";
import { createRecord } from "scopelog";
import { type SyslogOptions, syslogHandler, syslogTransports } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RelpParser, relpFrame } from "../../../src/syslog/relp-frame.ts";
import { TroubleHearer } from "../../syslog/support/trouble.ts";
import { until } from "../../syslog/support/until.ts";
import { Authority, hasOpenssl } from "../support/certificates.ts";
import { noteFigure } from "../support/figure.ts";
import { seed, sizeOf } from "../support/size.ts";
import { octetCountedFrames, type RelpMessage, relpFrames } from "./support/frames.ts";

let answers = 0;
afterAll(() => noteFigure("hostile input", "garbage answers of servers", answers));

/** What a hostile server does with one connection, once it is made. */
interface Treatment {
  readonly what: string;
  treat(connection: Served): void;
}

/** A connection as the server sees it. */
class Served {
  readonly socket: Socket;
  /** Called for each frame of the client. */
  onFrame: ((frame: RelpMessage) => void) | undefined;
  #rest: Buffer = Buffer.alloc(0);
  bytes: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, isRelp: boolean) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      if (!isRelp) return;
      const { frames, end } = relpFrames(Buffer.concat([this.#rest, chunk]));
      this.#rest = Buffer.concat([this.#rest, chunk]).subarray(end);
      for (const frame of frames) this.onFrame?.(frame);
    });
  }

  say(data: string | Buffer): void {
    answers++;
    if (this.socket.writable) this.socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
  }

  rsp(number: number, data: string): void {
    this.say(relpFrame(number, "rsp", data));
  }

  /** Takes the session, and then hands on the lines. */
  open(line: (number: number, text: string) => void): void {
    this.onFrame = ({ number, command, data }) => {
      if (command === "open") this.rsp(number, "200 OK\nrelp_version=0\ncommands=syslog");
      else if (command === "close") this.rsp(number, "");
      else line(number, data.toString());
    };
  }
}

/** A server that treats its first connections badly, and all others well, with TLS if it is given `secure`. */
class HostileServer {
  readonly taken: string[] = [];
  readonly refused = new Set<string>();
  readonly connections: Served[] = [];
  /** The connections that are treated well. */
  readonly good: Served[] = [];
  readonly #server: Server;
  readonly #isRelp: boolean;

  private constructor(server: Server, treatments: readonly Treatment[], isRelp: boolean, secure?: TlsOptions) {
    this.#server = server;
    this.#isRelp = isRelp;
    let made = 0;
    const inside = secure && createTlsServer(secure, (socket) => this.#serve(socket)).on("tlsClientError", () => {});
    server.on("connection", (socket) => {
      const treatment = treatments[made++];
      if (treatment === undefined) {
        if (inside === undefined) this.#serve(socket);
        else inside.emit("connection", socket);
        return;
      }
      // What comes before a session of TLS is no RELP.
      const served = new Served(socket, isRelp && inside === undefined);
      this.connections.push(served);
      treatment.treat(served);
    });
  }

  static async start(treatments: readonly Treatment[], isRelp: boolean, secure?: TlsOptions): Promise<HostileServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new HostileServer(server, treatments, isRelp, secure);
  }

  #serve(socket: Socket): void {
    const served = new Served(socket, this.#isRelp);
    this.connections.push(served);
    this.good.push(served);
    if (!this.#isRelp) return;
    served.open((number, text) => {
      this.taken.push(text);
      served.rsp(number, "200 OK");
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get last(): Served | undefined {
    return this.connections.at(-1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

const end = (served: Served) => setTimeout(() => served.socket.end(), 2);
const reset = (served: Served) => setTimeout(() => served.socket.resetAndDestroy(), 2);
const garbage = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const wrongNumber = fc.integer({ min: 500_000, max: 999_999_999 });

const relpTreatments: fc.Arbitrary<Treatment> = fc.oneof(
  garbage.map((bytes) => ({ what: `${bytes.length} random bytes`, treat: (served: Served) => { served.say(bytes); end(served); } })),
  garbage.map((bytes) => ({
    what: "random bytes in a session",
    treat: (served: Served) => served.open(() => { served.say(bytes); reset(served); }),
  })),
  fc.constantFrom("500 no\u001b[31m\u0007", "", "abc", "20", "999 \n\n").map((text) => ({
    what: `a session refused with ${JSON.stringify(text)}`,
    treat: (served: Served) => { served.onFrame = ({ number }) => served.rsp(number, text); },
  })),
  fc.constantFrom("1 rsp 999999999 x", "1 rsp 131073 ", "999999999999 rsp 0\n", "1 rsp -1\n", "1 rsp 6 200 OKx", "1  rsp 0\n", "\n\n\n1 rsp 0\n", "1 rsp 0\n".repeat(2000), "x".repeat(500_000), "HTTP/1.1 400 Bad Request\r\n\r\n").map((text) => ({
    what: JSON.stringify(text.slice(0, 60)),
    treat: (served: Served) => { served.say(text); end(served); },
  })),
  fc.tuple(wrongNumber, fc.constantFrom("200 OK", "500 no")).map(([number, text]) => ({
    what: `${text} to number ${number}`,
    treat: (served: Served) => served.open(() => { served.rsp(number, text); served.rsp(0, text); reset(served); }),
  })),
  fc.constantFrom(1, 5, 10).map((cut) => ({
    what: `an answer cut after ${cut} bytes`,
    treat: (served: Served) => served.open((number) => { served.say(relpFrame(number, "rsp", "200 OK").subarray(0, cut)); end(served); }),
  })),
  fc.constantFrom("serverclose", "hint", "open", "syslog", "rspp").map((command) => ({
    what: `an unasked ${command}`,
    treat: (served: Served) => { served.say(relpFrame(0, command, "x")); served.open(() => { served.say(relpFrame(0, command, "")); reset(served); }); },
  })),
  fc.constant({ what: "the end at once", treat: (served: Served) => { served.socket.end(); } }),
  fc.constant({ what: "a reset at once", treat: (served: Served) => { served.socket.resetAndDestroy(); } }),
); // biome-ignore format: a row for each

let made = 0;

/** Logs to a server of such treatments, and returns what became of the lines. */
async function deliverTo(server: HostileServer, given: SyslogOptions, count: number) {
  const appName = `peer-${process.pid}-${++made}`;
  await using handler = syslogHandler({
    host: "127.0.0.1",
    port: server.port,
    appName,
    shared: false,
    reconnect: { minMs: 1, maxMs: 4 },
    lingerMs: 20_000,
    ...given,
  });
  for (let line = 0; line < count; line++) handler.handle(createRecord({ message: `line ${line}.` }));
  await handler.flush();
  const transport = syslogTransports().find(({ destination }) => destination.endsWith(`:${server.port}`));
  return transport?.counts;
}

function linesIn(texts: readonly string[]): Set<number> {
  return new Set(texts.flatMap((text) => { const found = /line (\d+)\.$/.exec(text); return found === null ? [] : [Number(found[1])]; })); // biome-ignore format: it is short
}

describe("a RELP server", () => {
  test("that answers garbage again and again: then a good one gets every line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(relpTreatments, { minLength: 1, maxLength: 4 }), async (treatments) => {
        await using server = await HostileServer.start(treatments, true);
        const counts = await deliverTo(server, { transport: "relp" }, 200);
        const missing = 200 - linesIn(server.taken).size;
        if (missing > 0)
          throw new Error(`${missing} lines are missing after ${treatments.map(({ what }) => what).join("; ")}`);
        if (counts !== undefined) expect(counts.dropped).toBe(0);
      }),
      { seed, numRuns: sizeOf(25, 400) },
    );
  });

  test("that refuses lines: they are counted, the others arrive, and what it says is shown, not obeyed", async () => {
    using hearer = new TroubleHearer();
    await using server = await HostileServer.start([], true);
    const refused = new Set<number>();
    server.connections.length = 0;
    const treatment: Treatment = {
      what: "refusal",
      treat: (served) =>
        served.open((number, text) => {
          const line = Number(/line (\d+)\.$/.exec(text)?.[1]);
          if (line % 3 === 0) {
            refused.add(line);
            served.rsp(number, `500 \u001b]0;owned\u0007${"x".repeat(100_000)}\n`);
          } else {
            server.taken.push(text);
            served.rsp(number, "200 OK");
          }
        }),
    };
    await using refusing = await HostileServer.start([treatment, treatment], true);
    const counts = await deliverTo(refusing, { transport: "relp" }, 300);
    answers += refused.size;
    expect(linesIn(server.taken).size + refused.size).toBe(300);
    if (counts !== undefined) expect(counts.dropped).toBe(100);
    const told = hearer.of("SCOPELOG_WARN_DROPPED", "refused");
    expect(told.length).toBeGreaterThan(0);
    for (const { message } of told) {
      expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(message.length).toBeLessThan(1000);
    }
  });

  test.each([
    ["digits", "1 rsp 1", "1"],
    ["data", "1 rsp 100000 ", "x"],
    ["spaces", "", " "],
    ["a number", "", "7"],
    ["letters", "1 ", "a"],
  ])("whose frame never ends, of %s: the connection is given up, and memory is bounded", async (_, begin, more) => {
    let swallowed = 0;
    let over = false;
    const chunk = Buffer.alloc(16 * 1024, more);
    const treatment: Treatment = {
      what: "without end",
      treat(served) {
        served.say(begin);
        served.socket.on("close", () => {
          over = true;
        });
        const pour = () => {
          if (over || swallowed > 8 * 1024 * 1024) return;
          swallowed += chunk.length;
          served.socket.write(chunk, () => setImmediate(pour));
        };
        pour();
      },
    };
    await using server = await HostileServer.start([treatment], true);
    await deliverTo(server, { transport: "relp" }, 10);
    expect(linesIn(server.taken).size).toBe(10);
    await until(() => over, "the connection is given up");
    // What the sockets' buffers hold is sent before the end is seen.
    expect(swallowed).toBeLessThan(8 * 1024 * 1024);
  });

  test("the parser takes any bytes, however cut: it throws or holds no more than a frame", () => {
    const frame = fc
      .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom("rsp", "serverclose", "hint"), garbage)
      .map(([number, command, data]) => relpFrame(number, command, data));
    const bytes = fc.array(
      fc.oneof(
        frame,
        garbage,
        fc.constantFrom("1 rsp ", "1 rsp 5 ", "\n", " ").map((text) => Buffer.from(text)),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (pieces, size) => {
        const all = Buffer.concat(pieces);
        answers++;
        const read = (step: number) => {
          const parser = new RelpParser();
          const frames: unknown[] = [];
          try {
            for (let at = 0; at < all.length; at += step) frames.push(...parser.parse(all.subarray(at, at + step)));
          } catch (error) {
            if (!(error instanceof Error) || error instanceof TypeError) throw error;
            frames.push("no RELP");
          }
          return frames;
        };
        const [whole, cut] = [read(all.length + 1), read(size)];
        // What is bad after good frames is seen earlier or later; the good ones are the same.
        const good = (frames: unknown[]) => frames.filter((one) => one !== "no RELP");
        if (!whole.includes("no RELP")) expect(good(cut)).toEqual(good(whole));
      }),
      { seed, numRuns: sizeOf(3000, 100_000) },
    );
  });
});

const streamTreatments: fc.Arbitrary<Treatment> = fc.oneof(
  garbage.map((bytes) => ({ what: "random bytes", treat: (served: Served) => { served.say(bytes); end(served); } })),
  fc.constantFrom("x".repeat(2_000_000), "\u0000".repeat(1000), "HTTP/1.1 400 Bad Request\r\n\r\n").map((text) => ({
    what: "a long answer",
    treat: (served: Served) => { served.say(text); reset(served); },
  })),
  fc.constant({ what: "the end at once", treat: (served: Served) => { served.socket.end(); } }),
  fc.constant({ what: "a reset at once", treat: (served: Served) => { served.socket.resetAndDestroy(); } }),
); // biome-ignore format: a row for each

test("a TCP server that answers garbage: what was under way is told, everything else arrives", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(streamTreatments, { minLength: 1, maxLength: 4 }), async (treatments) => {
      await using server = await HostileServer.start(treatments, false);
      const appName = `tcp-${process.pid}-${++made}`;
      await using handler = syslogHandler({ host: "127.0.0.1", port: server.port, transport: "tcp", appName, shared: false, reconnect: { minMs: 1, maxMs: 4 }, lingerMs: 20_000 }); // biome-ignore format: one line
      // Lines come until a good connection has one.
      let count = 0;
      while (server.connections.length <= treatments.length || (server.last?.bytes.length ?? 0) === 0) {
        handler.handle(createRecord({ message: `line ${count++}.` }));
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (count > 5000) throw new Error("it does not connect again");
      }
      await handler.flush();
      const found = syslogTransports().find(({ destination }) => destination.endsWith(`:${server.port}`));
      await until(() => {
        try {
          return linesIn(octetCountedFrames(server.last?.bytes ?? Buffer.alloc(0)).map(String)).has(count - 1);
        } catch {
          return false;
        }
      }, "the last line arrives");
      const texts = server.connections.flatMap(({ bytes }) => bytes.toString().match(/line \d+\./g) ?? []);
      const arrived = new Set(texts).size;
      const dropped = found?.counts.dropped ?? 0;
      const unconfirmed = found?.counts.unconfirmed ?? 0;
      if (arrived + unconfirmed + dropped < count)
        throw new Error(`${count} lines: ${arrived} arrived, ${unconfirmed} unconfirmed`);
    }),
    { seed, numRuns: sizeOf(10, 150) },
  );
});

const handshakeTreatments: fc.Arbitrary<Treatment> = fc.oneof(
  streamTreatments,
  // An alert of RFC 8446, section 6: fatal, handshake_failure; and the beginning of a ServerHello that never goes on.
  fc.constantFrom("\u0015\u0003\u0003\u0000\u0002\u0002\u0028", "\u0016\u0003\u0003\u0000\u007a\u0002\u0000\u0000\u0076\u0003\u0003").map((text) => ({
    what: "the beginning of a handshake",
    treat: (served: Served) => { served.socket.once("data", () => { served.say(text); end(served); }); },
  })),
  garbage.map((bytes) => ({
    what: "random bytes after the hello",
    treat: (served: Served) => { served.socket.once("data", () => { served.say(bytes); reset(served); }); },
  })),
); // biome-ignore format: a row for each

describe.skipIf(!hasOpenssl)("a server with TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "scopelog-peers-"));
  let authority: Authority;
  let certificate: TlsOptions;
  beforeAll(() => {
    authority = new Authority(folder);
    certificate = authority.make("leaf", { names: "IP:127.0.0.1" });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["tls", "relps"] as const)(
    "that answers garbage before: then it gets every line once, over %s",
    async (transport) => {
      await fc.assert(
        fc.asyncProperty(fc.array(handshakeTreatments, { minLength: 1, maxLength: 4 }), async (treatments) => {
          const isRelp = transport === "relps";
          await using server = await HostileServer.start(treatments, isRelp, certificate);
          const counts = await deliverTo(server, { transport, tls: { ca: authority.trusted() } }, 200);
          const texts = () =>
            isRelp ? server.taken : server.good.flatMap(({ bytes }) => octetCountedFrames(bytes).map(String));
          await until(() => linesIn(texts()).size === 200, "every line arrives");
          expect(texts()).toHaveLength(200);
          expect(counts).toMatchObject({ dropped: 0, unconfirmed: 0 });
          expect(server.connections.length).toBe(treatments.length + 1);
        }),
        { seed, numRuns: sizeOf(8, 150) },
      );
    },
  );
});

test("a server that does not speak TLS: lines wait, and are given up and counted at the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(streamTreatments, { minLength: 1, maxLength: 2 }),
      fc.constantFrom("tls", "relps"),
      async (treatments, transport) => {
        using hearer = new TroubleHearer();
        await using server = await HostileServer.start(
          Array.from({ length: 1000 }, (_, index) => treatments[index % treatments.length] as Treatment),
          false,
        );
        const handler = syslogHandler({ host: "127.0.0.1", port: server.port, transport: transport as "tls", appName: "t", shared: false, reconnect: { minMs: 1, maxMs: 4 }, lingerMs: 60, idleMs: 0 }); // biome-ignore format: one line
        for (let line = 0; line < 20; line++) handler.handle(createRecord({ message: `line ${line}.` }));
        await until(() => server.connections.length > 2, "it tries again");
        await handler[Symbol.asyncDispose]();
        await until(
          () => !syslogTransports().some(({ destination }) => destination.endsWith(`:${server.port}`)),
          "it is closed",
        );
        expect(hearer.of("SCOPELOG_WARN_DROPPED").length).toBe(1);
        const told = hearer.of("SCOPELOG_WARN_TRANSPORT", `:${server.port} cannot be reached: `);
        expect(told.length).toBe(1);
        for (const { message } of told) expect(message).toMatch(/: [^\u0000-\u001f\u007f-\u009f]{5,310}\.$/);
        for (const { bytes } of server.connections) expect(bytes.includes("line ")).toBe(false);
      },
    ),
    { seed, numRuns: sizeOf(4, 40) },
  );
});
