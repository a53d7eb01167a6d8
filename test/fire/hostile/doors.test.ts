import { Writable } from "node:stream";
import fc from "fast-check";
import { pino } from "pino";
import { createRecord, createRegistry, type Handler, jsonFormatter, memoryHandler, type Registry } from "scopelog";
import { asConsole } from "scopelog/console";
import { openRequestScope } from "scopelog/http";
import { fromLogtape, logtapeHandler, toScopelog } from "scopelog/logtape";
import { otelHandler } from "scopelog/otel";
import { asPino, pinoHandler } from "scopelog/pino";
import { scopelogTransport, winstonHandler } from "scopelog/winston";
import { afterAll, describe, expect, test } from "vitest";
import { createLogger, format, transports } from "winston";
import { parseLine } from "../../format/strict-json.ts";
import { noteFigure } from "../support/figure.ts";
import { seed, sizeOf } from "../support/size.ts";
import { cheapHostile, hostileFields, hostileText, hostileValue } from "./support/values.ts";

let calls = 0;
afterAll(() => noteFigure("hostile input", "calls through bridges and doors", calls));

type Anything = (...args: unknown[]) => unknown;
const formatter = jsonFormatter();

/** A registry, and what its lines are. */
function world(): { registry: Registry; lines: string[] } {
  const lines: string[] = [];
  const handler: Handler = { handle: (record) => void lines.push(formatter.format(record)) };
  const registry = createRegistry({ forgotten: { report: "silent" }, onError: () => undefined, handlers: { handler }, loggers: { "": { level: "trace", handlers: ["handler"] } } }); // biome-ignore format: one line
  return { registry, lines };
}

const anything = fc.oneof(
  hostileValue,
  hostileText.map((text) => ({ what: text, make: () => text as unknown })),
);

describe("what takes calls of other shapes never throws, and writes one line", () => {
  const { registry, lines } = world();
  const log = registry.getLogger("app");
  const faces: Readonly<Record<string, Record<string, unknown>>> = {
    asPino: asPino(log, { msgPrefix: "p", serializers: { a: () => { throw new Error("x"); } } }) as never,
    asConsole: asConsole(log) as never,
  }; // biome-ignore format: it is short
  for (const [name, face] of Object.entries(faces)) {
    const call = (method: string, args: readonly unknown[]) => {
      calls++;
      lines.length = 0;
      try {
        (face[method] as Anything).apply(face, [...args]);
      } catch (error) {
        throw new Error(`${name}.${method} threw ${String((error as Error | undefined)?.stack)}`);
      }
      if (lines.length !== 1) throw new Error(`${name}.${method} wrote ${lines.length} lines`);
      parseLine(lines[0] as string);
    };
    test(`${name}: every hostile value, in every place`, () => {
      for (const { make } of cheapHostile) {
        for (const args of [
          [make()],
          ["m", make()],
          [make(), "m"],
          ["%s %d %i %f %j %o %O %c %%", ...Array.from({ length: 8 }, make)],
          [make(), "%o %s", make(), make()],
        ]) {
          call("info", args);
        }
      }
    });
    if (name === "asConsole") {
      test("asConsole: tables of hostile rows and columns", () => {
        for (const { make } of cheapHostile) {
          for (const args of [
            [make(), ["a"]],
            [[{ a: 1 }], make()],
            [
              [make(), { a: make() }],
              [make(), "a"],
            ],
          ]) {
            call("table", args);
          }
        }
      });
    }
    test(`${name}: at random`, () => {
      fc.assert(
        fc.property(
          fc.array(anything, { minLength: 1, maxLength: 4 }),
          fc.constantFrom("info", "error"),
          (values, method) => {
            call(
              method,
              values.map(({ make }) => make()),
            );
          },
        ),
        { seed, numRuns: sizeOf(150, 10_000) },
      );
    });
  }

  test("asPino: children with hostile bindings", () => {
    fc.assert(
      fc.property(hostileFields, hostileFields, ({ make }, fields) => {
        calls++;
        lines.length = 0;
        let bindings: object;
        try {
          bindings = { ...(make() as object) };
        } catch {
          return;
        }
        asPino(log)
          .child(bindings)
          .child({ a: 1 })
          .warn(fields.make() as never, "m");
        expect(lines.length).toBe(1);
        parseLine(lines[0] as string);
      }),
      { seed, numRuns: sizeOf(80, 5000) },
    );
  });
});

