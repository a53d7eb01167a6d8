import fc from "fast-check";
import { createRecord, type FormatterLike } from "scopelog";
import { facilityNames, type SyslogOptions } from "scopelog/syslog";
import { describe, expect, it } from "vitest";
import { toFormatter } from "../../src/port/formatter.ts";
import type { LogRecord, RecordInit } from "../../src/record/log-record.ts";
import { makeSettings } from "../../src/syslog/settings.ts";
import { type Message, parse5424 } from "./support/rfc5424-parser.ts";

function encode(record: LogRecord, options: SyslogOptions = {}, formatter?: FormatterLike): Buffer {
  const { encoder } = makeSettings(options);
  return Buffer.from(encoder.encode(record, formatter === undefined ? undefined : toFormatter(formatter)));
}

function sent(init: RecordInit, options: SyslogOptions = {}, formatter?: FormatterLike): Message {
  return parse5424(encode(createRecord(init), options, formatter));
}

/** The parameters of the element with the fields, as an object. */
function fieldsOf(message: Message, id = "fields@32473"): Record<string, string> {
  return Object.fromEntries(message.elements.get(id) ?? []);
}

// What arrives of a text: UTF-8 has no lone surrogates.
const wellFormed = (text: string) => Buffer.from(text).toString();

describe("a message of RFC 5424", () => {
  it("is what the RFC's own example looks like", () => {
    const record = createRecord({
      message: "'su root' failed for lonvick on /dev/pts/8",
      time: Date.UTC(2003, 9, 11, 22, 14, 15, 3),
      levelNumber: 60,
    });
    const options = {
      facility: 4,
      hostname: "mymachine.example.com",
      appName: "su",
      procId: "-",
      msgId: "ID47",
    } as const;
    expect(encode(record, { ...options, bom: true }).toString()).toBe(
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
    );
  });

  it("has the facility by name or number, and the severity of the level", () => {
    for (const [number, name] of facilityNames.entries()) {
      expect(sent({}, { facility: name }).facility).toBe(number);
      expect(sent({}, { facility: number }).facility).toBe(number);
    }
    const severities = [10, 20, 25, 30, 31, 35, 40, 45, 50, 60, 100].map(
      (levelNumber) => sent({ levelNumber }).severity,
    );
    expect(severities).toEqual([7, 7, 7, 6, 5, 5, 4, 4, 3, 2, 2]);
  });

  it("has the time in UTC with three or six fraction digits, or says that it is not known", () => {
    expect(sent({ time: 0 }).timestamp).toBe("1970-01-01T00:00:00.000Z");
    expect(sent({ time: 1.25 }).timestamp).toBe("1970-01-01T00:00:00.001250Z");
    expect(sent({ time: -0.5 }).timestamp).toBe("1969-12-31T23:59:59.999500Z");
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15, Date.UTC(10000, 0), -8.64e15]) {
      expect(sent({ time }).timestamp, String(time)).toBeUndefined();
    }
  });

  it("has this process in its header by default", () => {
    const { hostname, appName, procId, msgId } = sent({});
    expect(hostname).toMatch(/./);
    expect(appName).toMatch(/./);
    expect(procId).toBe(String(process.pid));
    expect(msgId).toBeUndefined();
  });

  it("has names, bound fields and fields of the call as structured data; the call wins", () => {
    const init = {
      logger: "net.conn",
      scope: "conn#1",
      bound: { peer: "a", n: 1, scope: "not this" },
      fields: { n: 2, missing: undefined, nothing: null, big: 10n, when: new Date(0) },
      late: true,
    };
    expect(sent(init).elements.get("fields@32473")).toEqual([
      ["logger", "net.conn"],
      ["scope", "conn#1"],
      ["peer", "a"],
      ["n", "2"],
      ["scope_", "not this"],
      ["nothing", "null"],
      ["big", "10"],
      ["when", "1970-01-01T00:00:00.000Z"],
      ["late", "true"],
    ]);
    // The bound fields are remembered from line to line; a line without a clash gives them all.
    expect(fieldsOf(sent({ ...init, fields: { x: 1 } }))).toMatchObject({ n: "1", x: "1" });
  });

  it("has no structured data where there is nothing, or none is wanted", () => {
    expect(sent({ message: "x" }).elements.size).toBe(0);
    expect(sent({ fields: { a: 1 } }, { sdId: false }).elements.size).toBe(0);
  });

  it("keeps one element where the fixed one has the id of the fields", () => {
    const options = { sdId: "a@1", structuredData: { "b@1": { x: "1" }, "a@1": { y: "]2" } } };
    const { elements } = sent({ fields: { z: 3 } }, options);
    expect([...elements]).toEqual([
      ["b@1", [["x", "1"]]],
      [
        "a@1",
        [
          ["y", "]2"],
          ["z", "3"],
        ],
      ],
    ]);
    expect([...sent({}, options).elements.keys()]).toEqual(["b@1", "a@1"]);
  });

  it("never throws for a value, whatever it is", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const values = {
      cycle,
      bad: new Date(Number.NaN),
      error: new Error("broken ]"),
      throwing: {
        toJSON() {
          throw new Error("no");
        },
      },
      bigs: [1n],
      revoked: (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    };
    const fields = fieldsOf(sent({ fields: values }));
    expect(Object.keys(fields)).toEqual(Object.keys(values));
    expect(fields).toMatchObject({ error: "Error: broken ]", bad: "null", bigs: '["1"]' });
    const throwing = () => {
      throw new Error("hostile");
    };
    const hostile = [
      Object.defineProperty({ good: 1 }, "bad", { get: throwing, enumerable: true }),
      new Proxy({}, { ownKeys: throwing }),
      new Proxy({ a: 1 }, { get: throwing }),
      values.revoked,
    ];
    for (const thing of hostile) {
      expect(sent({ message: "still here", bound: { b: 1 }, fields: thing }).msg).toBe("still here");
      expect(encode(createRecord({ fields: thing }), { format: "rfc3164" }).length).toBeGreaterThan(0);
    }
    expect(fieldsOf(sent({ fields: hostile[0] as object as Record<string, unknown> }))).toEqual({
      good: "1",
      bad: "[threw: hostile]",
    });
  });

  it("has the error and its causes after the message", () => {
    const error = new Error("outer", { cause: new TypeError("inner") });
    const { msg } = sent({ message: "request failed", error });
    expect(msg).toMatch(/^request failed\\nError: outer\\n +at .*\\ncaused by: TypeError: inner\\n +at /);
    expect(sent({ message: "odd", error: 42 }).msg).toBe("odd\\nnumber: 42");
    expect(sent({ message: "odd", error: null }).msg).toBe("odd\\nnull: null");
    const same = new Error("boom");
    expect(sent({ message: "boom", error: same }).msg).toMatch(/^Error: boom\\n/);
  });

  it("has the text of the formatter as MSG, and none where that is empty", () => {
    expect(sent({ message: "a" }, {}, (record) => `<${record.message}>`).msg).toBe("<a>");
    expect(sent({ message: "a" }, {}, { format: () => "" }).msg).toBeUndefined();
  });

  it("has control characters as chosen", () => {
    const message = "a\nb\tc\u0000d\u001b[1m\u007f\u0085é";
    expect(sent({ message }).msg).toBe("a\\nb\\tc\\x00d\\x1b[1m\\x7f\\x85é");
    expect(sent({ message }, { controlCharacters: "space" }).msg).toBe("a b c d [1m  é");
    expect(sent({ message }, { controlCharacters: "keep" }).msg).toBe(message);
    expect(fieldsOf(sent({ fields: { message } }))["message"]).toBe("a\\nb\\tc\\x00d\\x1b[1m\\x7f\\x85é");
    expect(fieldsOf(sent({ fields: { message } }, { controlCharacters: "keep" }))["message"]).toBe(message);
  });

  it("follows the grammar and gives back what was put in, whatever that is", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom('"', "\\", "]", "[", "=", " ", "\ud83d", "😀", "é", "\u0000", "a") }),
    );
    const header = (most: number) =>
      fc.string({
        unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: most,
      });
    const init = fc.record({
      message: text,
      levelNumber: fc.integer({ min: 1, max: 70 }),
      time: fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 0, max: 4e12 })),
      logger: text,
      scope: fc.option(text, { nil: undefined }),
      bound: fc.dictionary(text, text, { maxKeys: 4 }),
      fields: fc.option(fc.dictionary(text, text, { maxKeys: 4 }), { nil: undefined }),
    });
    const options = fc.record({
      facility: fc.integer({ min: 0, max: 23 }),
      hostname: header(255),
      appName: header(48),
      procId: header(128),
      msgId: header(32),
      bom: fc.boolean(),
    });
    fc.assert(
      fc.property(init, options, (record, option) => {
        const message = sent(record, { ...option, controlCharacters: "keep", maxMessageBytes: 65_507 });
        const known = (field: string) => (field === "-" ? undefined : field);
        expect(message.facility).toBe(option.facility);
        expect(message.hostname).toBe(known(option.hostname));
        expect(message.appName).toBe(known(option.appName));
        expect(message.procId).toBe(known(option.procId));
        expect(message.msgId).toBe(known(option.msgId));
        expect(message.msg ?? "").toBe(wellFormed(record.message));
        if (record.message !== "") expect(message.bom).toBe(option.bom);
        const values: string[] = [];
        if (record.logger !== "") values.push(record.logger);
        if (record.scope !== undefined) values.push(record.scope);
        const fields: Record<string, string> = { ...record.bound, ...record.fields };
        values.push(...Object.values(fields));
        expect((message.elements.get("fields@32473") ?? []).map(([, value]) => value)).toEqual(values.map(wellFormed));
      }),
      { numRuns: 400 },
    );
  });

  it("keeps to the grammar and to its length when it is cut, whatever is in it", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "é", "€", "😀", '"', "\\", "]", "\n", "\ud83d"),
      maxLength: 900,
      // Else they are short, and nothing is cut.
      size: "max",
    });
    const init = fc.record({
      message: text,
      bound: fc.dictionary(fc.string({ maxLength: 40 }), text, { maxKeys: 3 }),
      fields: fc.dictionary(fc.string({ maxLength: 40 }), text, { maxKeys: 3 }),
    });
    fc.assert(
      fc.property(init, fc.integer({ min: 480, max: 1500 }), fc.boolean(), (parts, maxMessageBytes, bom) => {
        const record = createRecord(parts);
        const options = { appName: "a", structuredData: { "x@1": { y: "z" } }, bom } as const;
        const whole = encode(record, { ...options, maxMessageBytes: 65_507 });
        const bytes = encode(record, { ...options, maxMessageBytes });
        if (whole.length <= maxMessageBytes) {
          expect(bytes).toEqual(whole);
          return;
        }
        expect(bytes.length).toBeLessThanOrEqual(maxMessageBytes);
        const [message, full] = [parse5424(bytes), parse5424(whole)];
        const cutData = fieldsOf(message)["truncated"] === "true";
        const cutText = message.msg?.endsWith("[truncated]") === true;
        expect(cutData || cutText).toBe(true);
        if (cutText) expect(full.msg?.startsWith(message.msg?.slice(0, -11) as string)).toBe(true);
        for (const [name, value] of Object.entries(fieldsOf(message))) {
          if (name !== "truncated") expect(full.elements.get("fields@32473")).toContainEqual([name, value]);
        }
      }),
      { numRuns: 400 },
    );
  });
});
