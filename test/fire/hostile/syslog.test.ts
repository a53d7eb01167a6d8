import fc from "fast-check";
import { createRecord, type LogRecord, type RecordInit } from "scopelog";
import { facilityNames, type SyslogOptions, syslogHandler } from "scopelog/syslog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lineFed, octetCounted } from "../../../src/syslog/framing.ts";
import { relpFrame } from "../../../src/syslog/relp-frame.ts";
import { makeSettings } from "../../../src/syslog/settings.ts";
import { uniqueName } from "../../syslog/support/record.ts";
import { type Message, parse5424 } from "../../syslog/support/rfc5424-parser.ts";
import { hasRsyslog, Rsyslog } from "../../syslog/support/rsyslog.ts";
import { noteFigure } from "../support/figure.ts";
import { isLong, seed, sizeOf } from "../support/size.ts";
import { lineFedFrames, octetCountedFrames, relpFrames } from "./support/frames.ts";
import { parse3164 } from "./support/rfc3164-parser.ts";
import { allHostile, hostileFields, hostileText, hostileValue, isCostly } from "./support/values.ts";

const figures = { parsed: 0, bsd: 0, rsyslog: 0, framed: 0 };
afterAll(() => {
  noteFigure("hostile input", "RFC 5424 messages decoded back by a parser", figures.parsed);
  noteFigure("hostile input", "RFC 3164 messages decoded back by a parser", figures.bsd);
  noteFigure("hostile input", "messages compared with what rsyslog parsed", figures.rsyslog);
  noteFigure("hostile input", "syslog frames taken apart again", figures.framed);
});

const headerText = (length: number) =>
  fc.string({
    unit: fc.integer({ min: 33, max: 126 }).map((c) => String.fromCharCode(c)),
    minLength: 1,
    maxLength: length,
  });