// What others make of functions that cannot be touched, and of values that are another each time they are read, is
// theirs: they throw, and the line is counted as failed.
const others = cheapHostile.filter(({ what }) => !/function|answers with itself|getter|grows|twice|toJSON/.test(what));
const otherValue = hostileValue.filter(
  ({ what }) => !/function|answers with itself|getter|grows|twice|toJSON/.test(what),
);
const otherFields = hostileFields.filter(
  ({ what }) => !/function|answers with itself|getter|grows|twice|toJSON/.test(what),
);

describe("handlers towards others take any record", () => {
  const written: string[] = [];
  const sink = () => new Writable({ write(chunk, _, done) { written.push(String(chunk)); done(); } }); // biome-ignore format: it is short
  const handlers: Readonly<Record<string, () => Handler>> = {
    pinoHandler: () => pinoHandler(pino({ level: "trace" }, { write: (line: string) => void written.push(line) })),
    winstonHandler: () =>
      winstonHandler(
        createLogger({
          level: "debug",
          format: format.json(),
          transports: [new transports.Stream({ stream: sink() })],
        }) as never,
      ),
    logtapeHandler: () => logtapeHandler((record) => void written.push(`${JSON.stringify(record.properties)}\n`)),
    otelHandler: () => otelHandler({ logger: { emit: (record) => void written.push(`${typeof record.body}\n`) } }),
  };
  for (const [name, make] of Object.entries(handlers)) {
    const handler = make();
    const take = (init: Parameters<typeof createRecord>[0], what: string) => {
      calls++;
      written.length = 0;
      try {
        handler.handle(createRecord(init));
      } catch (error) {
        throw new Error(`${name}, ${what}: ${String((error as Error | undefined)?.stack)}`);
      }
      if (written.length !== 1) throw new Error(`${name}, ${what}: ${written.length} lines`);
      const [line = ""] = written;
      if (line.slice(0, -1).includes("\n")) throw new Error(`${name}, ${what}: a second line`);
      if (name === "pinoHandler" || name === "winstonHandler") JSON.parse(line);
    };
    test(`${name}: every hostile value`, () => {
      for (const { what, make: value } of others) {
        take({ message: "m\n", fields: { a: 1, value: value() } }, what);
        take({ message: "m", error: value(), bound: { [what]: value() } }, what);
        take({ message: "m", error: Object.assign(new Error("e"), { value: value() }) }, what);
      }
    });
    test(`${name}: at random`, () => {
      fc.assert(
        fc.property(hostileText, otherFields, otherValue, hostileText, (message, fields, error, logger) => {
          take({ message, logger, fields: fields.make() as never, error: error.make() }, "at random");
        }),
        { seed, numRuns: sizeOf(80, 4000) },
      );
    });
  }
});

