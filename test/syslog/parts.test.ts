import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backoff } from "../../src/syslog/backoff.ts";
import { ByteQueue } from "../../src/syslog/byte-queue.ts";
import { lineFed, octetCounted } from "../../src/syslog/framing.ts";
import { Losses } from "../../src/syslog/losses.ts";
import { nextNumber, type RelpFrame, RelpParser, relpFrame } from "../../src/syslog/relp-frame.ts";
import { timestamp3164 } from "../../src/syslog/timestamp.ts";
import { cutUtf8, truncate } from "../../src/syslog/truncate.ts";
import { UnconfirmedWindow } from "../../src/syslog/unconfirmed-window.ts";

describe("the queue of bytes", () => {
  it("gives back what was put in, in order, whole, whatever is taken, dropped and added in between", () => {
    const step = fc.oneof(
      fc.record({ push: fc.string({ unit: "grapheme", maxLength: 60 }) }),
      fc.record({ push: fc.constantFrom("x".repeat(70_000), "€".repeat(30_000)) }),
      fc.record({ take: fc.integer({ min: 0, max: 200 }), most: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ drop: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ByteQueue();
        const model: Buffer[] = [];
        for (const action of steps) {
          if ("push" in action) {
            const bytes = Buffer.from(action.push);
            queue.push(action.push, bytes.length);
            model.push(bytes);
          } else if ("take" in action) {
            const batch = queue.take(action.take, action.most);
            expect(batch === undefined).toBe(model.length === 0);
            if (batch === undefined) continue;
            expect(batch.count).toBeLessThanOrEqual(action.most);
            if (batch.count > 1) expect(batch.bytes.length).toBeLessThanOrEqual(action.take);
            expect(batch.bytes.equals(Buffer.concat(model.splice(0, batch.count)))).toBe(true);
          } else expect(queue.dropOldest()).toBe(model.shift()?.length ?? 0);
          expect(queue.count).toBe(model.length);
          expect(queue.bytes).toBe(model.reduce((sum, { length }) => sum + length, 0));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("does not write over what was taken", () => {
    const queue = new ByteQueue();
    queue.push("first", 5);
    const taken = queue.take(100);
    queue.push("other", 5);
    expect(taken?.bytes.toString()).toBe("first");
    expect(queue.clear()).toBe(1);
    expect(queue.take(100)).toBeUndefined();
  });
});

describe("cutting", () => {
  it("keeps a beginning that fits and no half character", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\ufffd", "\ud83d"), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: -1, max: 90 }), (whole, bytes) => {
        const cut = cutUtf8(whole, bytes);
        const encoded = Buffer.from(whole);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(0, bytes));
        expect(encoded.subarray(0, Buffer.byteLength(cut))).toEqual(Buffer.from(cut));
        // Nothing more would have fitted: the next character is longer than what is left.
        const next = [...encoded.toString().slice(cut.length)][0];
        if (next !== undefined && bytes > 0) {
          expect(Buffer.byteLength(cut + next)).toBeGreaterThan(bytes);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("says that it was cut", () => {
    expect(truncate("x".repeat(100), 20)).toBe(`${"x".repeat(9)}[truncated]`);
    expect(truncate("x".repeat(20), 20)).toBe("x".repeat(20));
    expect(truncate("x".repeat(100), 10)).toBe("");
  });
});

describe("frames of RFC 6587", () => {
  it("count octets, not characters", () => {
    expect(octetCounted("äb", 3)).toBe("3 äb");
    expect(lineFed("äb")).toBe("äb\n");
  });
});

describe("RELP frames", () => {
  it("are what they were, however the bytes are cut", () => {
    const frame = fc.record({
      number: fc.integer({ min: 0, max: 999_999_999 }),
      command: fc.constantFrom("rsp", "serverclose", "open"),
      data: fc.string({ unit: fc.constantFrom("a", " ", "\n", "0"), maxLength: 30 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 20 })), (frames, sizes) => {
        const bytes = Buffer.concat(frames.map(({ number, command, data }) => relpFrame(number, command, data)));
        const parser = new RelpParser();
        const found: RelpFrame[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % Math.max(1, sizes.length)] ?? bytes.length;
          found.push(...parser.parse(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(frames);
      }),
    );
  });

  it("are refused where they are none", () => {
    for (const text of [
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
      "1 rsp 3 abcX",
    ]) {
      expect(() => new RelpParser().parse(Buffer.from(text)), text).toThrow();
    }
    expect(() => new RelpParser().parse(Buffer.from("1 rsp 999999999 a"))).toThrow();
    // However short it is: who greets does not go on to say RELP.
    for (const text of ["220 mail ready\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u0015\u0003\u0001", "1  rsp"]) {
      expect(() => new RelpParser().parse(Buffer.from(text, "latin1")), text).toThrow(/^it says "[ -~]+"$/);
    }
    expect(() => new RelpParser().parse(Buffer.alloc(10_000, "x"))).toThrow(/^it says "x{64}"$/);
    const whole = "12 rsp 6 200 OK\n";
    for (let end = 0; end < whole.length; end++) {
      expect(new RelpParser().parse(Buffer.from(whole.slice(0, end)))).toEqual([]);
    }
  });

  it("are numbered from 1 to 999999999 and again", () => {
    expect(nextNumber(1)).toBe(2);
    expect(nextNumber(999_999_999)).toBe(1);
  });
});

describe("waits before another try", () => {
  it("double up to the longest, each drawn from its upper half, and begin again", () => {
    const backoff = new Backoff(100, 1000);
    for (const most of [100, 200, 400, 800, 1000, 1000, 1000]) {
      const ms = backoff.next();
      expect(ms).toBeGreaterThanOrEqual(most / 2);
      expect(ms).toBeLessThanOrEqual(most);
    }
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(100);
    const drawn = new Set(Array.from({ length: 20 }, () => new Backoff(100, 1000).next()));
    expect(drawn.size).toBeGreaterThan(1);
  });
});

describe("what is told of losses", () => {
  it("is told once, and again if that did not get through", () => {
    const losses = new Losses();
    expect(losses.untold).toBe(false);
    expect([losses.drop(1), losses.drop(2)]).toEqual([true, false]);
    losses.doubt(1);
    expect(losses.tell()).toBe("3 messages dropped, up to 1 message unconfirmed");
    expect(losses.untold).toBe(false);
    losses.drop(1);
    losses.untell();
    expect(losses.tell()).toBe("4 messages dropped, up to 1 message unconfirmed");
  });

  it("counts as unconfirmed what may have been in buffers, and not a day's lines", () => {
    const window = new UnconfirmedWindow();
    for (let piece = 0; piece < 1000; piece++) window.add(100, 64 * 1024);
    const count = window.lose(true);
    expect(count).toBeGreaterThanOrEqual((100 * 4 * 1024) / 64 - 100);
    expect(count).toBeLessThanOrEqual((100 * 4 * 1024) / 64);
    expect(window.lose(true)).toBe(0);
  });
});

describe("the time of RFC 3164", () => {
  it("is local, with a space before a day below ten", () => {
    expect(timestamp3164(new Date(2025, 0, 2, 3, 4, 5).getTime())).toBe("Jan  2 03:04:05");
    expect(timestamp3164(new Date(2025, 11, 31, 23, 59, 59, 999).getTime())).toBe("Dec 31 23:59:59");
    expect(timestamp3164(Number.NaN)).toMatch(/^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d$/);
  });
});