const sdName = headerText(32).map((name) => name.replace(/[="\]@]/g, "_"));
const options: fc.Arbitrary<SyslogOptions> = fc.record(
  {
    facility: fc.oneof(fc.constantFrom(...facilityNames), fc.integer({ min: 0, max: 23 })),
    hostname: headerText(255),
    appName: headerText(48),
    procId: headerText(128),
    msgId: headerText(32),
    bom: fc.boolean(),
    maxMessageBytes: fc.oneof(fc.integer({ min: 480, max: 900 }), fc.constant(8192)),
    sdId: fc.oneof(
      sdName.map((name) => `${name.slice(0, 20)}@32473`),
      fc.constant(false as const),
    ),
    structuredData: fc.dictionary(sdName, fc.dictionary(sdName, hostileText, { maxKeys: 2, noNullPrototype: true }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    controlCharacters: fc.constantFrom("escape", "space", "keep"),
  },
  { requiredKeys: ["appName", "procId", "msgId", "hostname"] },
);

const texts = fc.dictionary(
  hostileText.filter((text) => text.length < 100),
  hostileText,
  { maxKeys: 4, noNullPrototype: true },
);
const time = fc.oneof(
  fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  fc.double(),
  fc.constantFrom(0.5, 1e300, Number.NaN),
);
/** Records of texts alone, of which is known what must arrive. */
const plainRecord: fc.Arbitrary<RecordInit> = fc.record({
  time,
  levelNumber: fc.oneof(fc.constantFrom(10, 20, 30, 40, 50, 60), fc.double({ noNaN: true })),
  message: hostileText,
  logger: hostileText,
  scope: fc.option(hostileText, { nil: undefined }),
  bound: texts,
  fields: fc.option(texts, { nil: undefined }),
  late: fc.boolean(),
});
const hostileRecord: fc.Arbitrary<RecordInit> = fc
  .tuple(plainRecord, hostileFields, hostileFields, hostileValue)
  .map(([init, bound, fields, error]) => ({
    ...init,
    bound: bound.make() as never,
    fields: fields.make() as never,
    error: error.make(),
  }));

const wellFormed = (text: string) => Buffer.from(text).toString();
const cutText = (text: string) =>
  text.length <= 65_536 ? text : `${text.slice(0, 65_536)}[${text.length - 65_536} more]`;
const controls = /[\x00-\x1f\x7f-\x9f]/g;

/** What must arrive of a text; undefined where it is not worked out here. */
function arrives(text: string, mode: SyslogOptions["controlCharacters"] = "escape"): string | undefined {
  if (mode === "keep") return wellFormed(text);
  if (mode === "space") return wellFormed(text.replace(controls, " "));
  return /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(text) ||
    text !== wellFormed(text)
    ? undefined
    : text;
}

function severity(levelNumber: number): number {
  if (levelNumber >= 60) return 2;
  if (levelNumber >= 50) return 3;
  if (levelNumber >= 40) return 4;
  return levelNumber > 30 ? 5 : levelNumber === 30 ? 6 : 7;
}

function expectValue(
  found: string | undefined,
  text: string,
  mode: SyslogOptions["controlCharacters"],
  what: string,
): void {
  const expected = arrives(text, mode);
  if (expected !== undefined && found !== expected)
    throw new Error(
      `${what} is ${JSON.stringify(found)?.slice(0, 300)}, not ${JSON.stringify(expected).slice(0, 300)}`,
    );
  if (mode !== "keep" && found !== undefined && found.search(controls) >= 0) throw new Error(`controls in ${what}`);
}

function names(init: RecordInit): [string, string][] {
  const own = init.fields as Record<string, string> | undefined;
  const bound = init.bound as Record<string, string>;
  const merged = [
    ...Object.entries(bound).filter(([key]) => own === undefined || !Object.hasOwn(own, key)),
    ...Object.entries(own ?? {}),
  ];
  const reserved = ["logger", "scope", "late", "truncated"];
  return merged.map(([key, value]) => {
    const name = reserved.includes(key.replace(/_+$/, "")) ? `${key}_` : key;
    const short = name === "" ? "_" : name.slice(0, 32).replace(/[^\x21-\x7e]|[="\]]/g, "_");
    return [short, cutText(value)];
  });
}

/** Compares all that a message says with what the record and the options say. */
function compare(message: Message, init: RecordInit, given: SyslogOptions): void {
  const mode = given.controlCharacters ?? "escape";
  const facility = given.facility ?? "user";
  expect(message.facility).toBe(typeof facility === "number" ? facility : facilityNames.indexOf(facility));
  expect(message.severity).toBe(severity(init.levelNumber as number));
  const whole = Math.floor(init.time as number);
  const year = new Date(whole).getUTCFullYear();
  if (year >= 0 && year <= 9999)
    expect(message.timestamp?.slice(0, 23)).toBe(new Date(whole).toISOString().slice(0, 23));
  else expect(message.timestamp).toBeUndefined();
  const nil = (text: string | undefined) => (text === "-" ? undefined : text);
  expect([message.hostname, message.appName, message.procId, message.msgId]).toEqual(
    [given.hostname, given.appName, given.procId as string, given.msgId].map(nil),
  );
  const fixed = given.structuredData ?? {};
  const id = given.sdId ?? "fields@32473";
  const own = id === false ? undefined : message.elements.get(id);
  const isCut = own?.some(([name, value]) => name === "truncated" && value === "true") === true;
  if (given.maxMessageBytes === undefined || given.maxMessageBytes === 8192) {
    for (const [element, params] of Object.entries(fixed)) {
      if (element === id || JSON.stringify([init, fixed]).length > 1500) continue;
      const found = message.elements.get(element);
      expect(found?.map(([name]) => name)).toEqual(Object.keys(params));
      for (const [name, value] of found ?? []) expectValue(value, params[name] as string, mode, name);
    }
  }
  if (own !== undefined && !isCut) {
    const shared = Object.entries(fixed[id as string] ?? {});
    const expected: [string, string][] = [
      ...shared,
      ...(init.logger === "" ? [] : [["logger", init.logger] as [string, string]]),
      ...(init.scope === undefined ? [] : [["scope", init.scope] as [string, string]]),
      ...names(init),
      ...(init.late === true ? [["late", "true"] as [string, string]] : []),
    ];
    const sorted = (params: readonly (readonly [string, string])[]) => params.map(([name]) => name).sort();
    expect(sorted(own)).toEqual(sorted(expected));
    for (const [name, value] of expected) {
      // Several names may look alike in ASCII; which is which is not known then.
      if (expected.filter((other) => other[0] === name).length > 1) continue;
      expectValue(own.find((other) => other[0] === name)?.[1], value, mode, name);
    }
  }
  const text = init.message as string;
  const { msg = "" } = message;
  expect(message.bom).toBe(
    text !== "" &&
      message.msg !== undefined &&
      (given.bom === true || (mode !== "escape" && text.startsWith("\ufeff"))),
  );
  const cut = /^([\s\S]*)\[truncated\]$/.exec(msg)?.[1];
  const expected = arrives(text, mode);
  if (expected === undefined || (given.bom !== true && text.startsWith("\ufeff"))) return;
  if (cut !== undefined && msg !== expected) {
    if (!expected.startsWith(cut)) throw new Error(`MSG begins with ${JSON.stringify(cut.slice(0, 100))}`);
  } else if (msg !== expected && !(msg === "" && Buffer.byteLength(expected) > 100))
    throw new Error(`MSG is ${JSON.stringify(msg.slice(0, 200))}, not ${JSON.stringify(expected.slice(0, 200))}`);
}

function encode(record: LogRecord, given: SyslogOptions): Buffer {
  const bytes = Buffer.from(makeSettings(given).encoder.encode(record, undefined));
  expect(bytes.length).toBeLessThanOrEqual(given.maxMessageBytes ?? 2048);
  return bytes;
}

describe("RFC 5424, decoded by a parser of its own", () => {
  test("records of texts: every field is what was logged", () => {
    fc.assert(
      fc.property(plainRecord, options, (init, given) => {
        const message = parse5424(encode(createRecord(init), given));
        figures.parsed++;
        compare(message, init, given);
      }),
      { seed, numRuns: sizeOf(800, 60_000) },
    );
  });

  test("records of anything: every message is one", () => {
    fc.assert(
      fc.property(hostileRecord, options, (init, given) => {
        const message = parse5424(encode(createRecord(init), given));
        figures.parsed++;
        expect([message.appName ?? "-", message.procId ?? "-"]).toEqual([given.appName, given.procId]);
      }),
      { seed, numRuns: sizeOf(300, 15_000) },
    );
  });

  test("every hostile value, in every place", () => {
    for (const hostile of allHostile) {
      if (isCostly(hostile) && !isLong) continue;
      const inits: ((value: unknown) => RecordInit)[] = [
        (value) => ({ fields: { before: "1", value, after: "2" } }),
        (value) => ({ error: value }),
      ];
      if (!isCostly(hostile))
        inits.push(
          (value) => ({ bound: { value } }),
          (value) => ({ message: "m", error: new Error("e", { cause: value }) }),
        );
      for (const init of inits) {
        const given = { appName: "a", procId: "1", maxMessageBytes: 8192 };
        const message = parse5424(encode(createRecord(init(hostile.make())), given));
        parse3164(encode(createRecord(init(hostile.make())), { ...given, format: "rfc3164" }));
        figures.parsed++;
        figures.bsd++;
        expect(message.procId, hostile.what).toBe("1");
      }
    }
  });
});

test("RFC 3164, decoded by a parser of its own", () => {
  fc.assert(
    fc.property(
      fc.oneof(plainRecord, hostileRecord),
      options,
      (init, { sdId: _, bom: __, structuredData: ___, ...given }) => {
        const message = parse3164(encode(createRecord(init), { ...given, format: "rfc3164" }));
        figures.bsd++;
        const facility = given.facility ?? "user";
        const number = typeof facility === "number" ? facility : facilityNames.indexOf(facility);
        expect(message.priority).toBe(number * 8 + severity(init.levelNumber as number));
        expect(message.hostname).toBe(given.hostname);
        expect(message.tag).toBe(given.appName?.slice(0, 32).replace(/[^A-Za-z0-9_./-]/g, "_"));
        const date = new Date(Math.floor(init.time as number));
        if (!Number.isNaN(date.getTime())) {
          expect([message.day, message.clock]).toEqual([date.getDate(), date.toTimeString().slice(0, 8)]);
        }
        if (init.error === undefined && init.message !== "") {
          const expected = arrives(init.message as string, given.controlCharacters);
          const shown = message.content.replace(/\[truncated\]$/, "");
          if (expected !== undefined && !shown.startsWith(expected) && !expected.startsWith(shown))
            throw new Error(`${JSON.stringify(shown.slice(0, 200))} is not ${JSON.stringify(expected.slice(0, 200))}`);
        }
        if (given.controlCharacters !== "keep" && message.content.search(controls) >= 0)
          throw new Error("controls in the content");
      },
    ),
    { seed, numRuns: sizeOf(400, 25_000) },
  );
});

test("frames are taken apart again, one for each message", () => {
  const batch = fc.array(
    fc.tuple(
      fc.oneof(plainRecord, hostileRecord),
      fc.constantFrom("rfc5424", "rfc3164"),
      fc.constantFrom("escape", "space", "keep"),
    ),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(batch, (inits) => {
      for (const framing of ["octet-counting", "lf", "relp"] as const) {
        const messages = inits.map(([init, format, controlCharacters]) => {
          const given =
            framing === "relp" ? ({ transport: "relp" } as const) : ({ transport: "tcp", framing } as const);
          return makeSettings({
            ...given,
            format: format as "rfc5424",
            controlCharacters: controlCharacters as "keep",
          }).encoder.encode(createRecord(init), undefined);
        });
        const frames = messages.map((message, index) => {
          if (framing === "relp") return relpFrame(index + 1, "syslog", message);
          return Buffer.from((framing === "lf" ? lineFed : octetCounted)(message, Buffer.byteLength(message)));
        });
        const bytes = Buffer.concat(frames);
        const found =
          framing === "relp"
            ? relpFrames(bytes).frames.map(({ data }) => data)
            : framing === "lf"
              ? lineFedFrames(bytes)
              : octetCountedFrames(bytes);
        expect(found.length, framing).toBe(messages.length);
        for (const [index, message] of messages.entries()) {
          if (found[index]?.equals(Buffer.from(message)) !== true) throw new Error(`${framing}: another message`);
        }
        figures.framed += found.length;
      }
    }),
    { seed, numRuns: sizeOf(50, 2000) },
  );
});

describe.skipIf(!hasRsyslog)("a real rsyslogd", () => {
  let peer: Rsyslog;
  beforeAll(async () => {
    peer = await Rsyslog.start();
  });
  afterAll(() => peer?.[Symbol.asyncDispose]());

  const short = hostileText.filter((text) => text.length < 1000);
  const shortTexts = fc.dictionary(short, short, { maxKeys: 4, noNullPrototype: true });
  const batch = (count: number) =>
    fc.sample(
      fc.record({
        // rsyslogd knows no year after 2099.
        time: fc.integer({ min: 0, max: 4_102_444_799_999 }),
        levelNumber: fc.constantFrom(10, 30, 35, 40, 50, 60),
        message: short,
        logger: short,
        scope: fc.option(short, { nil: undefined }),
        bound: shortTexts,
        fields: fc.option(shortTexts, { nil: undefined }),
        late: fc.boolean(),
      }),
      { seed, numRuns: count },
    );

  async function send(given: SyslogOptions, inits: readonly RecordInit[]) {
    const appName = uniqueName("hostile");
    await using handler = syslogHandler({ host: "127.0.0.1", appName, hostname: "h", ...given });
    for (const [index, init] of inits.entries()) {
      handler.handle(createRecord({ ...init, message: `${index} ${init.message}` }));
      // Of datagrams the kernel keeps only so many for a busy receiver.
      if (given.transport === undefined && index % 20 === 19) await peer.of(appName, index - 40);
    }
    await handler.flush();
    const found = await peer.of(appName, inits.length, 50_000).catch((error) => {
      const missing = peer.messages().filter(({ app, raw }) => app !== appName && raw.includes(appName));
      throw new Error(
        `${error.message}; and ${missing.length} under other names: ${JSON.stringify(missing[0])}; ${
          new Set(
            peer
              .messages()
              .filter(({ app }) => app === appName)
              .map(({ msg }) => /^ ?(\d+) /.exec(msg)?.[1]),
          ).size
        } numbers`,
      );
    });
    expect(found.length).toBe(inits.length);
    const numbers = found.map(({ msg }) => Number(/^ ?(\d+) /.exec(msg)?.[1]));
    expect(new Set(numbers).size).toBe(inits.length);
    return found.map((parsed, at) => ({
      parsed,
      appName,
      init: {
        ...inits[numbers[at] as number],
        message: `${numbers[at]} ${inits[numbers[at] as number]?.message}`,
      } as RecordInit,
    }));
  }

  const ways: readonly [string, () => SyslogOptions, number][] = [
    ["TCP, counted octets", () => ({ transport: "tcp", port: peer.ports.tcp }), sizeOf(1000, 16_000)],
    ["TCP, line feeds", () => ({ transport: "tcp", port: peer.ports.tcp, framing: "lf" }), sizeOf(200, 4000)],
    ["RELP", () => ({ transport: "relp", port: peer.ports.relp }), sizeOf(200, 4000)],
    ["UDP", () => ({ port: peer.ports.udp }), sizeOf(60, 500)],
  ];
  for (const [name, way, count] of ways) {
    test(`RFC 5424 over ${name}: it parses what was logged`, async () => {
      for (const { parsed, init, appName } of await send(way(), batch(count))) {
        const read = parse5424(Buffer.from(`<13>1 - - - - - ${parsed.sdraw}`));
        const message: Message = {
          ...read,
          facility: Math.floor(Number(parsed.pri) / 8),
          severity: Number(parsed.sev),
          timestamp: new Date(init.time as number).toISOString(),
          hostname: parsed.host,
          appName: parsed.app,
          procId: parsed.procid,
          msgId: parsed.msgid === "-" ? undefined : parsed.msgid,
          msg: parsed.msg,
        };
        expect(new Date(parsed.ts).getTime()).toBe(init.time);
        expect(parsed.ver).toBe("1");
        compare(message, init, {
          appName,
          hostname: "h",
          procId: String(process.pid),
          msgId: "-",
          maxMessageBytes: 8192,
        });
        figures.rsyslog++;
      }
    });
  }

  test("RFC 3164 over TCP: it parses what was logged", async () => {
    const found = await send({ transport: "tcp", port: peer.ports.tcp, format: "rfc3164" }, batch(sizeOf(200, 4000)));
    for (const { parsed, init, appName } of found) {
      expect([parsed.app, parsed.host, parsed.procid, Number(parsed.sev)]).toEqual([
        appName,
        "h",
        String(process.pid),
        severity(init.levelNumber as number),
      ]);
      const expected = arrives(init.message as string);
      if (expected !== undefined && !parsed.msg.startsWith(` ${expected}`))
        throw new Error(`${JSON.stringify(parsed.msg)} is not ${JSON.stringify(expected)}`);
      if (parsed.msg.search(controls) >= 0) throw new Error("controls in the content");
      figures.rsyslog++;
    }
  });
});