describe("what takes the lines of others never throws, and writes one for each", () => {
  const { registry, lines } = world();
  const log = registry.getLogger("app");
  const toOutput = fromLogtape(log);
  const transport = scopelogTransport(log);
  const takers: Readonly<Record<string, { take: (line: object) => void; line: object }>> = {
    fromLogtape: {
      take: toOutput as never,
      line: {
        category: ["a", "b"],
        level: "info",
        message: ["m ", 1, ""],
        rawMessage: "m {n}",
        timestamp: 5,
        properties: { n: 1 },
        sourceLocation: { file: "a.ts", line: 1 },
      },
    },
    toScopelog: {
      take: (line) => void lines.push(formatter.format(toScopelog(line as never))),
      line: { category: ["a"], level: "error", message: ["m"], rawMessage: "m", timestamp: 5, properties: {} },
    },
    scopelogTransport: {
      take: (line) => transport.log(line, () => undefined),
      line: {
        level: "info",
        [Symbol.for("level")]: "info",
        [Symbol.for("splat")]: [{ a: 1 }],
        message: "m",
        timestamp: "2026-01-01T00:00:00.000Z",
        stack: "Error: m",
        error: { message: "e" },
        err: 1,
        a: 1,
      },
    },
  };
  for (const [name, { take, line }] of Object.entries(takers)) {
    const takeOne = (given: object, what: string) => {
      calls++;
      lines.length = 0;
      try {
        take(given);
      } catch (error) {
        throw new Error(`${name}, ${what}: ${String((error as Error | undefined)?.stack)}`);
      }
      if (lines.length !== 1) throw new Error(`${name}, ${what}: ${lines.length} lines`);
      parseLine(lines[0] as string);
    };
    test(`${name}: every hostile value, in every place`, () => {
      for (const { what, make } of cheapHostile) {
        const whole = make();
        if ((typeof whole === "object" && whole !== null) || typeof whole === "function") takeOne(whole, what);
        for (const key of Reflect.ownKeys(line)) {
          takeOne({ ...line, [key]: make() }, `${String(key)} is ${what}`);
          takeOne({ ...line, [key]: [make(), make(), make()] }, `${String(key)} has ${what}`);
          takeOne({ ...line, [key]: { error: make(), a: make() } }, `${String(key)} holds ${what}`);
        }
      }
    });
    test(`${name}: at random`, () => {
      const place = fc.constantFrom(...Reflect.ownKeys(line));
      const places = fc.array(fc.tuple(place, anything), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(places, (values) => {
          const given: Record<PropertyKey, unknown> = { ...line };
          for (const [key, { make }] of values) given[key] = make();
          takeOne(given, values.map(([key, { what }]) => `${String(key)} is ${what}`).join(", "));
        }),
        { seed, numRuns: sizeOf(150, 10_000) },
      );
    });
  }
});

test("requests with hostile headers and paths open scopes of which nothing is taken over unseen", () => {
  const records = memoryHandler();
  const registry = createRegistry({
    forgotten: { report: "silent" },
    handlers: { records },
    loggers: { "": { level: "trace", handlers: ["records"] } },
  });
  const header = fc.oneof(hostileText, hostileValue, fc.constantFrom(`00-${"a".repeat(32)}-${"b".repeat(16)}-01`, `00-${"0".repeat(32)}-${"b".repeat(16)}-01`, "ff-x", `00-${"a".repeat(32)}-${"b".repeat(16)}-01\n`)).map((value) => ({ make: () => (typeof value === "string" ? value : value.make()) })); // biome-ignore format: one line
  fc.assert(
    fc.property(header, header, hostileText, hostileText, (id, trace, url, method) => {
      calls++;
      records.clear();
      const request = {
        headers: { "x-request-id": id.make(), traceparent: trace.make(), cookie: "secret" },
        url,
        method,
      };
      const response = { statusCode: 200, writableEnded: true, writableFinished: true, on: () => undefined };
      const log = openRequestScope(request as never, response as never, { registry });
      log.info("m");
      const [record] = records.records;
      const fields = { ...record?.bound, ...record?.fields } as Record<string, unknown>;
      expect(fields["requestId"]).toMatch(/^[A-Za-z0-9_.:+/=-]{1,128}$/);
      for (const key of Object.keys(fields))
        expect(["requestId", "method", "path", "trace_id", "span_id", "trace_flags"]).toContain(key);
      if ("trace_id" in fields) expect(fields["trace_id"]).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(JSON.stringify(fields)).not.toContain("secret");
      const line = parseLine(formatter.format(record as never));
      if (url.length < 1000) expect(line.get("path")).toBe(url.split("?")[0]);
    }),
    { seed, numRuns: sizeOf(150, 10_000) },
  );
});
